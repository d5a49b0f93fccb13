import { describe, expect, it } from "vitest";
import { choose } from "../../lib/experiments/choose.js";
import type { Experiment, Row } from "../../lib/experiments/experiment.js";
import { faultTolerance } from "../../lib/experiments/faultTolerance.js";
import { joinUnderLoad } from "../../lib/experiments/joinUnderLoad.js";
import { latency } from "../../lib/experiments/latency.js";
import { historyOf } from "../../lib/experiments/performance/historyOf.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { scalability } from "../../lib/experiments/scalability.js";
import { taskClaims } from "../../lib/experiments/taskClaims.js";
import { throughput } from "../../lib/experiments/throughput.js";
import { zookeeperMix } from "../../lib/experiments/zookeeperMix.js";

type Given = Readonly<Record<string, string | number>>;

const run = (experiment: Experiment<any, any>, given: Given = {}): readonly Row[] => runExperiment(experiment, given, { trials: 1 }).rows;
const one = (experiment: Experiment<any, any>, given: Given = {}): Record<string, any> => run(experiment, given)[0]!;

describe("throughput (5.1)", () => {
  const small = { clients: 24, window: 10, warm: 8 };

  it("a leader's puts cost it the whole cluster's messages; a register's are shared: at nine nodes the register is ahead", () => {
    const at = (design: string) => one(throughput, { ...small, design, nodes: 9, reads: 0, window: 15 }).throughput;
    expect(at("abd")).toBeGreaterThan(1.8 * at("raft"));
  });

  it("gets under a lease go faster than a register's, which asks a majority twice", () => {
    const at = (design: string) => one(throughput, { ...small, design, nodes: 3, reads: 1 }).throughput;
    expect(at("raft-lease")).toBeGreaterThan(2 * at("abd"));
  });

  it("several commands in a message make a leader's puts cheaper, beyond the formula, which then is not given", () => {
    const [single, batched] = [1, 64].map((batch) => one(throughput, { ...small, design: "raft", reads: 0, clients: 64, batch }));
    expect(batched!.throughput).toBeGreaterThan(1.5 * single!.throughput);
    expect([typeof single!.formula, batched!.formula]).toEqual(["number", null]);
  });

  it("there are no messages between servers for gets under a lease, but heartbeats; four a put of three servers", () => {
    expect(one(throughput, { ...small, design: "raft-lease", nodes: 3, reads: 1 }).messages).toBeLessThan(0.05);
    expect(one(throughput, { ...small, design: "raft-lease", nodes: 3, reads: 0 }).messages).toBeCloseTo(4, 0);
  });

  it("without a majority nothing is answered: figures by request are null, and what is given up is counted", () => {
    const row = one(throughput, { ...small, design: "abd", faults: 3, patience: 5 });
    expect([row.throughput, row.messages, row.busiest, row.p50, row.unanswered]).toEqual([0, null, null, null, 1]);
  });

  it("refuses what does not fit together", () => {
    expect(() => run(throughput, { faults: 5 })).toThrow("somebody must stay up: got faults 5 of 5 nodes");
    expect(() => run(throughput, { nodes: "3,0" })).toThrow("nodes are whole numbers from 1 to 101: got 0");
    expect(() => run(throughput, { far: "-5", regions: 2 })).toThrow("far are numbers from 0");
    expect(() => run(throughput, { timeout: 40 })).toThrow("heartbeat must be below timeout: got 50 and 40 ms");
  });
});

describe("latency (5.2)", () => {
  const exact = { near: "constant:1", far: "10,20,40", receive: 0, send: 0, bandwidth: 1e12, rate: 0.1, window: 500, warm: 200 };
  const p50 = (given: Given, operation: string, place = "all") => run(latency, { ...exact, ...given }).find((row) => row.operation === operation && row.place === place)?.p50;

  it("in one room a get under a lease takes one round trip, a put two, and a register's get and put three: client, query, store", () => {
    expect(p50({ design: "raft-lease", regions: 1 }, "get")).toBeCloseTo(2, 3);
    expect(p50({ design: "raft-lease", regions: 1 }, "put")).toBeCloseTo(4, 3);
    for (const operation of ["get", "put"]) expect(p50({ design: "abd", regions: 1 }, operation)).toBeCloseTo(6, 3);
  });

  it("near the leader a get under a lease stays in the room; from far away it goes to the leader and back", () => {
    expect(p50({ design: "raft-lease", regions: 3 }, "get", "near")).toBeCloseTo(2, 3);
    expect(p50({ design: "raft-lease", regions: 3 }, "get", "far")).toBeGreaterThanOrEqual(22);
  });

  it("where any answer will do, a get and a put stay in the room if there is no leader; with one, puts go to it", () => {
    const weak = { regions: 3, consistency: "weakest" };
    for (const operation of ["get", "put"]) expect(p50({ ...weak, design: "quorum-store" }, operation)).toBeCloseTo(2, 3);
    expect(p50({ ...weak, design: "raft" }, "get", "far")).toBeCloseTo(2, 3);
    expect(p50({ ...weak, design: "raft" }, "put", "far")).toBeGreaterThan(22);
  });
});

