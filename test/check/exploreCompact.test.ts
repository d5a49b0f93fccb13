import { describe, expect, test } from "vitest";
import { explore, formatPath, parsePath, type Subject, walk } from "../../lib/check/explore/index.js";
import type { NodeId, Protocol } from "../../lib/protocol.js";
import type { Declaration } from "../../lib/promises.js";
import { simulate } from "../../lib/sim/cluster.js";

/** Each node keeps numbers, and a sum in place of the first of them, with the name of the node that drew it up. */
interface Ledger {
  State: { sum: number; by: NodeId | null; numbers: number[] };
  Message: never;
  Entry: number;
  Snapshot: { sum: number; by: NodeId; spoiled?: true };
  Input: "add" | "sum up" | "both";
}

const protocol: Protocol<Ledger> = {
  init: (_self, _size, _stored, log = [], snapshot) => ({ sum: snapshot?.sum ?? 0, by: snapshot?.by ?? null, numbers: [...log] }),
  onMessage() {},
  onInput(state, input, context) {
    if (input !== "sum up") {
      state.numbers.push(1, 2, 3);
      context.append([1, 2, 3]);
    }
    if (input === "add" || state.numbers.length < 3) return;
    const summed = state.numbers.splice(0, state.numbers.length - 1);
    state.sum += summed.reduce((sum, number) => sum + number, 0);
    state.by = context.self;
    const snapshot: Ledger["Snapshot"] = { sum: state.sum, by: context.self };
    context.compact(summed.length, snapshot);
    snapshot.spoiled = true;
  },
};

const total = ({ sum, numbers }: Ledger["State"]) => numbers.reduce((sum, number) => sum + number, sum);
const subject: Subject<Ledger> = {
  protocol,
  inputs: ["both"],
  invariants: [
    { name: "a log and the sum before it make six or nothing", source: "this test", afterStep: ({ disk }, facts) => facts.must([0, 6].includes(total({ sum: disk.snapshot?.sum ?? 0, by: null, numbers: [...disk.log] })), "they do not") },
    { name: "memory agrees with the disk", source: "this test", afterStep: ({ up, state, disk }, facts) => facts.must(!up || (total(state) === (disk.snapshot?.sum ?? 0) + disk.log.reduce((sum, number) => sum + number, 0) && state.by === (disk.snapshot?.by ?? null)), "it does not") },
  ],
  reachables: [
    { name: "a log without a sum", afterStep: ({ up, state }) => up && state.by === null && state.numbers.length === 3 },
    { name: "a sum and one number", afterStep: ({ up, state }) => up && state.sum === 3 && state.numbers.length === 1 },
    { name: "nothing after a crash", afterStep: ({ id, up, state }) => id === 1 && up && total(state) === 0 },
  ],
};
const rename: NonNullable<Declaration<Ledger>["rename"]> = {
  state: (state, to) => ({ ...state, by: state.by === null ? null : to(state.by) }),
  message: (message) => message,
  snapshot: (snapshot, to) => ({ ...snapshot, by: to(snapshot.by) }),
};

