import { describe, expect, it } from "vitest";
import { raft } from "../../lib/replication/raft/raft.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { type Action, puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}, onStart: readonly Action[] = []) =>
  simulate(puppet(onStart), { size: 3, seed: 1, latency: "constant:5", trace: true, ...options });
const told = (run: Cluster<Puppet>, ...kinds: string[]) => [...run.trace!].filter(({ kind }) => kinds.includes(kind)).map(({ time, kind, node }) => `${time} ${kind} ${node}`);
const outputs = (run: Cluster<Puppet>) => run.outputs.map(({ time, output }) => `${time} ${output}`);

describe("a paused node", () => {
  it("does nothing, and then everything in the order in which it came: messages, timers, inputs", () => {
    const run = cluster();
    run.input(0, [{ setTimer: "t", delay: 12, then: [{ output: "timer" }] }]);
    run.command({ type: "pause", node: 0 }, 1);
    run.input(1, [{ send: 0, message: { then: [{ output: "first" }] } }], 2);
    run.input(0, [{ output: "input" }], 10);
    run.input(2, [{ send: 0, message: { then: [{ output: "last" }] } }], 9);
    run.run(100);
    expect(run.outputs).toEqual([]);
    expect(run.nodes[0]!.up).toBe(true);
    run.command({ type: "resume", node: 0 });
    run.input(0, [{ output: "after" }]);
    run.run(200);
    expect(outputs(run)).toEqual(["100 first", "100 input", "100 timer", "100 last", "100 after"]);
    expect(told(run, "pause", "resume")).toEqual(["1 pause 0", "100 resume 0"]);
  });

  it("wakes to what waited before anything else that comes at that time", () => {
    const run = cluster({ latency: (_from, _to, message) => ({ text: "", sample: () => (message === "slow" ? 50 : 5) }) });
    run.schedule("at 1 pause 0; at 50 resume 0; at 50 resume all");
    run.input(1, [{ send: 0, message: "slow" }]);
    run.input(1, [{ send: 0, message: "quick" }], 3);
    run.run(100);
    expect(run.nodes[0]!.state.heard).toEqual(['50 1: "quick"', '50 1: "slow"']);
  });

  it("fires a timer once, where one that is handled before it has set it again, or not at all, where it was cancelled", () => {
    const fired = (action: Action) => {
      const run = cluster();
      run.input(0, [{ setTimer: "t", delay: 10 }]);
      run.schedule("at 1 pause 0; at 40 resume 0");
      run.input(1, [{ send: 0, message: { then: [action] } }], 2);
      run.run(1000);
      return run.nodes[0]!.state.fired;
    };
    expect(fired({ draw: true })).toEqual(["40 t"]);
    expect(fired({ cancelTimer: "t" })).toEqual([]);
    expect(fired({ setTimer: "t", delay: 7 })).toEqual(["47 t"]);
    expect(fired({ setTimer: "t", delay: 0 })).toEqual(["40 t"]);
  });

  it("keeps a timer whose time has not come, also one that was moved", () => {
    const run = cluster();
    run.input(0, [{ setTimer: "t", delay: 10 }]);
    run.input(0, [{ setTimer: "t", delay: 60 }], 4);
    run.schedule("at 5 pause 0; at 40 resume 0; at 50 pause 0; at 90 resume 0");
    run.run(1000);
    expect(run.nodes[0]!.state.fired).toEqual(["90 t"]);
  });

  it("can crash: what waited is lost, and the next life has its timers and messages for itself", () => {
    const run = cluster();
    run.input(0, [{ setTimer: "t", delay: 10 }]);
    run.command({ type: "pause", node: 0 }, 1);
    run.input(1, [{ send: 0, message: "lost" }]);
    run.input(0, [{ output: "missed" }], 8);
    run.crash(0, 20);
    run.restart(0, 25);
    run.input(0, [{ setTimer: "t", delay: 10 }], 30);
    run.command({ type: "resume", node: 0 }, 35);
    run.run(1000);
    expect(run.nodes[0]!.state).toMatchObject({ heard: [], fired: ["40 t"] });
    expect(told(run, "drop", "missed", "resume")).toEqual(["20 drop 0", "20 missed 0"]);
  });

  it("lets its writes wait, so that a crash may lose them; resumed, they become durable in order", () => {
    const start = () => {
      const run = cluster({ diskWrite: "constant:10" });
      run.input(0, [{ save: "a" }, { output: "a" }]);
      run.input(0, [{ save: "b" }, { output: "b" }], 1);
      run.command({ type: "pause", node: 0 }, 5);
      run.command({ type: "resume", node: 0 }, 20);
      return run;
    };
    const run = start();
    run.run(100);
    expect([outputs(run), run.nodes[0]!.disk.stored]).toEqual([["20 a", "20 b"], "b"]);
    const crashed = start();
    crashed.crash(0, 15);
    crashed.run(100);
    expect([outputs(crashed), crashed.nodes[0]!.disk.stored]).toEqual([[], undefined]);
  });

  it("paused twice, resumed twice, or down: nothing happens", () => {
    const run = cluster();
    run.schedule("at 1 resume 0; at 2 pause 0; at 3 pause 0; at 4 resume 0; at 5 resume 0; at 6 crash 1; at 7 pause 1; at 8 resume 1; at 9 restart 1; at 10 resume all");
    run.run(20);
    expect(told(run, "pause", "resume", "crash", "restart")).toEqual(["2 pause 0", "4 resume 0", "6 crash 1", "9 restart 1"]);
  });

  it("is the same when it is rewound to during the pause", () => {
    const run = cluster();
    run.schedule("at 1 pause 0; at 40 resume 0");
    run.input(0, [{ setTimer: "t", delay: 10 }]);
    run.input(1, [{ send: 0, message: 1 }]);
    run.run(100);
    for (let events = 1; events <= run.events; events++) {
      const back = run.rewind(events);
      back.run(100);
      expect([back.digest, back.nodes[0]!.state]).toEqual([run.digest, run.nodes[0]!.state]);
    }
  });
});

