import { describe, expect, it } from "vitest";
import type { Protocol } from "../../lib/protocol.js";
import { simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";

interface Chatter {
  State: { role: "quiet" | "leader"; heard: number; level: number };
  Message: { level: number; hops: number; text: string };
  Timer: "talk" | { again: number };
  Stored: { level: number };
  Entry: number;
  Input: { say: string };
  Output: { heard: number; at: number };
}

/** Uses all that a context offers, in no useful way; an engine's own rules may change, these do not. */
const chatter: Protocol<Chatter> = {
  init: (_self, _size, stored, log) => ({ role: "quiet", heard: log?.length ?? 0, level: stored?.level ?? 0 }),
  onStart: (_state, context) => context.setTimer("talk", 20 + 30 * context.random()),
  onMessage(state, from, { level, hops, text }, context) {
    state.heard++;
    state.level = (state.level + level + context.random()) / 2;
    state.role = state.level > 0.8 ? "leader" : "quiet";
    if (state.heard % 3 === 0) context.append([state.heard, from]);
    if (state.heard % 7 === 0) context.truncate(state.heard >> 1);
    if (hops > 0) context.send((from + hops) % context.size, { level: state.level, hops: hops - 1, text });
    context.setTimer({ again: state.heard % 4 }, 15);
    if (state.heard % 5 === 0) context.cancelTimer({ again: 1 });
  },
  onTimer(state, timer, context) {
    if (timer !== "talk") return context.output({ heard: state.heard, at: context.now });
    context.save({ level: state.level });
    for (let to = 0; to < context.size; to++) if (context.random() < 0.7) context.send(to, { level: state.level, hops: 2, text: "talk" });
    context.setTimer("talk", 20 + 30 * context.random());
  },
  onInput: (state, { say }, context) => context.send(0, { level: state.level, hops: 3, text: say }),
};

/**
 * Digests that every supported Node must give. A change of the simulator that changes what happens in a run, or what the
 * digest takes in, changes them: then look whether it was meant to, and put in the new ones that the test prints.
 */
const GOLDEN: readonly (readonly [digest: string, options: Partial<ClusterOptions<Chatter>>, schedule: string])[] = [
  ["602d54cd8e3bcb7d", {}, ""],
  ["9ec817c81c9dd05a", { seed: 9_007_199_254_740_991, latency: "exp:0.2" }, ""],
  ["ce71759ee7340e8c", { latency: "lognormal:10,1", loss: 0.2, duplication: 0.2, reordering: 0.2 }, "at 500 calm"],
  ["f67c00393a7e2d2c", { latency: "pareto:1,1.1", reordering: 0.5, reorderingDelay: "normal:20,20" }, "at 300 loss 0.5 duplication 0.5; at 600 reordering 0"],
  ["5e38c1e0b701c9d3", { latency: "normal:5,5", fifo: true, duplication: 0.3 }, 'at 100 clog 0 > 1; at 150 clog 1 <> 2; at 400 unclog; at 410 input leader {"say":"hello"}'],
  ["602a0b6fbf007f99", { latency: "0.9*uniform:1,3+0.1*lognormal:80,0.5" }, "at 100 partition 0 1 | 2 3 4; at 300 ring; at 500 bridge 2; at 700 isolate leader; at 900 heal"],
  ["80e834e23d87a5a2", { latency: Array.from({ length: 5 }, (_, a) => Array.from({ length: 5 }, (_, b) => (a === b ? "constant:0" : `${10 * ((a + 2 * b) % 3)}+exp:1`))) }, "at 200 cut 0 > 1; at 300 cut leader > 3"],
  ["2c3c57cdc5e47b15", { diskWrite: "exp:0.1", tornWrite: 0.5 }, "at 100 crash leader; at 200 crash 1; at 210 crash 2; at 300 restart all; at 400 crash 3; at 500 restart 3 lost"],
  ["bdc41100fe760419", { clockSkew: "normal:0,50", clockDrift: "uniform:-200000,200000" }, "at 200 clock 1 +0.1; at 300 clock leader -70"],
  ["1df6adbae9130490", { latency: "constant:7" }, "at 100 pause 0; at 150 pause leader; at 200 crash 0; at 350 resume all; at 400 restart 0; at 500 pause 1; at 800 calm"],
  ["a235ddbce71347b6", { messages: "cloned", size: 13, loss: 0.05 }, "at 250 partition 0 1 2 3 4 5; at 600 heal"],
  ["a650c38725beb830", { size: 2, seed: 0, latency: "75+exp:1.66", diskWrite: "0.9122*pareto:0.235,10+0.0878*exp:1.66", clockDrift: "normal:0,1000", tornWrite: 1 }, "at 50 crash 0; at 90 restart 0; at 500 pause 1; at 650 crash 1; at 700 calm"],
];

const runOf = (options: Partial<ClusterOptions<Chatter>>, schedule: string) => {
  const run = simulate(chatter, { size: 5, seed: 42, probe: (state) => state.role, ...options });
  run.schedule(schedule);
  run.run(1000);
  return run;
};

describe("golden digests: every supported Node runs the same events", () => {
  it.each(GOLDEN)("%s %j %s", (digest, options, schedule) => {
    const run = runOf(options, schedule);
    expect(run.events).toBeGreaterThan(80);
    expect(run.digest).toBe(digest);
  });

  it("are of a dozen different runs, and rewinding reaches each of their events", () => {
    expect(new Set(GOLDEN.map(([digest]) => digest)).size).toBe(GOLDEN.length);
    for (const [digest, options, schedule] of GOLDEN) {
      const run = runOf(options, schedule);
      for (let events = 1; events < run.events; events += 97) {
        const back = run.rewind(events);
        expect(back.events).toBe(events);
        back.run(1000);
        expect(back.digest).toBe(digest);
      }
    }
  });
});
