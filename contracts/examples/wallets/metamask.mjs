// A wallet of MetaMask's kind has a model run: by the contract at 0x…901, or by a Cosmos message as typed data.
//
// usage: node metamask.mjs NETWORK.json contract|eip712 [TEXT]
import { argv } from "node:process";
import { createWalletClient, http } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { request } from "./cosmos.mjs";
import { call } from "./contract.mjs";
import { eip712Signer } from "./eip712.mjs";
import { load, TEXT } from "./nesa.mjs";

const [, , file, way, text = TEXT] = argv;
const network = load(file);
// In a page: createWalletClient({ account, transport: custom(window.ethereum) }).
const wallet = createWalletClient({ account: privateKeyToAccount(generatePrivateKey()), transport: http(network.json_rpc) });
if (way === "contract") await call(network, wallet, text);
else if (way === "eip712") await request(network, await eip712Signer(wallet), text);
else throw new Error("say contract or eip712");
