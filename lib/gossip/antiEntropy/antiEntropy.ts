import type { NodeId, Protocol } from "../../protocol.js";
import { deltas } from "./methods/deltas.js";
import { digests } from "./methods/digests.js";
import { fullState } from "./methods/fullState.js";
import { merkleTrees } from "./methods/merkleTrees.js";
import { replicaOf } from "./replica.js";
import type { AntiEntropy, CellKind, Method, Replica } from "./types.js";

/**
 * Anti-entropy: every node keeps a store, answers its clients from it at once, and every `period` compares it with that of
 * another node, drawn at random, until both have what either had (Demers et al., Epidemic Algorithms for Replicated
 * Database Maintenance, PODC 1987, §1.3). Any cells that merge will do; how two stores are compared is the `method`.
 *
 * Tombstones, where the kind of cells knows any, are dropped once they are spent, and may come back, or let what they
 * deleted come back, unless cells are taken in answer to open exchanges alone: with the methods `digests` and `merkle`.
 *
 * Throws a `RangeError` for options out of range.
 */
export function antiEntropy<Cell, Change, Digest>(kind: CellKind<Cell, Change, Digest>, { method = "digests", period = 100, depth = 6, levels = 2, most = 1000 }: AntiEntropyOptions = {}): Protocol<AntiEntropy<Cell, Change, Digest>> {
  if (!(period > 0 && period < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${period}`);
  if (!(Number.isInteger(depth) && depth >= 0 && depth <= 24)) throw new RangeError(`expected a depth from 0 to 24, not ${depth}`);
  if (!(Number.isInteger(levels) && levels >= 1)) throw new RangeError(`expected 1 level or more, not ${levels}`);
  if (!(Number.isInteger(most) && most >= 1)) throw new RangeError(`expected 1 delta or more, not ${most}`);
  const replica = replicaOf(kind, method === "deltas");
  const exchange = methods[method](replica as Replica<any, any, any>, { depth, levels, most }) as Method<Cell, Change, Digest>;

  return {
    init: (_self, _size, _stored, log = []) => replica.begin(log),
    onStart(_state, context) {
      if (context.size > 1) context.setTimer("round", period * context.random());
    },
    onInput: (state, input, context) => replica.change(state, input, context),
    onTimer(state, _timer, context) {
      const spent = replica.collect(state, context);
      if (spent.length > 0) replica.drop(state, spent, context);
      exchange.begin(state, anotherNode(context.self, context.size, context.random()), context);
      context.setTimer("round", period);
    },
    onMessage: (state, from, message, context) => exchange.onMessage(state, from, message, context),
  };
}

const methods: Readonly<Record<AntiEntropyMethod, (replica: Replica<any, any, any>, options: Required<Pick<AntiEntropyOptions, "depth" | "levels" | "most">>) => Method<any, any, any>>> = { full: fullState, digests, merkle: merkleTrees, deltas };

/** One of the other nodes, by a number from 0 to below 1. */
function anotherNode(self: NodeId, size: number, chance: number): NodeId {
  const node = Math.floor(chance * (size - 1));
  return node < self ? node : node + 1;
}

export type AntiEntropyMethod = "full" | "digests" | "merkle" | "deltas";

export interface AntiEntropyOptions {
  /** How two nodes find out what they do not have in common: by sending everything, digests of everything, a tree of hashes, or only what was added since. Default `digests`. */
  readonly method?: AntiEntropyMethod;
  /** Time between a node's rounds, ms; the first one comes at a random time up to that. Default 100. */
  readonly period?: number;
  /** With `merkle`: the tree has 2^depth leaves. Default 6. */
  readonly depth?: number;
  /** With `merkle`: how many levels of the tree are compared with one message. Default 2. */
  readonly levels?: number;
  /** With `deltas`: how many a node keeps for those who are behind. Default 1000. */
  readonly most?: number;
}
