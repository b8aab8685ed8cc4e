// A wallet of Keplr's kind has a model run.
//
// usage: node keplr.mjs NETWORK.json direct|amino|ethereum [TEXT]
import { randomBytes } from "node:crypto";
import { argv, exit } from "node:process";
import { Secp256k1Wallet } from "@cosmjs/amino";
import { DirectEthSecp256k1Wallet, DirectSecp256k1Wallet } from "@cosmjs/proto-signing";
import { request } from "./cosmos.mjs";
import { load, TEXT } from "./nesa.mjs";

const wallets = {
  direct: DirectSecp256k1Wallet, // coin 118; signs protobuf
  amino: Secp256k1Wallet, // coin 118; signs JSON, as a hardware wallet does
  ethereum: DirectEthSecp256k1Wallet, // coin 60, where Keplr knows the chain as an Ethereum one; signs protobuf
};
const [, , file, kind, text = TEXT] = argv;
const wallet = wallets[kind];
if (!file || !wallet) {
  console.error(`usage: node keplr.mjs NETWORK.json ${Object.keys(wallets).join("|")} [TEXT]`);
  exit(2);
}
await request(load(file), await wallet.fromKey(randomBytes(32), "nesa"), text);
