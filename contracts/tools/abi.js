#!/usr/bin/env node
// The node embeds the interfaces' ABIs. This writes them from what forge built; with --check it only compares.
const fs = require("fs");
const path = require("path");

const root = path.join(__dirname, "..", "..");
const inference = path.join("chain", "precompiles", "inference");
const files = { IInference: "abi.json", IInferenceConsumer: "consumer.json" };

// Internal types name Solidity's structs; programs that read an ABI ask for types alone.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "internalType").map(([key, inner]) => [key, plain(inner)]),
  );
}

function abiOf(name) {
  const built = JSON.parse(fs.readFileSync(path.join(root, "contracts", "out", "IInference.sol", `${name}.json`)));
  return `[\n  ${plain(built.abi).map((entry) => JSON.stringify(entry)).join(",\n  ")}\n]\n`;
}

for (const [name, file] of Object.entries(files)) {
  const target = path.join(inference, file);
  if (!process.argv.includes("--check")) {
    fs.writeFileSync(path.join(root, target), abiOf(name));
  } else if (fs.readFileSync(path.join(root, target), "utf8") !== abiOf(name)) {
    console.error(`${target} differs from contracts/src/IInference.sol: run npm run abi`);
    process.exitCode = 1;
  }
}
