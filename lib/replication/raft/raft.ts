import type { Protocol } from "../../protocol.js";
import { beginSessions } from "../service/sessions.js";
import { type Duties, type ElectionOptions, elections } from "./elections.js";
import type { ReplicatedRaft } from "./replicatedTypes.js";
import { replication, type ReplicationOptions } from "./replication.js";
import type { Raft } from "./types.js";

/** How a Raft cluster is tuned. */
export type RaftOptions = ElectionOptions;

/** Raft without anything to replicate: leaders are elected, and their heartbeats are empty. See `elections`. */
export function raft(options?: ElectionOptions): Protocol<Raft>;
/**
 * Raft (Ongaro and Ousterhout, USENIX ATC 2014): a log is replicated by an elected leader, and a machine carries it out on
 * every node. Requests are answered by the leader that was asked, exactly once; other nodes refuse and name it. Throws a
 * `RangeError` if the options do not fit together.
 */
export function raft<State, Command, Result>(options: ElectionOptions & ReplicationOptions<State, Command, Result>): Protocol<ReplicatedRaft<State, Command, Result>>;
export function raft<S, C, R>(options: ElectionOptions & Partial<ReplicationOptions<S, C, R>> = {}): Protocol<Raft> | Protocol<ReplicatedRaft<S, C, R>> {
  const { machine, ...rest } = options;
  if (!machine) return elections(rest);
  const log = replication({ ...rest, machine });
  const electing = elections(options, log as unknown as Duties) as unknown as Required<Protocol<ReplicatedRaft<S, C, R>>>;
  const whole: Protocol<ReplicatedRaft<S, C, R>> = {
    ...electing,
    init: (self, size, stored, entries) => ({ ...electing.init(self, size, stored, entries), commitIndex: 0, lastApplied: 0, sessions: beginSessions(machine), progress: [], asked: [] }),
    onInput(state, input, context) {
      if (input.type === "request") log.onRequest(state, input, context);
      else electing.onInput(state, input, context);
    },
  };
  return whole;
}
