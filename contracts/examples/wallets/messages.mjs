// The chain's messages for CosmJS, read from proto/, so that they are never behind it. A message's value has the form
// that REST takes and gives: names as in proto/, bytes in base64, 64-bit numbers and amounts as strings.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Registry } from "@cosmjs/proto-signing";
import { AminoTypes, createDefaultAminoConverters, defaultRegistryTypes } from "@cosmjs/stargate";
import protobuf from "protobufjs";

const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));

// Imports from elsewhere only declare options, but for a coin; protobufjs keeps options without them.
const COIN = `syntax = "proto3"; package cosmos.base.v1beta1;
  message Coin { string denom = 1; string amount = 2 [(amino.dont_omitempty) = true]; }`;
const root = new protobuf.Root();
root.resolvePath = (_, target) => (target.startsWith("nesa/") ? path.join(PROTO, target) : null);
protobuf.parse(COIN, root, { keepCase: true });
root.loadSync(["job", "callback"].map((module) => `nesa/${module}/v1/tx.proto`), { keepCase: true });

const types = ["job", "callback"].flatMap((module) =>
  root.lookup(`nesa.${module}.v1`).nestedArray.filter((found) => found instanceof protobuf.Type),
);
const url = (type) => `/${type.fullName.slice(1)}`;

const plain = (type, message) => type.toObject(message, { longs: String, bytes: String, enums: Number });

// What the chain leaves out of the JSON that is signed: whatever is not in the message's bytes, unless it is marked.
function withoutDefaults(type, value) {
  const kept = {};
  for (const field of type.fieldsArray) {
    if (field.partOf) throw new Error(`${field.fullName} is one of several: sign the message in Direct`);
    const found = value[field.name];
    const inner = field.resolve().resolvedType instanceof protobuf.Type ? field.resolvedType : null;
    const always = field.options?.["(amino.dont_omitempty)"] ?? false;
    if (field.repeated) {
      const items = inner ? (found ?? []).map((item) => withoutDefaults(inner, item)) : (found ?? []);
      if (items.length > 0 || always) kept[field.name] = items.length > 0 ? items : null;
    } else if (inner) {
      if (found != null || always) kept[field.name] = withoutDefaults(inner, found ?? {});
    } else if (found != null && ![0, "", false].includes(found) && !(found === "0" && field.long)) {
      kept[field.name] = found;
    }
  }
  return kept;
}

/** For SigningStargateClient: what is sent, and what is signed in Direct. */
export const registry = new Registry([
  ...defaultRegistryTypes,
  ...types.map((type) => [url(type), {
    fromPartial: (value) => type.fromObject(value),
    encode: (message) => type.encode(message),
    decode: (bytes) => plain(type, type.decode(bytes)),
  }]),
]);

/** For SigningStargateClient: what is signed in Amino JSON. */
export const aminoTypes = new AminoTypes({
  ...createDefaultAminoConverters(),
  ...Object.fromEntries(types.filter((type) => type.options?.["(amino.name)"]).map((type) => [url(type), {
    aminoType: type.options["(amino.name)"],
    toAmino: (value) => withoutDefaults(type, plain(type, type.fromObject(value))),
    fromAmino: (value) => value,
  }])),
});
