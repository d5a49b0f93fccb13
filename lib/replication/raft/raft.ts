import type { Context, NodeId, Protocol } from "../../protocol.js";
import { beginSessions } from "../service/sessions.js";
import { type Duties, type ElectionOptions, elections } from "./elections.js";
import { changeRules, type ChangeRules, membersFrom, membership, unfit } from "./membership.js";
import { type ReadOptions, readRules, type ReadRules, readsWithoutLog } from "./reads.js";
import type { ReplicatedRaft, ReplicatedState } from "./replicatedTypes.js";
import { replication, type ReplicationOptions } from "./replication.js";
import { transfer } from "./transfer.js";
import type { Raft, RaftState } from "./types.js";

/** How a Raft cluster without anything to replicate is tuned. */
export type RaftOptions = ElectionOptions;

/** How a whole Raft cluster is tuned. */
export interface WholeRaftOptions<State, Command, Result> extends ElectionOptions, ReplicationOptions<State, Command, Result>, ReadOptions {
  /** Who votes at first. Default: all nodes. A start throws a `RangeError` if this is nobody, or names a node twice or one that does not exist. */
  readonly members?: readonly NodeId[];
}

/** Rules that stand apart, so that each can be broken on its own. */
export type RaftRules = ReadRules & ChangeRules;

/** Raft without anything to replicate: leaders are elected, and their heartbeats are empty. See `elections`. */
export function raft(options?: ElectionOptions): Protocol<Raft>;
/**
 * Raft (Ongaro and Ousterhout, USENIX ATC 2014; Ongaro, dissertation, Stanford 2014): a log is replicated by an elected
 * leader, and a machine carries it out on every node. Requests are answered by the leader that was asked, exactly once;
 * other nodes refuse and name it. Throws a `RangeError` if the options do not fit together.
 */
export function raft<State, Command, Result>(options: WholeRaftOptions<State, Command, Result>, rules?: Partial<RaftRules>): Protocol<ReplicatedRaft<State, Command, Result>>;
export function raft<S, C, R>(options: ElectionOptions & Partial<WholeRaftOptions<S, C, R>> = {}, rules: Partial<RaftRules> = {}): Protocol<Raft> | Protocol<ReplicatedRaft<S, C, R>> {
  const { machine, ...rest } = options;
  return machine ? whole({ ...rest, machine }, { ...readRules, ...changeRules, ...rules }) : elections(rest);
}

function whole<S, C, R>(options: WholeRaftOptions<S, C, R>, rules: RaftRules): Protocol<ReplicatedRaft<S, C, R>> {
  const { machine, members: voters, checkQuorum, electionTimeout: [low] = [150, 300], lease = 0.9 * low, priority } = options;
  if (options.reads === "lease" && !checkQuorum) throw new RangeError("reads by lease need checkQuorum: without it another leader may be elected at any time");
  if (options.reads === "lease" && !(lease > 0 && lease < low)) throw new RangeError(`lease: expected a time above 0 and below the lowest election timeout of ${low} ms, not ${lease}`);

  type State = ReplicatedState<S, C, R>;

  const members = membersFrom(voters);
  const log = replication(options, members, {
    committed(state, context) {
      reads.onCommitted(state, context);
      changes.onCommitted(state, context);
    },
    heard(state, from, { round }, context) {
      reads.onAnswer(state, from, round, context);
      handover.onAnswer(state, from, context);
    },
  });
  const reads = readsWithoutLog(machine, { ...options, lease }, log.speak, rules);
  const handover = transfer<S, C, R>({ patience: low, priority });
  const changes = membership<S, C, R>({ propose: log.propose, speak: log.speak, stepDown: (state, context) => electing.stepDown(state, context) }, rules);
  const electing = electionsOf<S, C, R>(options, {
    ...log,
    mayCampaign: members.mayCampaign,
    elected(state, context) {
      Object.assign(state, { transferee: null, leaseUntil: null, leaseGivenUp: false, roundsBegun: [] });
      log.elected(state, context);
    },
    deposed(state, context) {
      state.transferee = null;
      context.cancelTimer("transfer");
      reads.onDeposed(state, context);
    },
    sendAppendEntries(state, context) {
      handover.yieldToPriority(state, context);
      if (options.reads === "lease") reads.beginRound(state, context);
      log.sendAppendEntries(state, context);
    },
    onOther(state, from, message, context) {
      if (message.type === "ReadIndex") reads.onReadIndex(state, from, message, context);
      else if (message.type === "ReadIndexReply") reads.onReadIndexReply(state, message, context);
    },
  });

  return {
    ...electing,
    init(self, size, stored, entries = [], snapshot) {
      const because = voters && unfit(voters, [], size);
      if (because !== undefined) throw new RangeError(`members: ${because}`);
      const index = snapshot?.index ?? 0;
      const begun: Pick<State, keyof RaftState> = electing.init(self, size, stored, entries);
      const state: State = {
        snapshot: snapshot ?? null,
        taken: null,
        configurationIndex: 0,
        commitIndex: index,
        lastApplied: index,
        sessions: structuredClone(snapshot?.sessions) ?? beginSessions(machine),
        progress: [],
        asked: {},
        transferee: null,
        reads: [],
        round: 0,
        roundsBegun: [],
        leaseUntil: null,
        leaseGivenUp: false,
        // Last: what begins with a spread and then grows gets a shape of its own in every node, and is slow to read.
        ...begun,
      };
      members.useLatest(state, size);
      return state;
    },
    onStart(state, context) {
      // Whom it heard before a crash, and when, it does not know: a lease that it granted may still last.
      if (options.reads === "lease") state.heardFromLeader = context.now;
      electing.onStart(state, context);
    },
    onTimer(state, timer, context) {
      if (timer === "transfer") state.transferee = null;
      else electing.onTimer(state, timer, context);
    },
    onInput(state, input, context) {
      if (input.type === "request") {
        if (!reads.onRead(state, input, context)) log.onRequest(state, input, context);
      } else if (input.type === "reconfigure") changes.onReconfigure(state, input, context);
      else if (input.type === "transfer") handover.onTransfer(state, input.to, context);
      // Whoever stands although it hears its leader breaks the word on which that leader's lease rests.
      else if (options.reads === "lease") context.output({ type: "unchanged", because: "leaders hold leases: ask for a transfer" });
      else electing.onInput(state, input, context);
    },
  };
}

type Whole<S, C, R> = ReplicatedRaft<S, C, R>;
type WholeContext<S, C, R> = Context<Whole<S, C, R>>;

/** Elections know less of a node than there is to it; what they hand on is what they were handed. */
const electionsOf = <S, C, R>(options: ElectionOptions, duties: DutiesOf<S, C, R>) =>
  elections(options, duties as unknown as Duties) as unknown as Required<Protocol<Whole<S, C, R>>> & { stepDown(state: ReplicatedState<S, C, R>, context: WholeContext<S, C, R>): void };

/** What elections call, in the terms of a whole node. */
type DutiesOf<S, C, R> = Pick<ReturnType<typeof replication<S, C, R>>, "onAppendEntries" | "onInstallSnapshot" | "onAppendEntriesReply" | "elected" | "sendAppendEntries"> & {
  mayCampaign(state: ReplicatedState<S, C, R>, context: WholeContext<S, C, R>): boolean;
  deposed(state: ReplicatedState<S, C, R>, context: WholeContext<S, C, R>): void;
  onOther(state: ReplicatedState<S, C, R>, from: NodeId, message: Whole<S, C, R>["Message"], context: WholeContext<S, C, R>): void;
};
