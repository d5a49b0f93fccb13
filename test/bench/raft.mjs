import { raft, simulate } from "../../dist/index.js";
import { hold } from "./hold.mjs";
import { each, medians, report } from "./measure.mjs";

const network = { size: 5, latency: "uniform:0.5,6" };

/** Nanoseconds an event of a healthy cluster takes: heartbeats, their replies, their timers. */
function idle(options, duration = 3_000_000) {
  const cluster = simulate(raft(), { ...network, seed: 1, ...options });
  cluster.run(1000);
  const before = cluster.events;
  const total = each(1, () => cluster.run(1000 + duration));
  return { nanoseconds: total / (cluster.events - before), cluster };
}

function coldStarts(count) {
  return each(count, () => {
    for (let seed = 0; seed < count; seed++) {
      const cluster = simulate(raft(), { ...network, seed });
      if (!cluster.runUntil(() => cluster.outputs.length > 0, 60_000)) throw new Error(`no leader with seed ${seed}`);
    }
  });
}

/** Heap that a record of a full trace takes, in bytes, its message included. Needs --expose-gc. */
function bytesPerRecord() {
  const { cluster } = idle({ trace: true }, 1000);
  const records = () => cluster.trace.length;
  const bytes = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const [recordsBefore, bytesBefore] = [records(), bytes()];
  cluster.run(2_000_000);
  return (bytes() - bytesBefore) / (records() - recordsBefore);
}

/** The cost of Raft's events in holds, and what digest and trace add. */
export async function benchRaft() {
  const { unit, event, bare, traced, start } = await medians({
    unit: hold,
    event: () => idle({}).nanoseconds,
    bare: () => idle({ digest: false }).nanoseconds,
    traced: () => idle({ digest: false, trace: true }).nanoseconds,
    start: () => coldStarts(2000),
  });
  report("an event of idle 5-node Raft, digest on, in holds", event / unit, ["at most", 2.5], `${event.toFixed(0)} ns; a hold is ${unit.toFixed(0)} ns`);
  report("a cold start to the first leader, in holds", start / unit, ["at most", 200], `${(start / 1000).toFixed(1)} µs`);
  report("digest on against off", event / bare, ["at most", 1.25], `${event.toFixed(0)} ns against ${bare.toFixed(0)} ns an event`);
  report("full trace against none", traced / bare, ["at most", 2], `${traced.toFixed(0)} ns against ${bare.toFixed(0)} ns an event`);
  if (globalThis.gc) report("bytes a trace record", bytesPerRecord(), ["at most", 110], "message included");
}
