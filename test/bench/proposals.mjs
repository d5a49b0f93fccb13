import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyValue, raft, simulate } from "../../dist/index.js";
import { buildEtcd, timeEtcd } from "./etcd.mjs";
import { loadLiferaft, timeLiferaft } from "./liferaft.mjs";
import { clocks, median, report, samples, since } from "./measure.mjs";

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
 * Nanoseconds, by both clocks, a command that a new cluster replicates, carries out on every node and answers, with so many in flight, so
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
  const begun = clocks();
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
  return since(begun, commands);
}

/** The means over several new clusters; electing their leaders is not counted. */
async function mean(clusters, time) {
  const sum = { wall: 0, processor: 0 };
  for (let i = 0; i < clusters; i++) {
    const { wall, processor } = await time();
    sum.wall += wall;
    sum.processor += processor;
  }
  return { wall: sum.wall / clusters, processor: sum.processor / clusters };
}

const COMMANDS = 1000;
const CLUSTERS = 40;
const ETCD_PROPOSALS = 50_000;
const ROUNDS = 11;
const ETCD_ROUNDS = 9;

/** What is compiled as it runs, on either side, is timed when it has been. */
const WARM = 40;
const warmUp = (time) => mean(WARM, time);

const ours = (load) => () => mean(CLUSTERS, () => timeRaft(load, COMMANDS));
const by = (clock, took) => took.map((one) => one[clock]);
const ratio = (took, own, peer, clock = "processor") => median(by(clock, took[peer])) / median(by(clock, took[own]));
const thousands = (took, own, peer, clock = "processor") => `${rates(by(clock, took[own]))} against ${rates(by(clock, took[peer]))} thousand a second`;

/** What is timed by itself, by name. */
const loads = {
  five: () => timeRaft(fiveUnbatched, COMMANDS),
  manyEntries: () => timeRaft(manyEntries, COMMANDS),
  batched: () => timeRaft(batched, COMMANDS),
  liferaft: () => timeLiferaft(loadLiferaft(), { size: 5, inFlight: 16, commands: COMMANDS }),
};

/** Each time in a process of its own, as the two are used: code that has met both, or several loads, is compiled for none of them. */
const alone = (name) => () => JSON.parse(spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).stdout);

/** Proposals a second of a loaded five-node cluster in memory: ours through the contract, beside liferaft's, and ours in batches. */
export async function benchProposals() {
  const names = Object.keys(loads).filter((name) => name !== "liferaft" || loadLiferaft());
  const took = await samples(Object.fromEntries(names.map((name) => [name, alone(name)])), ROUNDS);
  if (took.liferaft) {
    report("5-node Raft, unbatched, 16 commands in flight, times the proposals a second (of processor time) of liferaft", ratio(took, "five", "liferaft"), ["at least", 3], thousands(took, "five", "liferaft"));
    console.log(`     by the clock on the wall ${ratio(took, "five", "liferaft", "wall").toFixed(2)} times  ${thousands(took, "five", "liferaft", "wall")}`);
  }
  report("5-node Raft, 16 commands a request and up to 64 requests a message, times its proposals a second unbatched", ratio(took, "batched", "five"), ["at least", 2.5], thousands(took, "batched", "five"));
  console.log(`     for comparison, one command a request, 64 in flight, up to 64 a message: ${ratio(took, "manyEntries", "five").toFixed(2)} times  ${thousands(took, "manyEntries", "five")}`);
}

/** The same of three nodes, beside etcd's. */
export async function benchEtcd() {
  const folder = mkdtempSync(join(tmpdir(), "leaderlab-proposals-"));
  try {
    const etcd = buildEtcd(folder);
    if (!etcd) return;
    await warmUp(() => timeRaft(threeUnbatched, COMMANDS));
    const took = await samples({ three: ours(threeUnbatched), etcd: () => ({ wall: timeEtcd(etcd, ETCD_PROPOSALS) }) }, ETCD_ROUNDS);
    report("3-node Raft, unbatched, 16 commands in flight, times the proposals a second of etcd's BenchmarkProposal3Nodes", ratio(took, "three", "etcd", "wall"), ["at least", 3], thousands(took, "three", "etcd", "wall"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median and range of what took so many nanoseconds, in thousands a second. */
function rates(nanoseconds) {
  const rate = (ns) => (1e6 / ns).toFixed(0);
  return `${rate(median(nanoseconds))} (${rate(Math.max(...nanoseconds))} to ${rate(Math.min(...nanoseconds))})`;
}

// Run by itself it says what a command of one of the loads takes.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const time = loads[process.argv[2]];
  await warmUp(time);
  console.log(JSON.stringify(await mean(CLUSTERS, time)));
}