describe("crash and restart", () => {
  it("all restarts all that are down and no others, with the disks they had or with empty ones", () => {
    const run = cluster();
    for (const node of [0, 1, 2]) run.input(node, [{ save: node }]);
    run.schedule("at 1 crash 0; at 1 crash 2; at 2 restart all; at 3 crash 1; at 4 restart all lost");
    run.run(10);
    expect(told(run, "crash", "restart")).toEqual(["1 crash 0", "1 crash 2", "2 restart 0", "2 restart 2", "3 crash 1", "4 restart 1"]);
    expect(run.nodes.map(({ state }) => state.found.stored)).toEqual([0, null, 2]);
    expect(run.nodes[1]!.disk).toMatchObject({ log: [] });
  });

  it("a node that fails as it starts is named", () => {
    const broken = { ...puppet(), init: () => { throw new Error("no state"); } };
    expect(() => simulate(broken, { size: 2, seed: 9 })).toThrow(/node 0 failed at 0 ms.*seed 9: no state/);
  });
});

describe("faults aimed at a role", () => {
  const elected = (options: Partial<ClusterOptions<Raft>> = {}) =>
    simulate(raft(), { size: 5, seed: 3, trace: true, probe: (state) => state.role, ...options });

  it("hit who has it when they are carried out, again and again", () => {
    const run = elected();
    const hit: [number, number][] = [];
    for (let at = 2000; at <= 6000; at += 2000) {
      run.run(at);
      const leader = run.nodes.find(({ up, state }) => up && state.role === "leader")!.id;
      run.command({ type: "crash", node: { role: "leader" } });
      hit.push([leader, [...run.trace!].filter(({ kind }) => kind === "crash").at(-1)!.node]);
      run.command({ type: "restart", node: "all" }, at + 1000);
    }
    expect(hit.map(([leader]) => leader)).toEqual(hit.map(([, crashed]) => crashed));
    expect(new Set(hit.map(([leader]) => leader)).size).toBeGreaterThan(1);
  });

  it("are aimed at the first by id, and do nothing when there is none", () => {
    const run = elected();
    run.schedule("at 0 crash leader; at 1 crash follower; at 2 pause follower; at 3 isolate leader; at 4 cut leader > follower; at 5 clock leader +10; at 6 input leader {\"type\":\"campaign\"}");
    run.run(7);
    expect([...run.trace!].filter(({ kind }) => kind !== "start" && kind !== "role").map(({ kind, node }) => `${kind} ${node}`)).toEqual(["crash 0", "pause 1"]);
  });

  it("cut and clog between roles", () => {
    const run = elected();
    run.run(2000);
    const leader = run.nodes.find(({ state }) => state.role === "leader")!.id;
    const follower = run.nodes.find(({ state }) => state.role === "follower")!.id;
    run.command({ type: "cut", from: { role: "leader" }, to: { role: "follower" } });
    run.run(2300);
    const cut = [...run.trace!].filter((event) => event.kind === "drop");
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.every((event) => event.kind === "drop" && event.from === leader && event.node === follower)).toBe(true);
  });

  it("need a probe that says who has it", () =>
    expect(() => cluster().command({ type: "crash", node: { role: "leader" } })).toThrow(/the command "crash" is aimed at the role "leader".*give the cluster a `probe`/));

  it("are aimed in a replay as they were, whatever its trace is to show", () => {
    const run = elected();
    run.command({ type: "crash", node: { role: "leader" } }, 2000);
    run.run(3000);
    expect(run.replay({ trace: true, probe: ({ currentTerm }) => `term ${currentTerm}` }).digest).toBe(run.digest);
  });

  it("leave their mark in the digest: whom they hit", () => {
    const digest = (king: number) => {
      const run = cluster({ probe: (state) => (state.found.stored === king ? "king" : "subject"), disks: (node) => ({ stored: node }) });
      run.command({ type: "crash", node: { role: "king" } });
      return run.digest;
    };
    expect(new Set([0, 1, 2, 3].map(digest)).size).toBe(4);
  });
});

