import { describe, expect, it } from "vitest";
import { explore, formatPath, subjectOf } from "../../lib/check/explore/index.js";
import { completeGraph, gridQuorums, intersectPairwise, ringGraph, withoutOwn } from "../../lib/election/moss/lockSets.js";
import { isOlder, moss, type Moss } from "../../lib/election/moss/moss.js";
import { mossComplete, mossLiteral, mossUnordered } from "../../lib/election/moss/moss.promises.js";
import { mossQuorums } from "../../lib/election/moss/mossQuorums.js";
import { mossWorlds } from "../../lib/experiments/mossWorlds.js";
import type { Facts, NodeView } from "../../lib/promises.js";
import { simulate } from "../../lib/sim/cluster.js";

type Node = NodeView<Moss>;
const leads = ({ state }: Node) => state.state === "leading";

describe("whose locks a node needs", () => {
  it("sets of a grid have a node in common for every number of nodes, and are small (Maekawa 1985)", () => {
    for (let size = 1; size <= 30; size++) {
      expect(intersectPairwise(gridQuorums, size), `${size} nodes`).toBe(true);
      for (let node = 0; node < size; node++) expect(gridQuorums(node, size).length).toBeLessThanOrEqual(2 * Math.ceil(Math.sqrt(size)) - 1);
    }
  });

  it("neighbours on a ring have one in common up to five nodes, not of six; without the node's own not even of five", () => {
    expect([3, 4, 5, 6].map((size) => intersectPairwise(ringGraph, size))).toEqual([true, true, true, false]);
    expect([3, 4, 5].map((size) => intersectPairwise(withoutOwn(ringGraph), size))).toEqual([true, false, false]);
    expect([2, 3].map((size) => intersectPairwise(withoutOwn(completeGraph), size))).toEqual([false, true]);
  });

  it("the older wish goes first, of equally old ones that of the lower id (Lamport 1978)", () => {
    expect(isOlder({ node: 5, clock: 1 }, { node: 0, clock: 2 })).toBe(true);
    expect(isOlder({ node: 0, clock: 2 }, { node: 1, clock: 2 })).toBe(true);
    expect(isOlder({ node: 1, clock: 2 }, { node: 1, clock: 2 })).toBe(false);
  });
});

describe("the survey's MOSS (section 3.1)", () => {
  it.each(mossWorlds.map((world) => [world.name, world] as const))("%s: keeps its promises in every order of events within the bounds", (_name, { subject, bounds }) => {
    const { complete, violations } = explore(subject, bounds);
    expect([complete, violations]).toEqual([true, []]);
  });

  it("has two leaders on a ring of six, for good, and never on a ring of five", () => {
    const reached = (name: string) => {
      const { subject, bounds } = mossWorlds.find((world) => world.name === name)!;
      return explore(subject, bounds).reached["two leaders, and nothing left to be sent that could change it"];
    };
    expect([reached("moss-ring-five"), reached("moss-ring-six")]).toEqual([null, 14]);
    const twoLeaders = { name: "two leaders", source: "what the survey takes for granted", concerns: leads, overall: (nodes: readonly Node[], facts: Facts) => facts.must(nodes.filter(leads).length < 2, "two lead") };
    const { violations } = explore({ ...subjectOf(mossLiteral), invariants: [twoLeaders] }, { size: 6, timers: 2 });
    expect(violations[0]!.path, formatPath(violations[0]!.path)).toHaveLength(10);
  });

  it("among all neighbours always elects, with the order of the clocks; without it two wait for each other for ever", () => {
    const somebodyLeads = { name: "somebody leads", holds: (nodes: readonly Node[]) => nodes.some(leads) };
    const bounds = { size: 3, timersPerNode: 1 };
    expect(explore({ ...subjectOf(mossComplete), eventually: [somebodyLeads] }, bounds)).toMatchObject({ complete: true, violations: [] });
    const { violations } = explore({ ...subjectOf(mossUnordered), eventually: [somebodyLeads] }, bounds);
    expect(violations[0]?.property).toBe("somebody leads");
    expect(violations[0]!.path.length, formatPath(violations[0]!.path)).toBeLessThan(12);
  });

  it("never elects again once its leader has crashed", () => {
    const cluster = simulate(moss(), { size: 5, seed: 1, latency: "uniform:1,10" });
    cluster.run(1000);
    const [leader] = cluster.nodes.filter(({ state }) => state.state === "leading");
    cluster.crash(leader!.id);
    cluster.run(100_000);
    expect(cluster.nodes.filter(({ up }) => up).map(({ state }) => state.leader)).toEqual(Array.from({ length: 4 }, () => leader!.id));
    expect(cluster.nextTime).toBe(Infinity);
  });

  it("a lock that its owner forgets in a crash is given away twice: two hold it", () => {
    const { violations } = explore(subjectOf(mossLiteral), { size: 3, timers: 2, crashes: 1 });
    expect(violations[0]?.property).toBe("nobody holds a lock that its owner has given to another");
  });

  it("refuses a time below 0", () => expect(() => moss({ startWithin: -1 })).toThrow(RangeError));
});

describe("MOSS with quorums, leases and fencing tokens", () => {
  const leading = (cluster: { readonly nodes: readonly { readonly id: number; readonly up: boolean; readonly state: { readonly role: string; readonly claim: number } }[] }) => cluster.nodes.filter(({ up, state }) => up && state.role === "leader");

  it("elects again when the leader has crashed, with a higher token", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = simulate(mossQuorums(), { size: 5, seed, latency: "uniform:1,10" });
      cluster.run(4000);
      const [old] = leading(cluster);
      cluster.crash(old!.id);
      cluster.run(14_000);
      const [next] = leading(cluster);
      expect(next?.state.claim, `seed ${seed}`).toBeGreaterThan(old!.state.claim);
    }
  });

  it("a leader that wakes from a pause still takes itself for one, and nobody follows it any more", () => {
    const cluster = simulate(mossQuorums(), { size: 4, seed: 2, latency: "constant:5" });
    cluster.run(4000);
    const [old] = leading(cluster);
    cluster.command({ type: "pause", node: old!.id });
    cluster.run(12_000);
    expect(leading(cluster)).toHaveLength(2);
    const followed = cluster.outputs.length;
    cluster.command({ type: "resume", node: old!.id });
    cluster.run(16_000);
    expect(leading(cluster)).toHaveLength(1);
    expect(cluster.outputs.slice(followed).every(({ output }) => output.token > old!.state.claim || output.leader !== old!.id)).toBe(true);
  });

  it("refuses options out of range", () => {
    for (const options of [{ lease: 0 }, { margin: 1 }, { renew: 0 }, { retry: -1 }, { patience: [5, 4] as const }]) expect(() => mossQuorums(options)).toThrow(RangeError);
  });
});
