// A request as a Cosmos message, signed by whatever signer CosmJS takes. Keplr's are window.keplr.getOfflineSigner(id)
// for Direct and getOfflineSignerOnlyAmino(id) for Amino JSON.
import { GasPrice, SigningStargateClient } from "@cosmjs/stargate";
import { aminoTypes, registry } from "./messages.mjs";
import { ask, ended, nes, quote } from "./nesa.mjs";

const GAS_PRICE = GasPrice.fromString("1500000000anes"); // the floor is 1 gwei
const GAS_FACTOR = 2; // a simulation pays no fee and takes every key for a Cosmos one

/** Request a job and wait until it is over. */
export async function request(network, signer, text) {
  const [{ address }] = await signer.getAccounts();
  await ask(network, address);
  console.log("account    ", address);
  const client = await SigningStargateClient.connectWithSigner(network.rpc[0], signer, {
    registry,
    aminoTypes,
    gasPrice: GAS_PRICE,
    broadcastPollIntervalMs: 500,
  });
  const { terms, costs } = await quote(network, address, text);
  console.log("in escrow  ", nes(costs.escrow));

  const message = { typeUrl: "/nesa.job.v1.MsgRequest", value: { requester: address, requests: [terms] } };
  const sent = await client.signAndBroadcast(address, [message], GAS_FACTOR);
  if (sent.code !== 0) throw new Error(sent.rawLog);
  const { job_ids: [id] } = registry.decode({ typeUrl: "/nesa.job.v1.MsgRequestResponse", value: sent.msgResponses[0].value });
  console.log("requested  ", `job ${id}, ${sent.gasUsed} gas, tx ${sent.transactionHash}`);

  const { record, output } = await ended(network, id);
  console.log("job is over", record.status, output);
}