describe("calm", () => {
  it("ends every fault at once: who is down is up, who was paused acts, and everything arrives, once and in time", () => {
    const run = cluster({ loss: 1, duplication: 1, reordering: 1, reorderingDelay: "constant:500", size: 5 });
    run.schedule("at 1 partition 0 1 | 2; at 1 clog 3 > 4; at 1 crash 0; at 1 pause 1; at 1 cut 1 > 2");
    run.input(1, [{ output: "waited" }], 5);
    run.command({ type: "network", loss: 0 }, 6);
    run.input(3, [{ send: 4, message: "held" }], 7);
    run.command({ type: "calm" }, 100);
    run.run(200);
    expect(run.nodes.map(({ up }) => up)).toEqual(Array(5).fill(true));
    expect(outputs(run)).toEqual(["100 waited"]);
    expect(run.nodes[4]!.state.heard).toEqual(['105 3: "held"']);
    for (let from = 0; from < 5; from++) run.input(from, [0, 1, 2, 3, 4].map((to) => ({ send: to, message: from })));
    const before = run.nodes.map(({ state }) => state.heard.length);
    run.run(205);
    expect(run.nodes.map(({ state }, i) => state.heard.slice(before[i]))).toEqual(Array(5).fill([0, 1, 2, 3, 4].map((from) => `205 ${from}: ${from}`)));
    run.run(1000);
    expect(run.nodes.map(({ state }, i) => state.heard.length - before[i]!)).toEqual(Array(5).fill(5));
  });

  it("of a quiet cluster changes nothing", () => {
    const run = cluster();
    run.command({ type: "calm" });
    run.run(100);
    expect([run.events, told(run, "restart", "resume")]).toEqual([0, []]);
  });
});
