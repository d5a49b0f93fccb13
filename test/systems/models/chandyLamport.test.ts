import { describe, expect, it } from "vitest";
import { simulate } from "../../../lib/sim/cluster.js";
import { chandyLamport } from "../../../lib/systems/models/chandyLamport.js";
import { inOrder, newChannels, numbered } from "../../../lib/election/channels.js";
import { BALANCE, moneyTransfer } from "../../../lib/systems/models/moneyTransfer.js";

describe("channels (Chandy and Lamport 1985, §2.1)", () => {
  it("give what came early in the order of sending, and what came twice once", () => {
    const [sender, receiver] = [newChannels<string>(), newChannels<string>()];
    const [a, b, c] = ["a", "b", "c"].map((content) => numbered(sender, 1, content));
    expect(inOrder(receiver, 0, b!)).toEqual([]);
    expect(inOrder(receiver, 0, a!)).toEqual(["a", "b"]);
    expect(inOrder(receiver, 0, b!)).toEqual([]);
    expect(inOrder(receiver, 0, c!)).toEqual(["c"]);
  });
});

describe("distributed snapshots (Chandy and Lamport 1985, §3)", () => {
  const bank = (seed: number) => simulate(chandyLamport(moneyTransfer({ period: 5 })), { size: 3, seed, latency: "uniform:1,30", digest: false });
  const recorded = (cluster: ReturnType<typeof bank>, snapshot: number) => cluster.nodes.map(({ state }) => state.recordings[snapshot]!);
  const underWay = (recordings: ReturnType<typeof recorded>) => recordings.flatMap(({ channels }) => Object.values(channels).flat()).reduce((sum, { amount }) => sum + amount, 0);

  it("hold all the money: what the branches have, and what is on its way; either alone may be less", () => {
    let onTheWay = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = bank(seed);
      cluster.run(100);
      cluster.input(0, { type: "snapshot", snapshot: 1 });
      cluster.run(300);
      const recordings = recorded(cluster, 1);
      expect(recordings.every(({ awaiting }) => awaiting.length === 0)).toBe(true);
      expect(recordings.reduce((sum, { state }) => sum + state.balance, 0) + underWay(recordings)).toBe(3 * BALANCE);
      onTheWay = Math.max(onTheWay, underWay(recordings));
    }
    expect(onTheWay).toBeGreaterThan(0);
  });

  it("take one marker on each channel, whoever begins: those who begin the same one help each other", () => {
    let markers = 0;
    const cluster = simulate(chandyLamport(moneyTransfer()), { size: 4, seed: 1, latency: "constant:5", digest: false, observer: { sent: (_from, _to, { content }) => void (content.type === "Marker" && markers++) } });
    cluster.input(0, { type: "snapshot", snapshot: 7 });
    cluster.input(2, { type: "snapshot", snapshot: 7 });
    cluster.run(100);
    expect(markers).toBe(16);
    expect(cluster.outputs.filter(({ output }) => output.type === "recorded")).toHaveLength(4);
  });

  it("do not stop the computation: it goes on to send while markers are on their way", () => {
    const cluster = bank(3);
    cluster.run(100);
    const sent = () => cluster.nodes.reduce((sum, { state }) => sum + Object.values(state.computation.sent).reduce((sum, count) => sum + count, 0), 0);
    cluster.input(0, { type: "snapshot", snapshot: 1 });
    const before = sent();
    cluster.runUntil(() => cluster.nodes.every(({ state }) => state.recordings[1]?.awaiting.length === 0), 1000);
    expect(sent()).toBeGreaterThan(before);
  });
});
