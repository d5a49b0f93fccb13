import { setTimeout } from "node:timers/promises";
import { raft, simulate } from "../../dist/index.js";
import { hold } from "./hold.mjs";
import { each, medians, report } from "./measure.mjs";

const network = { size: 5, latency: "uniform:0.5,6" };

/** Nanoseconds an event of a healthy cluster takes: heartbeats, their replies, their timers. */
function idle(options, duration = 500_000) {
  const cluster = simulate(raft(), { ...network, seed: 1, ...options });
  cluster.run(1000);
  const before = cluster.events;
  const total = each(1, () => cluster.run(1000 + duration));
  return total / (cluster.events - before);
}

function coldStarts(count) {
  const protocol = raft();
  return each(count, () => {
    for (let seed = 0; seed < count; seed++) {
      const cluster = simulate(protocol, { ...network, seed });
      if (!cluster.runUntil(() => cluster.outputs.length > 0, 60_000)) throw new Error(`no leader with seed ${seed}`);
    }
  });
}

/** Heap that a record of a full trace takes, in bytes, its message included. Needs --expose-gc. */
async function bytesPerRecord() {
  const cluster = simulate(raft(), { ...network, seed: 1, trace: true });
  const bytes = async () => {
    // Array buffers are freed a moment after the garbage collection that finds them.
    for (let i = 0; i < 3; i++) {
      gc();
      await setTimeout(50);
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  cluster.run(1000);
  const [recordsBefore, bytesBefore] = [cluster.trace.length, await bytes()];
  cluster.run(2_000_000);
  return ((await bytes()) - bytesBefore) / (cluster.trace.length - recordsBefore);
}

/** What an event of Raft costs, in holds. */
export async function benchEvent() {
  const { unit, event } = await medians({ unit: hold, event: () => idle({}) });
  report("an event of idle 5-node Raft, digest on, in holds", event / unit, ["at most", 2.5], `${event.toFixed(0)} ns; a hold is ${unit.toFixed(0)} ns`);
}

/** What it costs to set up five nodes and run them to their first leader, in holds. */
export async function benchColdStart() {
  const { unit, start } = await medians({ unit: hold, start: () => coldStarts(3000) });
  report("a cold start to the first leader, in holds", start / unit, ["at most", 200], `${(start / 1000).toFixed(1)} µs; a hold is ${unit.toFixed(0)} ns`);
}

/** What digest and trace add to a run. */
export async function benchRecords() {
  const { digested, bare, traced } = await medians({
    digested: () => idle({}),
    bare: () => idle({ digest: false }),
    traced: () => idle({ digest: false, trace: true }),
  });
  report("digest on against off", digested / bare, ["at most", 1.25], `${digested.toFixed(0)} ns against ${bare.toFixed(0)} ns an event`);
  report("full trace against none", traced / bare, ["at most", 2], `${traced.toFixed(0)} ns against ${bare.toFixed(0)} ns an event`);
  if (globalThis.gc) report("bytes a trace record", await bytesPerRecord(), ["at most", 110], "message included");
}
