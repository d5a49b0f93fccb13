import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyValue, raft, simulate } from "../../dist/index.js";
import { buildEtcd, timeEtcd } from "./etcd.mjs";
import { loadLiferaft, timeLiferaft } from "./liferaft.mjs";
import { median, report, samples } from "./measure.mjs";

const COMMAND = { op: "put", key: "a", value: "somedata" };

/** A machine whose requests hold several commands each: what a front takes together before it asks. */
const together = (machine) => ({
  begin: machine.begin,
  apply: (state, commands, tell) => commands.map((command) => machine.apply(state, command, tell)),
  reads: (commands) => commands.every(machine.reads),
});

const fiveUnbatched = { size: 5, inFlight: 16, perRequest: 1, protocol: raft({ machine: keyValue, batch: 1 }) };
const threeUnbatched = { ...fiveUnbatched, size: 3 };
const manyEntries = { size: 5, inFlight: 64, perRequest: 1, protocol: raft({ machine: keyValue, batch: 64, inFlight: 1 }) };
const batched = { size: 5, inFlight: 256, perRequest: 16, protocol: raft({ machine: together(keyValue), batch: 64, inFlight: 1 }) };

/**
 * Nanoseconds a command that a new cluster replicates, carries out on every node and answers, with so many in flight, so
 * many of them in a request. Clients ask again when they are answered.
 */
function timeRaft({ size, protocol, inFlight, perRequest }, commands) {
  const cluster = simulate(protocol, { size, latency: "constant:1", digest: false });
  const leaders = () => cluster.nodes.filter(({ state }) => state.role === "leader" && state.commitIndex > 0);
  if (!cluster.runUntil(() => leaders().length > 0, 60_000)) throw new Error("nobody is elected");
  const [{ id: leader }] = leaders();
  const serials = new Array(inFlight / perRequest).fill(0);
  let asked = 0;
  const ask = (client) => {
    if (asked >= commands) return;
    asked += perRequest;
    cluster.input(leader, { type: "request", client, serial: ++serials[client], command: perRequest === 1 ? COMMAND : new Array(perRequest).fill(COMMAND) });
  };
  let heard = cluster.outputs.length;
  const started = process.hrtime.bigint();
  serials.forEach((_, client) => ask(client));
  for (let answered = 0; answered < commands; ) {
    if (!cluster.step()) throw new Error("nothing more happens");
    for (; heard < cluster.outputs.length; heard++) {
      const { output } = cluster.outputs[heard];
      if (output.type !== "answer") throw new Error(`expected an answer, found ${JSON.stringify(output)}`);
      answered += perRequest;
      ask(output.client);
    }
  }
  return Number(process.hrtime.bigint() - started) / commands;
}

/** The mean over several new clusters; electing their leaders is not counted. */
async function mean(clusters, time) {
  let sum = 0;
  for (let i = 0; i < clusters; i++) sum += await time();
  return sum / clusters;
}

const COMMANDS = 1000;
const CLUSTERS = 4;
const ETCD_PROPOSALS = 50_000;
const ROUNDS = 41;
const ETCD_ROUNDS = 9;

/** Proposals a second of loaded Raft clusters in memory: ours through the contract, beside liferaft's, etcd's, and ours in batches. */
export async function benchProposals() {
  const folder = mkdtempSync(join(tmpdir(), "leaderlab-proposals-"));
  try {
    const Liferaft = loadLiferaft();
    const etcd = buildEtcd(folder);
    const ours = (load) => () => mean(CLUSTERS, () => timeRaft(load, COMMANDS));
    const took = await samples({ five: ours(fiveUnbatched), ...(Liferaft && { liferaft: () => mean(CLUSTERS, () => timeLiferaft(Liferaft, { size: 5, inFlight: 16, commands: COMMANDS })) }), manyEntries: ours(manyEntries), batched: ours(batched) }, ROUNDS);
    if (etcd) Object.assign(took, await samples({ three: ours(threeUnbatched), etcd: () => timeEtcd(etcd, ETCD_PROPOSALS) }, ETCD_ROUNDS));
    const ratio = (own, peer) => median(took[peer]) / median(took[own]);
    const thousands = (own, peer) => `${rates(took[own])} against ${rates(took[peer])} thousand a second`;
    if (Liferaft) report("5-node Raft, unbatched, 16 commands in flight, times the proposals a second of liferaft", ratio("five", "liferaft"), ["at least", 3], thousands("five", "liferaft"));
    if (etcd) report("3-node Raft, unbatched, 16 commands in flight, times the proposals a second of etcd's BenchmarkProposal3Nodes", ratio("three", "etcd"), ["at least", 3], thousands("three", "etcd"));
    report("5-node Raft, 16 commands a request and up to 64 requests a message, times its proposals a second unbatched", ratio("batched", "five"), ["at least", 2.5], thousands("batched", "five"));
    console.log(`     for comparison, one command a request, 64 in flight, up to 64 a message: ${ratio("manyEntries", "five").toFixed(2)} times  ${thousands("manyEntries", "five")}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median and range of what took so many nanoseconds, in thousands a second. */
function rates(nanoseconds) {
  const rate = (ns) => (1e6 / ns).toFixed(0);
  return `${rate(median(nanoseconds))} (${rate(Math.max(...nanoseconds))} to ${rate(Math.min(...nanoseconds))})`;
}
