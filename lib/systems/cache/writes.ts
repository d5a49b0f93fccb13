import { compareTimestamps, hybridTime, type Timestamp } from "../../gossip/versions/lastWriterWins.js";
import type { Context, NodeId } from "../../protocol.js";
import type { copies } from "./copies.js";
import type { MemberRing } from "./memberRing.js";
import type { Cache, CacheRules, NodeState, Operation, Written } from "./types.js";

/**
 * Puts and deletes. The coordinator stamps a version and sends it to the key's replicas; it is answered when W of them hold
 * it as the newest of the key. A replica that holds a newer one, or by whose clock it is over already, says so, and the
 * coordinator stamps it anew above that: no clock that is behind loses an acknowledged write.
 */
export function writes(rules: CacheRules, held: ReturnType<typeof copies>, ringOf: (state: NodeState) => MemberRing) {
  type Own = Context<Cache>;

  function proceed(state: NodeState, name: string, context: Own): void {
    const operation = state.operations[name]!;
    const { command } = operation;
    const replicas = ringOf(state).replicasOf(command.key);
    context.setTimer({ operation: name }, rules.patience);
    if (replicas.length < rules.acks) return;
    operation.written ??= version(state, operation, held.newest(state, command.key)?.stamp.time ?? -Infinity, context.self);
    const { written } = operation;
    const asked = operation.waited === 0 ? rules.eager : Infinity;
    for (const replica of replicas.filter((node) => !operation.stored.includes(node)).slice(0, asked)) {
      // This node's own part may have changed the version, or ended the operation.
      if (operation.written !== written || state.operations[name] !== operation) return;
      if (replica !== context.self) context.send(replica, { type: "Write", operation: name, key: command.key, written });
      else {
        const newer = take(state, command.key, written, context);
        if (newer === undefined) onStored(state, replica, name, written.stamp, context);
        else onTooOld(state, name, written.stamp, newer, context);
      }
    }
  }

  function version(state: NodeState, { command }: Operation, newerThan: number, node: NodeId): Written {
    // Two writes that one node coordinates at one moment have different stamps.
    const time = Math.max(hybridTime(state.time, newerThan), state.stamped + TICK);
    state.stamped = time;
    const ttl = command.op === "put" ? Math.min(command.ttl ?? rules.ttl, rules.ttl) : rules.ttl;
    return { kind: "written", value: command.op === "put" ? command.value : null, stamp: { time, node }, expires: time + ttl };
  }

  /** Makes it this replica's newest; or says above what it must be stamped. */
  function take(state: NodeState, key: string, written: Written, context: Own): number | undefined {
    if (state.time >= written.expires) return state.time;
    const known = held.newest(state, key);
    if (known && compareTimestamps(known.stamp, written.stamp) > 0) return known.stamp.time;
    held.keep(state, key, written, context, true);
    return undefined;
  }

  function onWrite(state: NodeState, from: NodeId, name: string, key: string, written: Written, context: Own): void {
    const newer = take(state, key, written, context);
    context.send(from, newer === undefined ? { type: "Stored", operation: name, key, stamp: written.stamp } : { type: "TooOld", operation: name, stamp: written.stamp, above: newer });
  }

  function onStored(state: NodeState, from: NodeId, name: string, stamp: Timestamp, context: Own): void {
    const operation = state.operations[name];
    if (!operation?.written || compareTimestamps(operation.written.stamp, stamp) !== 0 || operation.stored.includes(from)) return;
    operation.stored.push(from);
    const { client, serial, command, written, stored } = operation;
    if (!operation.answered && stored.length >= rules.acks) {
      operation.answered = true;
      context.output({ type: "answer", client, serial, op: command.op as "put" | "delete", key: command.key, written });
    }
    const wanted = rules.eager < rules.replicas ? rules.acks : ringOf(state).replicasOf(command.key).length;
    if (operation.answered && stored.length >= wanted) end(state, name, context);
  }

  function onTooOld(state: NodeState, name: string, stamp: Timestamp, newer: number, context: Own): void {
    const operation = state.operations[name];
    if (!operation?.written || compareTimestamps(operation.written.stamp, stamp) !== 0) return;
    // Somebody has written since: nothing is left to be done.
    if (operation.answered) return end(state, name, context);
    operation.written = version(state, operation, newer, context.self);
    operation.stored = [];
    proceed(state, name, context);
  }

  /** The rest hear of it in the background; what too few hold after so many attempts is not answered. */
  function onPatienceEnds(state: NodeState, name: string, context: Own): void {
    const operation = state.operations[name]!;
    if (++operation.waited > rules.attempts) end(state, name, context);
    else proceed(state, name, context);
  }

  function end(state: NodeState, name: string, context: Own): void {
    delete state.operations[name];
    context.cancelTimer({ operation: name });
  }

  return { proceed, onWrite, onStored, onTooOld, onPatienceEnds, end };
}

/** ms */
const TICK = 0.001;
