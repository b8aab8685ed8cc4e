// A signer for CosmJS out of an Ethereum wallet. It signs a transaction's Amino JSON as EIP-712 typed data, which
// MetaMask shows field by field; cosmos/evm makes the same typed data of what it receives (ethereum/eip712).
import { encodeEthSecp256k1Pubkey, encodeEthSecp256k1Signature, pubkeyToAddress } from "@cosmjs/amino";
import { Secp256k1 } from "@cosmjs/crypto";
import { hashMessage, hexToBytes, recoverPublicKey } from "viem";

const DOMAIN = ["name", "version", "chainId", "verifyingContract", "salt"];

// Types follow from the values: a field that is not there is in no type either.
function typeOf(value, name, types) {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "int64";
  if (Array.isArray(value)) return `${value.length > 0 ? typeOf(value[0], name, types) : "string"}[]`;
  const fields = Object.keys(value).sort().reverse();
  const members = fields.map((field) => {
    const words = field.split("_").map((word) => word[0].toUpperCase() + word.slice(1));
    return { name: field, type: typeOf(value[field], name + words.join(""), types) };
  });
  types[`${name}0`] = members;
  return `${name}0`;
}

/** The typed data of a transaction with one message. */
export function typedData({ msgs, ...rest }, evmChainId) {
  if (msgs.length !== 1) throw new Error("one message at a time");
  const [message] = msgs;
  const types = {
    EIP712Domain: DOMAIN.map((name) => ({ name, type: name === "chainId" ? "uint256" : "string" })),
    Tx: [
      { name: "account_number", type: "string" },
      { name: "chain_id", type: "string" },
      { name: "fee", type: "Fee" },
      { name: "memo", type: "string" },
      { name: "sequence", type: "string" },
    ],
    Fee: [{ name: "amount", type: "Coin[]" }, { name: "gas", type: "string" }],
    Coin: [{ name: "denom", type: "string" }, { name: "amount", type: "string" }],
  };
  const root = `Type${message.type.split("/").at(-1)}0`;
  types[root] = [{ name: "value", type: typeOf(message.value, "TypeValue", types) }, { name: "type", type: "string" }];
  types.Tx.push({ name: "msg0", type: root });
  const domain = { name: "Cosmos Web3", version: "1.0.0", chainId: evmChainId, verifyingContract: "cosmos", salt: "0" };
  return { types, domain, primaryType: "Tx", message: { ...rest, msg0: message } };
}

/** The signer of a viem wallet client. A wallet shows no public key, so a message is signed to get it from. */
export async function eip712Signer(wallet) {
  const message = "Show the public key of this account to a page that uses Nesa.";
  const signature = await wallet.signMessage({ message });
  const pubkey = Secp256k1.compressPubkey(hexToBytes(await recoverPublicKey({ hash: hashMessage(message), signature })));
  const address = pubkeyToAddress(encodeEthSecp256k1Pubkey(pubkey), "nesa");
  return {
    getAccounts: async () => [{ algo: "eth_secp256k1", address, pubkey }],
    signAmino: async (_, doc) => {
      const signed = hexToBytes(await wallet.signTypedData(typedData(doc, await wallet.getChainId())));
      return { signed: doc, signature: encodeEthSecp256k1Signature(pubkey, signed.slice(0, 64)) };
    },
  };
}
