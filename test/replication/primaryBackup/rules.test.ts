import { describe, expect, it } from "vitest";
import { backupsToWaitFor, nextViewOf, primaryBackup, primaryOf } from "../../../lib/replication/primaryBackup/primaryBackup.js";
import type { Degree, PrimaryBackup, PrimaryBackupOptions } from "../../../lib/replication/primaryBackup/types.js";
import { keyValue } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";

const DEGREES: readonly Degree[] = ["asynchronous", "semi-synchronous", "majority", "synchronous"];

const started = (size: number, options: PrimaryBackupOptions = {}, more: object = {}) => {
  const cluster = simulate(primaryBackup(keyValue, options), { size, seed: 1, latency: "constant:10", messages: "frozen", ...more });
  cluster.run(100);
  return cluster;
};

/** A client of its own asks a node to add its name to the value under "a". */
const append = (cluster: Cluster<PrimaryBackup>, node: number, client: number, serial = 1) => cluster.input(node, { type: "request", client, serial, command: { op: "append", key: "a", value: `${client} ` } });

const answersTo = (cluster: Cluster<PrimaryBackup>, client: number) => cluster.outputs.filter(({ output }) => output.client === client);
const values = ({ nodes }: Cluster<PrimaryBackup>) => nodes.map(({ state }) => state.sessions.machine["a"] ?? null);
const roles = ({ nodes }: Cluster<PrimaryBackup>) => nodes.map(({ state }) => (state.fenced ? "fenced" : state.role));

describe("a request is answered", () => {
  it.each([
    ["asynchronous", 0],
    ["semi-synchronous", 20],
    ["majority", 20],
    ["synchronous", 20],
  ] as const)("%s: %d ms after it was asked, with all backups 10 ms away", (acknowledge, after) => {
    const cluster = started(5, { acknowledge });
    append(cluster, 0, 1);
    cluster.run(1000);
    expect(answersTo(cluster, 1)).toEqual([{ time: 100 + after, node: 0, output: { type: "answer", client: 1, serial: 1, result: null } }]);
    expect(values(cluster)).toEqual(Array(5).fill("1 "));
  });

  it("whoever is away; or while one backup, half of them, or all are near: of five nodes, with 4, 3, 2, 1 and none away", () => {
    const answered = DEGREES.map((acknowledge) =>
      [4, 3, 2, 1, 0].map((away) => {
        const cluster = started(5, { acknowledge, fencing: "none", timeout: 10_000, heartbeat: 50 });
        cluster.partition([Array.from({ length: 5 - away }, (_, node) => node)]);
        append(cluster, 0, 1);
        cluster.run(1000);
        return answersTo(cluster, 1).length;
      }),
    );
    expect(answered).toEqual([
      [1, 1, 1, 1, 1],
      [0, 1, 1, 1, 1],
      [0, 0, 1, 1, 1],
      [0, 0, 0, 0, 1],
    ]);
  });

  it("once, however often it is asked, and carried out once (Liskov and Cowling 2012, §4.1, client table)", () => {
    const cluster = started(3);
    append(cluster, 0, 1);
    append(cluster, 0, 1);
    cluster.run(200);
    expect(answersTo(cluster, 1)).toHaveLength(1);
    append(cluster, 0, 1);
    expect(answersTo(cluster, 1)).toHaveLength(2);
    append(cluster, 0, 1, 2);
    cluster.run(300);
    // It comes late: the client has had its answer.
    append(cluster, 0, 1, 1);
    expect(answersTo(cluster, 1).map(({ output }) => output.serial)).toEqual([1, 1, 2]);
    expect(values(cluster)).toEqual(Array(3).fill("1 1 "));
  });

  it("once also when another primary is asked again", () => {
    const cluster = started(3, { acknowledge: "majority" });
    append(cluster, 0, 1);
    cluster.run(130);
    cluster.crash(0);
    cluster.run(1000);
    append(cluster, 1, 1);
    cluster.run(1200);
    expect(answersTo(cluster, 1).map(({ node }) => node)).toEqual([0, 1]);
    expect(values(cluster).slice(1)).toEqual(["1 ", "1 "]);
  });

  it("by the primary alone: a backup refuses, and says who it is", () => {
    const cluster = started(3);
    append(cluster, 2, 1);
    expect(answersTo(cluster, 1)[0]!.output).toEqual({ type: "refused", client: 1, serial: 1, leader: 0 });
  });

  it("after the write is on the primary's own slow disk, even asynchronously", () => {
    const cluster = started(2, { acknowledge: "asynchronous", fencing: "none" }, { diskWrite: "constant:30" });
    append(cluster, 0, 1);
    cluster.run(1000);
    expect(answersTo(cluster, 1)[0]!.time).toBe(130);
  });
});

