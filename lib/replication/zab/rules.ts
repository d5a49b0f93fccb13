import type { Context, NodeId } from "../../protocol.js";
import { keyValue } from "../service/keyValue.js";
import type { Machine } from "../service/machine.js";
import type { Zab } from "./types.js";

/** How a Zab ensemble is tuned. */
export interface ZabOptions {
  /** The replicated machine. Default: the key-value store. */
  machine?: Machine<unknown, unknown, unknown>;
  /** `log`: a read is a transaction like any other, and the service is linearizable. `local`: the node that is asked answers reads from what it has delivered, which keeps the order of each client that stays with one node and may be stale, as in ZooKeeper (Hunt et al., USENIX ATC 2010, §2.3). Default `log`. */
  reads?: "log" | "local";
  /** How many of the last nodes learn and do not vote. Default 0. */
  observers?: number;
  /** The largest counter of a zxid: a leader that has used it gives up, so that a new epoch begins. ZooKeeper has 32 bits. Default 2^32 − 1. */
  counterLimit?: number;
  /** How many delivered transactions stay in the log when a snapshot is taken, which happens when there are more than twice as many. Default 100. */
  keep?: number;
  /** Time between a leader's heartbeats, and after which a message that had no answer is sent again, ms. Default 40. */
  tick?: number;
  /** For how long a learner bears a silent leader, and a leader the silence of a quorum, or a start that does not come to its end, ms. Default 500. */
  patience?: number;
  /** For how long a node that has a quorum for its vote waits for a better one, ms (ZooKeeper: 200). Default 30. */
  finalize?: number;
  /** `fast`: fast leader election. `oracle`: the input `elect` tells a node whom to follow, or that it leads, right or wrong (DSN 2011, §4 leaves it open how that is found out). Default `fast`. */
  election?: "fast" | "oracle";
}

/** The options with their defaults, and who is who in an ensemble. */
export interface Rules extends Required<ZabOptions> {
  isVoter(node: NodeId, context: Pick<Context<Zab>, "size">): boolean;
  /** Whether this many voters are a quorum. */
  isQuorum(voters: number, context: Pick<Context<Zab>, "size">): boolean;
}

/** Throws a `RangeError` for options out of range. */
export function rulesOf(options: ZabOptions): Rules {
  const rules = { machine: keyValue, reads: "log", observers: 0, counterLimit: 4294967295, keep: 100, tick: 40, patience: 500, finalize: 30, election: "fast", ...options } as const;
  for (const name of ["observers", "counterLimit", "keep"] as const) {
    const least = name === "counterLimit" ? 1 : 0;
    if (!Number.isInteger(rules[name]) || rules[name] < least) throw new RangeError(`expected a whole number from ${least} for ${name}, not ${rules[name]}`);
  }
  for (const name of ["tick", "patience", "finalize"] as const) if (!(rules[name] > 0 && rules[name] < Infinity)) throw new RangeError(`expected a time above 0 ms for ${name}, not ${rules[name]}`);
  if (rules.tick >= rules.patience) throw new RangeError(`expected a tick shorter than the patience of ${rules.patience} ms, not ${rules.tick} ms`);
  return {
    ...rules,
    isVoter: (node, { size }) => node < size - rules.observers,
    isQuorum: (voters, { size }) => 2 * voters > size - rules.observers,
  };
}
