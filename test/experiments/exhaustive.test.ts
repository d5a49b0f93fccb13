import { describe, expect, it } from "vitest";
import { explore } from "../../lib/check/explore/index.js";
import { exhaustive } from "../../lib/experiments/exhaustive.js";
import { closedWorlds } from "../../lib/experiments/explorations.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { raftVotingTwice } from "../../lib/replication/raft/raft.mutants.js";

const world = (name: string) => closedWorlds.find((one) => one.name === name)!;

describe("every order of events within the bounds, to the end, breaks no promise", () => {
  it.each(["raft-two-terms", "raft-three-terms-once", "paxos-one-phase-crash", "paxos-two-proposers", "zab-two-epochs"])("%s", (name) => {
    const { rows } = runExperiment(exhaustive, { world: name });
    expect(rows).toEqual([expect.objectContaining({ world: name, complete: true, violations: 0 })]);
    expect(rows[0]!["unique"]).toBeGreaterThan(20_000);
    expect(rows[0]!["depth"]).toBeGreaterThan(14);
  });

  it("where it may happen, it does: two leaders at once in different terms, two proposers in a duel, a transaction that only some have", () => {
    const names = (name: string) => {
      const { subject, bounds } = world(name);
      const { reached } = explore(subject, bounds);
      return Object.keys(reached).filter((one) => reached[one] !== null);
    };
    expect(names("raft-two-terms")).toEqual(expect.arrayContaining(["a leader", "two candidates in one term", "two leaders at once, in different terms", "a heartbeat of an old leader refused"]));
    expect(names("paxos-two-proposers")).toEqual(expect.arrayContaining(["two proposers in a duel", "a value adopted from a promise", "a ballot refused", "a value chosen"]));
  });
});

describe("within the same bounds", () => {
  const { subject, bounds } = world("raft-two-terms");

  it("a server that votes twice in a term is caught (§5.2)", () => {
    const { stale: _, ...whole } = subject;
    expect(explore({ ...whole, protocol: raftVotingTwice() }, { ...bounds, timersPerNode: 1 }).violations[0]).toMatchObject({ property: "one vote a term, also after a crash" });
  });

  it("messages that come too late may be forgotten: as much is reached, and nothing else", () => {
    const { stale: _, ...whole } = subject;
    const tight = { ...bounds, timersPerNode: 1 };
    const [forgetting, keeping] = [explore(subject, tight), explore(whole, tight)];
    expect(forgetting.reached).toEqual(keeping.reached);
    expect(forgetting.complete && keeping.complete).toBe(true);
    expect(10 * forgetting.unique).toBeLessThan(keeping.unique);
  });

  it("a message that is wrongly said to come too late is noticed", () => {
    expect(() => explore({ ...subject, stale: (_node, message) => message.type === "RequestVote" }, bounds)).toThrow("is said to come too late at node");
  });

  it("a second term is reached, and a third is not", () => {
    const reachables = [2, 3].map((term) => ({ name: `term ${term}`, afterStep: ({ state }: { state: { currentTerm: number } }) => state.currentTerm >= term }));
    expect(explore({ ...subject, reachables }, bounds)).toMatchObject({ complete: true, reached: { "term 2": expect.any(Number), "term 3": null } });
  });
});

it("every cluster has a name of its own, and says what bounds it", () => {
  expect(new Set(closedWorlds.map(({ name }) => name)).size).toBe(closedWorlds.length);
  for (const { summary, bounds } of closedWorlds) expect([summary.length > 40, [3, 4, 5, 6].includes(bounds.size)]).toEqual([true, true]);
});