describe("a backup that was away", () => {
  it("is sent again what was lost on the way", () => {
    const cluster = started(3, { acknowledge: "majority" });
    cluster.command({ type: "cut", from: 0, to: 2 });
    append(cluster, 0, 1);
    cluster.run(150);
    expect(cluster.nodes[2]!.state.log).toHaveLength(0);
    cluster.heal();
    cluster.run(400);
    expect(values(cluster)).toEqual(["1 ", "1 ", "1 "]);
    expect(cluster.nodes[0]!.state.view).toBe(0);
  });

  it("goes on after a crash with what its disk kept, and is sent the rest", () => {
    const cluster = started(3, { acknowledge: "majority" });
    append(cluster, 0, 1);
    cluster.run(300);
    cluster.crash(2);
    append(cluster, 0, 2);
    cluster.run(600);
    cluster.restart(2);
    expect(cluster.nodes[2]!.state.log).toHaveLength(1);
    cluster.run(900);
    expect(cluster.nodes.map(({ disk }) => disk.log.length)).toEqual([2, 2, 2]);
    expect(values(cluster)).toEqual(Array(3).fill("1 2 "));
    expect(roles(cluster)).toEqual(["primary", "backup", "backup"]);
  });

  it("and was the primary drops what the new one does not have, from its disk and from its machine", () => {
    const cluster = started(2, { acknowledge: "asynchronous", fencing: "none" });
    append(cluster, 0, 1);
    cluster.run(300);
    cluster.partition([[0]]);
    append(cluster, 0, 2);
    cluster.run(700);
    append(cluster, 1, 3);
    cluster.run(800);
    // The split brain of a hot standby: two primaries, and both have answered.
    expect(roles(cluster)).toEqual(["primary", "primary"]);
    expect(cluster.outputs.map(({ node, output }) => [node, output.type, output.client])).toEqual([[0, "answer", 1], [0, "answer", 2], [1, "answer", 3]]);
    expect(values(cluster)).toEqual(["1 2 ", "1 3 "]);
    cluster.heal();
    cluster.run(1200);
    expect(roles(cluster)).toEqual(["backup", "primary"]);
    expect(values(cluster)).toEqual(["1 3 ", "1 3 "]);
    expect(cluster.nodes[0]!.disk.log).toEqual(cluster.nodes[1]!.disk.log);
  });
});

