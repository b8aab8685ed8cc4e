#!/usr/bin/env node
// The node and the Python package hold the interfaces' ABIs, the node's tests a contract. This writes them from what
// forge built; with --check it only compares.
const fs = require("fs");
const path = require("path");

const root = path.join(__dirname, "..", "..");

// Internal types name Solidity's structs; programs that read an ABI ask for types alone.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "internalType").map(([key, inner]) => [key, plain(inner)]),
  );
}

function built(file, name) {
  return JSON.parse(fs.readFileSync(path.join(root, "contracts", "out", file, `${name}.json`)));
}

function abiOf(artifact) {
  return `[\n  ${plain(artifact.abi).map((entry) => JSON.stringify(entry)).join(",\n  ")}\n]\n`;
}

const files = {
  "chain/precompiles/inference/abi.json": abiOf(built("IInference.sol", "IInference")),
  "chain/precompiles/inference/consumer.json": abiOf(built("IInference.sol", "IInferenceConsumer")),
  "agents/nesa/evm/inference.json": abiOf(built("IInference.sol", "IInference")),
  "chain/app/testdata/probe.abi.json": abiOf(built("Probe.sol", "Probe")),
  "chain/app/testdata/probe.hex": `${built("Probe.sol", "Probe").bytecode.object}\n`,
};
for (const [name, text] of Object.entries(files)) {
  const target = path.join(root, name);
  if (!process.argv.includes("--check")) {
    fs.writeFileSync(target, text);
  } else if (fs.readFileSync(target, "utf8") !== text) {
    console.error(`${name} differs from what is built: run npm run abi`);
    process.exitCode = 1;
  }
}
