import { describe, expect, it } from "vitest";
import { gossipPaxosCost } from "../../lib/experiments/gossipPaxosCost.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { leaderlessTrials } from "../../lib/experiments/trials/leaderless.js";

const rowsOf = (parameters: Readonly<Record<string, string | number>>, trials = 1) => runExperiment(gossipPaxosCost, parameters, { seed: 1, trials }).rows;

describe("claim 3.6: Paxos over gossip", () => {
  const rows = rowsOf({ nodes: "5,13" }, 2);
  const of = (transport: string, nodes: number) => rows.find((row) => row["transport"] === transport && row["nodes"] === nodes)!;

  it("is consistent, and nobody is answered while nobody leads", () => {
    for (const row of rows) expect(row, `${row["transport"]}, ${row["nodes"]} nodes`).toMatchObject({ agree: 1, answeredWithoutLeader: 0 });
    for (const transport of ["direct", "gossip, filtered and aggregated"]) expect(of(transport, 5)["hostile"]).toBe(1);
    for (const row of rows) expect(row["stalled"]).toBeGreaterThan(100);
  });

  it("costs 2(n − 1) messages a command directly, and many more by gossip; each of the three rules saves some", () => {
    expect([of("direct", 5)["messages"], of("direct", 13)["messages"]]).toEqual([8, 24]);
    const messages = ["gossip, filtered and aggregated", "gossip, filtered", "gossip", "gossip, nothing suppressed"].map((transport) => of(transport, 13)["messages"] as number);
    expect(messages).toEqual([...messages].sort((a, b) => a - b));
    expect(of("gossip, aggregated", 13)["messages"]).toBeLessThan(of("gossip", 13)["messages"] as number);
    expect(messages[0]).toBeGreaterThan(100);
  });

  it("takes the overlay's links in place of one, there and back", () => {
    expect(of("gossip", 13)["diameter"]).toBe(3);
    expect(of("gossip", 13)["p50"]).toBeGreaterThan(1.2 * (of("direct", 13)["p50"] as number));
  });

  it("relieves the leader once clusters are large: it talks to its neighbours alone", () => {
    const [direct, ...gossip] = rowsOf({ nodes: "33", commands: 3 });
    expect(gossip.at(-1)!["atLeader"]).toBeLessThan(direct!["atLeader"] as number);
    expect(gossip.map(({ transport }) => transport)).not.toContain("gossip, nothing suppressed");
  });

  it("the verdict: holds if somebody leads", () => {
    const trial = leaderlessTrials.find(({ id }) => id === "3.6")!;
    expect(trial.judge((parameters = {}) => rowsOf({ nodes: "5,9", commands: 2, ...parameters })).verdict).toBe("holds if");
  });

  it("refuses parameters out of range", () => {
    expect(() => rowsOf({ degree: 3 })).toThrow("--degree");
    expect(() => rowsOf({ nodes: "2" })).toThrow("--nodes");
  });
});
