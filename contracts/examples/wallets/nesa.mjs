// What a page needs besides a wallet: the network's addresses, a price, and where a job stands. All of it is REST.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const MODEL = "nesa/file-type";
export const TEXT = "It was a lovely stay. The garden is quiet, the bread is good, and the hosts know the valley.\n";

/** The network whose file the script was given. */
export function load(file) {
  if (!file) throw new Error("name the network's file: nesa localnet status shows the folder it is in");
  return JSON.parse(readFileSync(file));
}

async function json(url, body) {
  const answer = await fetch(url, body && { method: "POST", body: JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(`${url}: ${found.message ?? found.error}`);
  return found;
}

/** Have a test network's faucet fill an account. */
export const ask = (network, address) => json(network.faucet, { address });

/** The newest version of the model. */
export async function version(network) {
  const { versions } = await json(`${network.rest}/nesa/model/v1/versions?model=${MODEL}&pagination.reverse=true`);
  return versions[0].id;
}

/** What a request fixes, at the price of the cheapest miner, and what it costs. */
export async function quote(network, requester, text) {
  const input = Buffer.from(text);
  const terms = {
    version_id: await version(network),
    input: input.toString("base64"),
    input_digest: createHash("sha256").update(input).digest("base64"),
    seed: randomBytes(32).toString("base64"),
    max_units: "1",
    assurance: { check_bps: 500 }, // checked with a probability of 5 %
  };
  const free = await json(`${network.rest}/nesa/job/v1/estimate`, { terms: { ...terms, price: "0" } });
  terms.price = free.cheapest_ask;
  const costs = await json(`${network.rest}/nesa/job/v1/estimate`, { requester, terms });
  if (costs.refusal) throw new Error(costs.refusal);
  terms.deadline = costs.deadline;
  return { terms, costs };
}

/** Wait until a job is over. The record keeps an output's digest alone: what was delivered is read while the job is open. */
export async function ended(network, id) {
  for (let output = ""; ; await pause(500)) {
    const { job, record } = await json(`${network.rest}/nesa/job/v1/jobs/${id}`);
    if (record) return { record, output };
    if (job.delivery) output = Buffer.from(job.delivery.output ?? "", "base64").toString();
  }
}

/** Amounts are in anes, 10^-18 NES. */
export const nes = (anes) => `${Number(anes) / 1e18} NES`;
