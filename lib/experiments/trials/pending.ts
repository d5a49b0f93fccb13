import type { Trial } from "./trial.js";

/** A statement of the survey whose engine is still to come. */
export type Pending = Pick<Trial, "id" | "chapter" | "statement">;

/** By id: what the survey says, where nothing here can decide it yet. A statement with a trial of its own no longer counts. */
const STATEMENTS: Readonly<Record<string, string>> = {
  "A.1": "ZooKeeper runs on a single leader.",
  "A.2": "Kafka has a single leader; Kafka has none and keeps in step by gossip.",
  "A.3": "Redis Cluster has no leader, places keys by consistent hashing, and gossips its state.",
  "B.2": "Raft is easier to understand than Paxos.",
  "F.1": "A StatefulSet elects the leader.",
  "F.2": "The leader writes its state to etcd every five minutes, and the followers poll it.",
  "F.4": "A Service and an HTTP Ingress balance Redis traffic.",
  "F.5": "The leader publishes metadata and state with two writes.",
  "F.6": "The StatefulSet forms one cache.",
};

/** Every statement of the survey on which there is no verdict yet, by id. */
export const pending: readonly Pending[] = Object.entries(STATEMENTS).map(([id, statement]) => ({ id, chapter: id.split(".")[0]!, statement }));