describe("scalability (5.3, G.1)", () => {
  const small = { nodes: "3,9", reads: 0, clients: 4, warm: 4, window: 8 };
  const speedup = (design: string, consistency = "linearizable") => run(scalability, { ...small, design, consistency }).at(-1)! as Record<string, number>;

  it("three times the servers: one leader does less, a leader a shard and a quorum store do more", () => {
    expect(speedup("raft").speedup).toBeLessThan(0.5);
    expect(speedup("sharded-raft").speedup).toBeGreaterThan(1.5);
    expect(speedup("quorum-store", "weakest").speedup).toBeGreaterThan(1.5);
    expect(speedup("raft").perfect).toBe(3);
  });

  it("has no speed-up to tell of a cluster that answers nothing", () => {
    expect(run(scalability, { ...small, design: "raft", receive: 1000 }).map((row) => row.speedup)).toEqual([null, null]);
  });
});

describe("fault tolerance (5.5, 5.6)", () => {
  const short = { before: 100, during: 500, after: 200, rate: 0.3 };

  it("when the leader crashes, nobody's put is answered until there is another; then they are again", () => {
    const row = one(faultTolerance, { ...short, design: "raft" });
    expect(row.silence).toBeGreaterThan(100);
    expect(row.silence).toBeLessThan(450);
    expect([row.writesBefore, row.writesAfter, row.linearizable]).toEqual([1, 1, 1]);
    expect(row.putsByStep.slice(0, 2)).toEqual([1, 1]);
  });

  it("stale gets go on meanwhile, but for those who asked the leader itself", () => {
    const row = one(faultTolerance, { ...short, design: "raft", consistency: "weakest" });
    expect(row.gets).toBeGreaterThan(0.9);
    expect(row.writes).toBeLessThan(0.9);
  });

  it("a register needs no failover, and a majority", () => {
    const [two, three] = run(faultTolerance, { ...short, design: "abd", faults: "2,3" }) as [Record<string, any>, Record<string, any>];
    expect(two.writes).toBeGreaterThan(0.9);
    // Asked within the patience of 200 ms before they are back, it is answered then.
    expect(three.putsByStep.slice(2, 8)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("cut off from the majority, a minority goes on with R = W = 1, and the history is not linearizable; with a log it is", () => {
    const cut = { ...short, kind: "partition", faults: 2 };
    const free = one(faultTolerance, { ...cut, design: "quorum-store", consistency: "weakest" });
    expect(free.writes).toBeGreaterThan(0.95);
    expect(free.linearizable).toBe(0);
    expect(free.stale).toBeGreaterThan(0);
    expect(free.siblings).toBeGreaterThan(0);
    const led = one(faultTolerance, { ...cut, design: "raft" });
    expect(led.writes).toBeLessThan(0.9);
    expect([led.linearizable, led.stale, led.siblings]).toEqual([1, 0, 0]);
  });

  it("with everybody down nothing is answered, and nothing is wrong", () => {
    const row = one(faultTolerance, { ...short, design: "raft", nodes: 3, faults: 3 });
    expect([row.writes, row.gets, row.silence, row.linearizable]).toEqual([0, 0, 500, 1]);
  });

  it("of two requests at the same moment, neither was before the other", () => {
    const base = { region: 0, node: 0, key: "k" };
    const history = historyOf([
      { ...base, id: 0, client: 0, f: "put", value: "a", asked: 0, answered: 5, result: null },
      { ...base, id: 1, client: 1, f: "get", value: null, asked: 5, answered: 9, result: null },
      { ...base, id: 2, client: 2, f: "get", value: null, asked: 6 },
    ]);
    expect(history.map(({ f, output }) => [f, output])).toEqual([["write", null], ["read", null], ["read", undefined]]);
    expect(history[1]!.invoked).toBeLessThan(history[0]!.returned);
    expect(history[2]!.returned).toBe(Infinity);
  });
});

describe("joining under load (5.4)", () => {
  const small = { backlog: 60, window: 100 };

  it("has the log and a vote soon, and no term begins", () => {
    const row = one(joinUnderLoad, small);
    expect(row.votes).toBeGreaterThan(row.caughtUp);
    expect(row.votes).toBeLessThan(50);
    expect([row.elections, row.unanswered]).toEqual([0, 0]);
  });

  it("made a voter at once, it has a vote before it has the log: the others are a majority", () => {
    const row = one(joinUnderLoad, { ...small, as: "voter at once" });
    expect(row.votes).toBeLessThanOrEqual(row.caughtUp);
    expect([row.elections, row.unanswered]).toEqual([0, 0]);
  });

  it("joins a cluster whose log is all but empty, and one of a single server", () => {
    for (const given of [{ backlog: 0, rate: 0.01 }, { nodes: 1 }]) expect(one(joinUnderLoad, { ...small, ...given }).votes).not.toBeNull();
  });
});

describe("ZooKeeper's mix of reads and writes (Hunt et al. 2010)", () => {
  it("the harmonic mean of the published ends is within a tenth of the published mix, and that of our own ends of our own", () => {
    const rows = run(zookeeperMix, { reads: "50", clients: 40, window: 25 });
    for (const row of rows) for (const field of ["error", "errorSimulated"]) expect(Math.abs(row[field] as number), field).toBeLessThan(0.1);
  });

  it("says null where machines are too slow to answer", () => {
    const [row] = run(zookeeperMix, { reads: "50", clients: 10, window: 5, receive: 100 });
    expect([row!.simulated, row!.harmonicSimulated, row!.errorSimulated]).toEqual([0, null, null]);
  });
});

describe("claims of tasks (6.1)", () => {
  const few = { tasks: 40 };

  it("through a log no task is had twice, and each is had; through quorums some are", () => {
    const rows = run(taskClaims, few);
    for (const { design, owned, twice, refused } of rows) {
      if (design === "abd") expect([owned, refused]).toEqual([0, 1]);
      else if (String(design).startsWith("quorum-store")) expect(twice, String(design)).toBeGreaterThan(0);
      else expect([owned, twice, refused], String(design)).toEqual([1, 0, 0]);
    }
  });

  it("who hears nothing in time gives up", () => {
    expect(one(taskClaims, { ...few, design: "raft", patience: 1 }).owned).toBeLessThan(0.5);
  });
});

describe("choosing (6.1, 6.2)", () => {
  const at = (given: Given) => run(choose, given) as readonly Record<string, any>[];

  it("puts a design out for what was measured of it, and for nothing else", () => {
    const [plain] = at({ design: "raft-lease" });
    expect([plain!.fits, plain!.because]).toEqual([true, ""]);
    expect(at({ design: "raft-lease", demand: 1e8, faults: 0 })[0]!.because).toMatch(/^it reaches \d+ requests a second$/);
    expect(at({ design: "raft-lease", bound: 0.01, faults: 0 })[0]!.because).toMatch(/^1 request in 100 takes [\d.]+ ms or longer$/);
  });

  it("a leader's majority is gone with three of five servers; a store with R = W = 1 goes on, if old answers will do", () => {
    const lost = { faults: 3, staleness: 1e6 };
    expect(at({ ...lost, design: "raft-lease" })[0]!.because).toMatch(/^with 3 of its servers away, 0 % of the requests are answered$/);
    expect(at({ ...lost, design: "quorum-store" })[0]!.fits).toBe(true);
    expect(at({ faults: 1, nodes: 3, design: "quorum-store" })[0]!.because).toMatch(/^its histories are not linearizable/);
  });

  it("registers cannot give away what only one may have, and quorums give it to two", () => {
    const exclusive = { exclusive: "yes", faults: 0, staleness: 1e6 };
    expect(at({ ...exclusive, design: "abd" })[0]!.because).toBe("it cannot decide who is first: registers have no append");
    expect(at({ ...exclusive, design: "quorum-store", nodes: 3, faults: 1 })[0]!.because).toMatch(/of the exclusive things had two owners/);
    expect(at({ ...exclusive, design: "raft-lease" })[0]!.fits).toBe(true);
  });

  it("more trials are all looked at", () => {
    const [single, double] = [1, 2].map((trials) => runExperiment(choose, { design: "raft-lease", faults: 0 }, { trials }).rows[0]!);
    expect(double!.throughput).not.toBe(single!.throughput);
  });
});
