// A request to the contract at 0x…901, with viem: no Cosmos transaction, and any Ethereum wallet can send it.
import { readFileSync } from "node:fs";
import { toBech32 } from "@cosmjs/encoding";
import { createPublicClient, defineChain, formatEther, getContract, hexToBytes, hexToString, http, stringToHex } from "viem";
import { generatePrivateKey } from "viem/accounts";
import { ask, version } from "./nesa.mjs";

const INFERENCE = "0x0000000000000000000000000000000000000901";
const ABI = JSON.parse(readFileSync(new URL("../../../chain/precompiles/inference/abi.json", import.meta.url)));
const STATUSES = ["unknown", "requested", "claimed", "delivered", "being checked", "decided", "appealed", "settled",
  "refunded", "expired", "cancelled"];

/** Request a job and wait until it is over. */
export async function call(network, wallet, text) {
  const { account } = wallet;
  await ask(network, toBech32("nesa", hexToBytes(account.address)));
  console.log("account    ", account.address);
  const chain = defineChain({
    id: await wallet.getChainId(),
    name: network.chain_id,
    nativeCurrency: { name: "NES", symbol: "NES", decimals: 18 },
    rpcUrls: { default: { http: [network.json_rpc] } },
  });
  const reader = createPublicClient({ chain, transport: http(), pollingInterval: 500 });
  const inference = getContract({ address: INFERENCE, abi: ABI, client: { public: reader, wallet } });

  const terms = {
    versionId: BigInt(await version(network)),
    input: stringToHex(text),
    inputDigest: `0x${"00".repeat(32)}`, // of an inline input the contract takes it itself
    inputUri: "",
    options: "0x",
    seed: generatePrivateKey(), // 32 random bytes
    price: 0n,
    maxUnits: 1n,
    checkBps: 500, // checked with a probability of 5 %
    verifiers: 0,
    evidence: "",
    deadline: 0n,
  };
  const callback = { gasLimit: 0n, maxOutput: 256 }; // no callback, but the output is kept to be read
  terms.price = (await inference.read.estimate([terms, callback], { account })).cheapestAsk;
  const costs = await inference.read.estimate([terms, callback], { account });
  if (costs.refusal) throw new Error(costs.refusal);
  terms.deadline = costs.suggestedDeadline;
  console.log("in escrow  ", `${formatEther(costs.escrow)} NES`);

  const opened = new Promise((resolve, reject) => {
    const unwatch = inference.watchEvent.JobRequested({ requester: account.address }, {
      onLogs: ([log]) => { unwatch(); resolve(log.args.jobId); },
      onError: reject,
    });
  });
  const hash = await inference.write.request([terms, callback], { chain });
  const { status, gasUsed } = await reader.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`the transaction ${hash} failed`);
  const id = await opened;
  console.log("requested  ", `job ${id}, ${gasUsed} gas, tx ${hash}`);

  for (;;) {
    const result = await inference.read.getResult([id]);
    if (result.done) {
      console.log("job is over", STATUSES[result.status], hexToString(result.output));
      return;
    }
    await new Promise((resume) => setTimeout(resume, reader.pollingInterval));
  }
}