describe("views", () => {
  it("view v belongs to node v mod n, and a node knows its next one", () => {
    expect([0, 1, 2, 3, 7].map((view) => primaryOf(view, 3))).toEqual([0, 1, 2, 0, 1]);
    for (const size of [1, 2, 3, 5])
      for (let view = 0; view < 12; view++)
        for (let node = 0; node < size; node++) {
          const next = nextViewOf(node, view, size);
          expect([next > view, next <= view + size, primaryOf(next, size)]).toEqual([true, true, node]);
        }
  });

  it.each([
    [1, 1],
    [2, 2],
  ])("with the first %d in line dead, node %d takes over after as many timeouts", (dead, successor) => {
    const cluster = started(5, { acknowledge: "majority", timeout: 200 });
    for (let node = 0; node < dead; node++) cluster.crash(node);
    cluster.runUntil(() => cluster.nodes.some(({ up, state }) => up && state.role === "primary"), 5000);
    expect(cluster.now).toBeGreaterThan(100 + 200 * dead - 50);
    expect(cluster.now).toBeLessThan(100 + 200 * dead + 50);
    cluster.run(1500);
    expect(cluster.nodes[successor]!.state).toMatchObject({ role: "primary", view: successor });
    expect(cluster.nodes.slice(dead).every(({ state }) => state.view === successor && state.normal === successor)).toBe(true);
  });

  it("fenced by a majority, nobody takes over without one, and a primary that is cut off refuses", () => {
    const cluster = started(3, { acknowledge: "asynchronous" });
    cluster.partition([[0], [1], [2]]);
    append(cluster, 0, 1);
    cluster.run(1000);
    append(cluster, 0, 2);
    expect(cluster.outputs.map(({ output }) => output.type)).toEqual(["answer", "refused"]);
    expect(roles(cluster)).toEqual(["fenced", "candidate", "candidate"]);
    cluster.heal();
    cluster.run(3000);
    expect(roles(cluster).filter((role) => role === "primary")).toHaveLength(1);
    expect(roles(cluster).filter((role) => role === "backup")).toHaveLength(2);
  });

  it("the new primary has the newest log among its voters, not its own (Liskov and Cowling 2012, §4.2)", () => {
    const cluster = started(3, { acknowledge: "majority" });
    cluster.command({ type: "cut", from: 0, to: 1 });
    append(cluster, 0, 1);
    cluster.run(150);
    expect(answersTo(cluster, 1)).toHaveLength(1);
    expect(cluster.nodes[1]!.state.log).toHaveLength(0);
    cluster.crash(0);
    cluster.run(1500);
    expect(cluster.nodes[1]!.state).toMatchObject({ role: "primary", view: 1 });
    expect(values(cluster).slice(1)).toEqual(["1 ", "1 "]);
  });

  it("a vote survives a crash: a node that has left a view does not come back to it", () => {
    const cluster = started(3, { acknowledge: "majority" });
    cluster.crash(0);
    cluster.runUntil(() => cluster.nodes[2]!.state.view === 1, 2000);
    cluster.crash(2);
    cluster.restart(2);
    expect(cluster.nodes[2]!.state).toMatchObject({ role: "backup", view: 1, normal: 0 });
  });

  it("a primary that crashes and is back in time goes on in its view, once a majority answers it", () => {
    const cluster = started(3);
    append(cluster, 0, 1);
    cluster.run(200);
    cluster.crash(0);
    cluster.restart(0);
    expect(roles(cluster)[0]).toBe("fenced");
    cluster.run(400);
    expect(roles(cluster)).toEqual(["primary", "backup", "backup"]);
    expect(cluster.nodes.map(({ state }) => [state.view, state.committed])).toEqual(Array(3).fill([0, 1]));
  });
});

it("waits for as many backups as the degree says", () => {
  expect(DEGREES.map((degree) => [1, 2, 3, 4, 5].map((size) => backupsToWaitFor(degree, size)))).toEqual([
    [0, 0, 0, 0, 0],
    [0, 1, 1, 1, 1],
    [0, 1, 1, 2, 2],
    [0, 1, 2, 3, 4],
  ]);
});

it("refuses options that do not fit together", () => {
  expect(() => primaryBackup(keyValue, { timeout: 0 })).toThrow(/timeout above 0/);
  expect(() => primaryBackup(keyValue, { timeout: 100, heartbeat: 100 })).toThrow(/below the timeout of 100 ms/);
  expect(() => primaryBackup(keyValue, { gather: -1 })).toThrow(/gather/);
});
