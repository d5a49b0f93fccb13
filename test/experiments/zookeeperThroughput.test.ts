import { expect, test } from "vitest";
import { commandMessages } from "../../lib/experiments/commandMessages.js";
import { runExperiment } from "../../lib/experiments/runExperiment.js";
import { harmonicMix, ZOOKEEPER_EXTREMES, zookeeperThroughput } from "../../lib/experiments/zookeeperThroughput.js";

test("a leader of Raft, Multi-Paxos and primary–backup handles 2N messages a command, one of ZAB 3N − 1", () => {
  const { rows } = runExperiment(commandMessages, { nodes: "2,3,6" });
  expect(rows).toHaveLength(12);
  for (const { engine, nodes, handled, sent, expected } of rows) {
    expect(handled, `${engine}, ${nodes} nodes`).toBe(expected);
    // The client's two are not sent between nodes.
    expect(sent).toBe((expected as number) - 2);
  }
});

test("commands that come faster than they are done cost no more", () => {
  const { rows } = runExperiment(commandMessages, { nodes: "3", interval: 2 });
  for (const { handled, expected } of rows) expect(handled as number).toBeLessThanOrEqual(expected as number);
});

test("the model goes through what it was fitted to, and predicts the rest within 15 % (Hunt et al. 2010, Table 1)", () => {
  const { rows } = runExperiment(zookeeperThroughput, {});
  const writes = rows.filter(({ reads }) => reads === 0);
  expect(writes.map(({ servers }) => servers)).toEqual(ZOOKEEPER_EXTREMES.map(({ servers }) => servers));
  // Each server but the leader is sent two messages a write and sends one; of n requests one is asked of the leader itself.
  for (const { servers, messages } of writes) expect(messages).toBeCloseTo(3 * ((servers as number) - 1) + ((servers as number) - 1) / (servers as number), 9);
  for (const { fitted, error } of writes) expect(Math.abs(error as number)).toBeLessThan(fitted ? 1e-9 : 0.15);
  const reads = rows.filter(({ reads }) => reads === 100);
  expect(reads.every(({ messages }) => messages === 0)).toBe(true);
  for (const { fitted, error } of reads) if (!fitted) expect(Math.abs(error as number)).toBeLessThan(0.08);
});

test("fitted elsewhere the model bends elsewhere, and what is published for no ensemble of that size is predicted all the same", () => {
  const { rows } = runExperiment(zookeeperThroughput, { servers: "5,11", fitted: "5,9", mixServers: 11, mixes: "50", ends: "model" });
  const of = (servers: number, reads: number) => rows.find((row) => row.servers === servers && row.reads === reads)!;
  expect(of(5, 0).error).toBeCloseTo(0, 9);
  expect(of(11, 0)).toMatchObject({ published: null, error: null, fitted: false });
  expect(of(11, 50).predicted).toBeCloseTo(harmonicMix(0.5, { reads: of(11, 100).predicted as number, writes: of(11, 0).predicted as number }), 6);
});

test("what cannot be fitted is refused", () => {
  expect(() => runExperiment(zookeeperThroughput, { fitted: "3,4" })).toThrow("two different sizes of 3, 5, 7, 9, 13");
  expect(() => runExperiment(zookeeperThroughput, { mixServers: 11 })).toThrow("nothing is published for 11 servers");
});
