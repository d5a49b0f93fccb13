import type { Protocol } from "../../protocol.js";
import { deriveRandom } from "../../random.js";
import { quorumStore } from "../../replication/quorumStore/quorumStore.js";
import type { StoreAnswer } from "../../replication/quorumStore/types.js";
import { dottedSiblings, lastWriterWins } from "../../replication/quorumStore/versioning.js";
import { raft } from "../../replication/raft/raft.js";
import { keyValue } from "../../replication/service/keyValue.js";
import { rewire } from "../../replication/rewired.js";
import type { Serving } from "../../replication/service/serving.js";
import { simulate } from "../../sim/cluster.js";
import { chandyLamport } from "../../systems/models/chandyLamport.js";
import type { Acknowledged, WrittenPair } from "./logs.js";

export const DESIGNS = ["raft", "quorum store, last writer wins", "quorum store, siblings"] as const;

/** A store after clients have used it, and what they know of their writes. */
export interface StoreRun {
  readonly design: (typeof DESIGNS)[number];
  readonly size: number;
  readonly replicas: number;
  readonly leader: number;
  /** By node, its durable log. */
  readonly logs: readonly (readonly unknown[])[];
  readonly pairs: readonly WrittenPair[];
  /** Of the store with siblings: all states and what was on its way at a moment in the midst of it, as JSON text. */
  readonly snapshot?: { readonly text: string; readonly nodes: number };
}

interface Setting {
  readonly nodes: number;
  readonly replicas: number;
  readonly clients: number;
  readonly keys: number;
  readonly think: number;
  readonly reads: number;
  readonly lasts: number;
  readonly skew: string;
  readonly delay: string;
}

/** Runs clients against a store; the snapshot is begun when they end. */
export function runStore(design: StoreRun["design"], { nodes: size, replicas, clients, keys, think, reads, lasts, skew, delay }: Setting, seed: number): StoreRun {
  const store = design === "raft" ? raft({ machine: keyValue }) : quorumStore<any>({ versioning: design === "quorum store, siblings" ? dottedSiblings : lastWriterWins(), n: Math.min(replicas, size) });
  // Whoever wants to look back keeps whole logs.
  const kept = rewire(store as unknown as Protocol<Serving>, () => ({ compact() {} }));
  const cluster = simulate(chandyLamport(kept), { size, seed, latency: delay, clockSkew: skew, digest: false });
  const stateOf = (node: number) => cluster.nodes[node]!.state.computation as { readonly role?: string };
  const leaderNow = () => cluster.nodes.findIndex(({ id }) => stateOf(id).role === "leader");
  if (design === "raft") cluster.runUntil(() => leaderNow() >= 0, 60_000);
  const leader = Math.max(0, leaderNow());
  const random = deriveRandom(seed, 1_000);
  const all = Array.from({ length: clients }, (_, client) => ({ client, serial: 0, due: cluster.now + think * random(), asked: 0, command: null as null | { readonly op: string; readonly key: string; readonly value?: string } }));
  const written: Acknowledged[] = [];
  const end = cluster.now + lasts;
  let heard = cluster.outputs.length;
  while (cluster.now < end) {
    for (const one of all) {
      if (one.due > cluster.now) continue;
      const key = `k${Math.floor(random() * keys)}`;
      one.command = random() < reads ? { op: "get", key } : { op: "put", key, value: `${one.client}.${one.serial + 1}` };
      Object.assign(one, { due: Infinity, asked: cluster.now, serial: one.serial + 1 });
      const node = design === "raft" ? leader : Math.floor(random() * size);
      cluster.input(node, { type: "input", input: { type: "request", client: one.client, serial: one.serial, command: one.command } });
    }
    const next = all.reduce((least, { due }) => Math.min(least, due), end);
    if (cluster.nextTime <= next) cluster.step();
    else cluster.run(next);
    for (; heard < cluster.outputs.length; heard++) {
      const told = cluster.outputs[heard]!.output;
      const answer = told.type === "output" ? (told.output as StoreAnswer) : undefined;
      const one = answer && all[answer.client];
      if (answer?.type !== "answer" || !one || one.serial !== answer.serial || one.due < Infinity) continue;
      one.due = cluster.now + 2 * think * random();
      const { op, key, value } = one.command!;
      if (op === "put") written.push({ client: one.client, key, value: value!, asked: one.asked, answered: cluster.now, ...(answer.stamp && { stamp: answer.stamp, read: answer.read }) });
    }
  }
  if (design === "quorum store, siblings") {
    cluster.input(0, { type: "snapshot", snapshot: 1 });
    cluster.runUntil(() => cluster.nodes.every(({ state }) => state.recordings[1]?.awaiting.length === 0), end + 10_000);
  }
  const recordings = cluster.nodes.flatMap(({ state }) => state.recordings[1] ?? []);
  cluster.run(end + 500);
  return {
    ...{ design, size, replicas: Math.min(replicas, size), leader },
    logs: cluster.nodes.map(({ disk }) => disk.log),
    pairs: pairsOf(written),
    ...(recordings.length > 0 && { snapshot: { text: JSON.stringify(recordings), nodes: size } }),
  };
}

/** Each write with the next one of the same key, and of another key, in order of their answers, if that is another client's. */
function pairsOf(written: readonly Acknowledged[]): WrittenPair[] {
  return written.flatMap((first, i) =>
    [true, false].flatMap((oneKey) => {
      const second = written.slice(i + 1).find(({ key }) => (key === first.key) === oneKey);
      return second && second.client !== first.client ? [{ first, second, apart: first.answered < second.asked }] : [];
    }),
  );
}