describe("a log's beginning that gives way to a snapshot", () => {
  test("is gone in the walk as in the cluster, and both are found again after a crash", () => {
    const { nodes, trace } = walk(subject, parsePath('input 0 "both"; crash 0; restart 0'), { size: 1 });
    expect(nodes[0]).toMatchObject({ state: { sum: 3, by: 0, numbers: [3] }, disk: { snapshot: { sum: 3, by: 0 }, log: [3] } });
    expect(nodes[0]!.disk.snapshot).not.toHaveProperty("spoiled");
    expect(trace.flatMap((event) => (event.kind === "save" ? [event.value] : []))).toEqual([{ kind: "append", entries: [1, 2, 3] }, { kind: "compact", count: 2, snapshot: { sum: 3, by: 0 } }]);
    const cluster = simulate(protocol, { size: 1, seed: 1 });
    cluster.input(0, "both");
    cluster.run(1000);
    cluster.crash(0);
    cluster.restart(0);
    expect(cluster.nodes[0]!.state).toEqual(nodes[0]!.state);
    expect(cluster.nodes[0]!.disk.log).toEqual(nodes[0]!.disk.log);
    expect(cluster.nodes[0]!.disk.snapshot).toEqual(nodes[0]!.disk.snapshot);
  });

  test("goes in one write: a crash comes before it or after it", () => {
    const after = (writes: number) => walk(subject, parsePath(`input 0 "both" then crash after ${writes}; restart 0`), { size: 1 }).nodes[0]!.state;
    expect([0, 1, 2].map(after)).toEqual([
      { sum: 0, by: null, numbers: [] },
      { sum: 0, by: null, numbers: [1, 2, 3] },
      { sum: 3, by: 0, numbers: [3] },
    ]);
    const found = explore(subject, { size: 1, inputs: 1, crashes: 1, midWrite: true });
    expect(found).toMatchObject({ complete: true, violations: [], reached: { "a log without a sum": 2, "a sum and one number": 1 } });
  });

  test("is lost with its disk", () => {
    const found = explore({ ...subject, inputs: ["both"] }, { size: 2, inputs: 1, crashes: 1, restart: "lost" });
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(walk(subject, parsePath('input 0 "both"; crash 0; restart 0 lost'), { size: 1 }).nodes[0]!.disk).toMatchObject({ log: [] });
    expect(walk(subject, parsePath('input 0 "both"; crash 0; restart 0 lost'), { size: 1 }).nodes[0]!.disk.snapshot).toBeUndefined();
  });

  test("lies on the disk at the start, where a subject says so, and what the log keeps counts from there", () => {
    const { nodes } = walk({ ...subject, disks: () => ({ snapshot: { sum: 1, by: 0 }, log: [2, 3] }) }, parsePath('crash 0; restart 0; input 0 "sum up"'), { size: 1 });
    expect(nodes[0]!.disk).toMatchObject({ snapshot: { sum: 1, by: 0 }, log: [2, 3] });
    const summed = walk({ ...subject, invariants: [], disks: () => ({ snapshot: { sum: 1, by: 0 }, log: [2, 3] }) }, parsePath('input 0 "both"'), { size: 1 });
    expect(summed.nodes[0]!.disk).toMatchObject({ snapshot: { sum: 9, by: 0 }, log: [3] });
  });

  test("up to names: two nodes that may each sum up once are 3 worlds of 4", () => {
    const bounds = { size: 2, inputs: 2 };
    const once: Subject<Ledger> = { ...subject, protocol: { ...protocol, onInput: (state, input, context) => void (state.by === null && protocol.onInput!(state, input, context)) } };
    // Inputs that come to nothing are counted, too: none, one, two; of two, both at one node or one at each.
    expect(explore(once, bounds)).toMatchObject({ complete: true, unique: 6 });
    expect(explore({ ...once, rename }, { ...bounds, symmetry: true })).toMatchObject({ complete: true, unique: 4 });
  });

  test("a renaming that forgets the snapshot is noticed", () => {
    const { snapshot: _, ...forgetful } = rename;
    expect(() => explore({ ...subject, rename: forgetful }, { size: 2, inputs: 1, crashes: 1, symmetry: true })).toThrow("there is no symmetry");
  });

  test("two disks that differ in the snapshot alone are two", () => {
    const found = explore({ ...subject, inputs: ["add", "sum up"], invariants: [] }, { size: 1, inputs: 3, crashes: 1 });
    expect(found.complete).toBe(true);
    const paths = ['input 0 "add"; input 0 "sum up"; crash 0', 'input 0 "both"; crash 0'].map((path) => walk(subject, parsePath(path), { size: 1 }).nodes[0]!.disk);
    expect(paths[0]).toEqual(paths[1]);
    expect(formatPath(parsePath<Ledger>('input 0 "both" then crash after 1'))).toBe('input 0 "both" then crash after 1');
  });
});
