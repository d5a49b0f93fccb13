import { describe, expect, it } from "vitest";
import { simulate } from "../../../lib/sim/cluster.js";
import { checkpointing } from "../../../lib/systems/models/checkpointing.js";
import { trueCounts } from "../../../lib/systems/models/dataflow.js";
import { fileSystem } from "../../../lib/systems/models/fileSystem.js";
import { scheduler } from "../../../lib/systems/models/scheduler.js";
import { taskTable } from "../../../lib/systems/models/taskTable.js";

describe("windowed counts with global checkpoints", () => {
  const options = { windows: 6, window: 60, interval: 40 };
  const run = (crash: (cluster: ReturnType<typeof start>) => void) => {
    const cluster = start();
    crash(cluster);
    cluster.run(2000);
    return cluster;
  };
  const start = () => simulate(checkpointing(options), { size: 5, seed: 4, latency: "uniform:1,10", digest: false });
  const told = (cluster: ReturnType<typeof start>) => cluster.outputs.map(({ output }) => output);
  const truth = Array.from({ length: 6 }, (_, window) => ({ type: "window", window, counts: trueCounts(window, options) }));

  it("tell each window once where nothing fails", () => expect(told(run(() => {}))).toEqual(truth));

  it.each([
    ["a source", 0],
    ["a counter", 2],
    ["the sink, which coordinates", 4],
  ])("tell nothing else after a crash of %s, though perhaps again", (_who, node) => {
    const outputs = told(
      run((cluster) => {
        cluster.crash(node, 170);
        cluster.restart(node, 230);
      }),
    );
    for (const output of outputs) expect(output).toEqual(truth[output.window]);
    expect(new Set(outputs.map(({ window }) => window)).size).toBe(6);
  });

  it("need as many nodes as the dataflow has", () => expect(() => simulate(checkpointing({ sources: 3 }), { size: 5, latency: "constant:1" }).run(100)).toThrow("expected 6 nodes for 3 sources, 2 counters and a sink, not 5"));
  it("refuse times that are not above 0", () => expect(() => checkpointing({ interval: 0 })).toThrow("interval"));
});

describe("the table of tasks", () => {
  it("takes a task's end once, and nothing about any other task", () => {
    const table = taskTable(1);
    const state = table.begin();
    for (const command of [
      { op: "start", chain: 0, task: 1 },
      { op: "done", chain: 0, task: 1 },
      { op: "done", chain: 0, task: 1 },
      { op: "give-up", chain: 0, task: 3 },
      { op: "give-up", chain: 0, task: 2 },
    ] as const)
      table.apply(state, command, () => {});
    expect(state).toEqual({ 0: { through: 2, started: 1, givenUp: 1 } });
  });
});

describe("a scheduler", () => {
  const effects = (options: Parameters<typeof scheduler>[0], seed: number) => {
    const cluster = simulate(scheduler({ chains: 1, tasks: 8, work: 20, ...options }), { size: 6, seed, latency: "uniform:1,10", digest: false, probe: (state) => (state.kind === "server" ? state.raft.role : state.kind) });
    cluster.runUntil(() => cluster.outputs.some(({ output }) => output.type === "effect"), 5000);
    cluster.command({ type: "pause", node: { role: "leader" } });
    cluster.command({ type: "resume", node: "all" }, cluster.now + 600);
    cluster.run(5000);
    return cluster.outputs.flatMap(({ output }) => (output.type === "effect" ? [output.value] : []));
  };
  const falls = (values: readonly number[]) => values.some((value, i) => i > 0 && value < values[i - 1]!);
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

  it("whose leader sleeps and wakes takes objects back to earlier tasks, unless old tokens are refused", () => {
    expect(seeds.some((seed) => falls(effects({ fencing: false }, seed)))).toBe(true);
    expect(seeds.some((seed) => falls(effects({}, seed)))).toBe(false);
    for (const seed of seeds) expect(effects({}, seed).at(-1)).toBe(8);
  });

  it("needs a worker", () => expect(() => simulate(scheduler(), { size: 4, latency: "constant:1" })).toThrow("4 nodes are too few"));
});

describe("a file system with one leader for the names", () => {
  const run = (onDataPath: boolean) => {
    let through = 0;
    const cluster = simulate(fileSystem({ dataServers: 2, fileSize: 1000, piece: 400, files: 4, reads: 0.5, operations: 10, onDataPath }), { size: 5, seed: 1, latency: "constant:1", digest: false, observer: { sent: ({ id }, to, { type }) => void ((id === 0 || to === 0) && (type === "Piece" || type === "WritePiece") && through++) } });
    cluster.run(10_000);
    return { through, done: cluster.nodes.flatMap(({ state }) => (state.kind === "client" ? [state] : [])) };
  };

  it("serves the same files whether bytes pass by the leader or through it; only then does it see any", () => {
    const [beside, through] = [run(false), run(true)];
    for (const { done } of [beside, through]) expect(done.map(({ done, bytes, missed }) => ({ done, bytes, missed }))).toEqual(Array.from({ length: 2 }, () => ({ done: 10, bytes: 10_000, missed: 0 })));
    expect(beside.through).toBe(0);
    // Ten files of three pieces for each of two clients, each piece to the leader and on.
    expect(through.through).toBe(2 * 2 * 10 * 3);
  });
});
