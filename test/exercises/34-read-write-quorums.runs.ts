import type { NodeId, Protocol } from "../../lib/protocol.js";
import { deriveRandom } from "../../lib/random.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { Demand, Quorums } from "./34-read-write-quorums.groups.js";

/** A register on replicas 0 to N − 1, with one client, node N, which numbers its writes from 1. */
export interface Register {
  State: { version: number; operation: Operation | null };
  Message: { readonly type: "Write" | "Confirm" | "Read" | "Answer"; readonly operation: number; readonly version: number };
  Timer: "again";
  Stored: { readonly version: number };
  Input: { readonly type: "write" | "read"; readonly operation: number; readonly wait: number };
  Output: { readonly type: "write" | "read"; readonly operation: number; readonly version: number };
}

interface Operation {
  readonly type: "write" | "read";
  readonly operation: number;
  /** How many answers it waits for. */
  readonly wait: number;
  /** The version to be written; the newest that a read has found. */
  version: number;
  answers: NodeId[];
}

/** Sends to all replicas, again to those that are silent, until enough have answered. */
const register: Protocol<Register> = {
  init: (_self, _size, stored) => ({ version: stored?.version ?? 0, operation: null }),
  onInput(state, { type, operation, wait }, context) {
    if (type === "write") state.version++;
    state.operation = { type, operation, wait, version: type === "write" ? state.version : 0, answers: [] };
    register.onTimer!(state, "again", context);
  },
  onTimer({ operation: under }, _timer, context) {
    if (under === null) return;
    const { type, operation, version, answers } = under;
    for (let replica = 0; replica < context.self; replica++) if (!answers.includes(replica)) context.send(replica, { type: type === "write" ? "Write" : "Read", operation, version });
    context.setTimer("again", 30);
  },
  onMessage(state, from, { type, operation, version }, context) {
    if (type === "Write" && version > state.version) context.save({ version: (state.version = version) });
    if (type === "Write") context.send(from, { type: "Confirm", operation, version });
    if (type === "Read") context.send(from, { type: "Answer", operation, version: state.version });
    const under = state.operation;
    if ((type !== "Confirm" && type !== "Answer") || under === null || under.operation !== operation || under.answers.includes(from)) return;
    under.answers.push(from);
    under.version = Math.max(under.version, version);
    if (under.answers.length < under.wait) return;
    state.operation = null;
    context.cancelTimer("again");
    context.output({ type: under.type, operation, version: under.version });
  },
};

/** What a run showed: what went wrong first, if anything. */
export interface Run {
  readonly message?: string;
  readonly cluster: Cluster<Register>;
}

/** Writes and reads in turn, each while other replicas are down, as many as the demand allows; a third of all messages are lost. At last disks are lost, and all replicas are asked. */
export function runOf({ replicas, promise, downForReads, downForWrites, disksLost }: Demand, { read, write }: Quorums, seed: number, trace = false): Run {
  const random = deriveRandom(seed, 1);
  const some = (count: number): NodeId[] => {
    const left = Array.from({ length: replicas }, (_, replica) => replica);
    return Array.from({ length: count }, () => left.splice(Math.floor(left.length * random()), 1)[0]!);
  };
  const cluster = simulate(register, { size: replicas + 1, seed, latency: "uniform:1,10", loss: 0.3, trace });
  const client = replicas;
  let version = 0;
  let operation = 0;
  const ask = (type: "write" | "read", wait: number, down: readonly NodeId[]): number | undefined => {
    cluster.command({ type: "partition", groups: [down] });
    cluster.command({ type: "input", node: client, input: { type, operation: ++operation, wait } });
    const answered = () => cluster.outputs.at(-1)?.output.operation === operation;
    cluster.runUntil(answered, cluster.now + 600);
    return answered() ? cluster.outputs.at(-1)!.output.version : undefined;
  };
  const names = (nodes: readonly NodeId[]): string => (nodes.length === 0 ? "no replica down" : `${nodes.length === 1 ? "replica" : "replicas"} ${[...nodes].sort().join(", ")} down`);
  for (let round = 0; round < 4; round++) {
    for (const type of ["write", "read"] as const) {
      const down = some(type === "write" ? downForWrites : downForReads);
      const wait = type === "write" ? write : read;
      const found = ask(type, wait, down);
      if (found === undefined) return { cluster, message: `A ${type} that waits for ${wait} did not come through within 600 ms, with ${names(down)}` };
      if (type === "write") version = found;
      else if (promise === "last write" && found !== version) return { cluster, message: `Write ${version} was completed, confirmed by ${write}; a read that began after it, with ${names(down)}, found ${found === 0 ? "no write at all" : `write ${found}`} in ${read === 1 ? "its one answer" : `its ${read} answers`}` };
    }
  }
  const lost = some(disksLost);
  for (const node of lost) cluster.command({ type: "crash", node });
  cluster.run(cluster.now + 1);
  for (const node of lost) cluster.command({ type: "restart", node, disk: "lost" });
  const left = ask("read", replicas, []);
  if (left !== version) return { cluster, message: `Write ${version} was completed, confirmed by ${write}; then the ${lost.length === 1 ? "disk of replica" : "disks of replicas"} ${[...lost].sort().join(", ")} ${lost.length === 1 ? "was" : "were"} lost, and all replicas together knew only of ${left ? `write ${left}` : "no write at all"}` };
  return { cluster };
}
