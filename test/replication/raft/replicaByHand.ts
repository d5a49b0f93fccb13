import type { NodeId } from "../../../lib/protocol.js";
import { raft, type RaftRules, type WholeRaftOptions } from "../../../lib/replication/raft/raft.js";
import type { AppendEntries, Appended, Conflict, InstallSnapshot } from "../../../lib/replication/raft/replicatedTypes.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { ByHand } from "../../byHand.js";
import { keyValue, type KeyValueCommand, type KeyValueResult, type KeyValueState } from "../../../lib/replication/service/keyValue.js";

type Message = RaftStore["Message"];
type Options = Partial<WholeRaftOptions<KeyValueState, KeyValueCommand, KeyValueResult>>;

interface Start extends Options {
  readonly self?: NodeId;
  readonly size?: number;
  readonly term?: number;
  /** Its log in terms: each entry is a write by client 9. */
  readonly logTerms?: readonly number[];
  /** Its log, where more than terms matters. */
  readonly log?: readonly RaftStore["Entry"][];
  readonly snapshot?: RaftStore["Snapshot"];
  readonly rules?: Partial<RaftRules>;
}

/** One Raft server with a key-value store, driven by hand: what it sent, told and wrote since the last look. */
export class ReplicaByHand extends ByHand<RaftStore> {
  readonly #start: Start;

  constructor(start: Start = {}) {
    const { self = 0, size = 3, term = 0, logTerms = [], log, snapshot, rules, ...options } = start;
    const entries = log ?? logTerms.map((each, i) => ({ term: each, command: { client: 9, serial: i + 1, command: { op: "put", key: "x", value: `${each}` } as const } }));
    super(raft({ machine: keyValue, ...options }, rules), { self, size, stored: { currentTerm: term, votedFor: null }, log: entries, ...(snapshot && { snapshot }) });
    this.#start = start;
  }

  /** The same server after a crash: it has what its disk kept. */
  restarted(): ReplicaByHand {
    return new ReplicaByHand({ ...this.#start, term: this.state.currentTerm, log: this.disk, ...(this.diskSnapshot && { snapshot: this.diskSnapshot }) });
  }

  /** Makes it the leader of the next term, by the votes of all. */
  lead(): this {
    const before = this.state.currentTerm;
    this.protocol.onTimer!(this.state, "election", this.context);
    for (let peer = 0; peer < this.context.size && this.state.role === "pre-candidate"; peer++) if (peer !== this.context.self) this.hear(peer, { type: "PreVoteReply", term: before + 1, voteGranted: true });
    for (let peer = 0; peer < this.context.size && this.state.role === "candidate"; peer++) if (peer !== this.context.self) this.hear(peer, { type: "RequestVoteReply", term: this.state.currentTerm, voteGranted: true });
    return this;
  }

  /** Lets these, by default all, acknowledge everything that is in this leader's log. */
  acknowledged(by: readonly NodeId[] = Array.from({ length: this.context.size }, (_, node) => node)): this {
    for (const node of by) if (this.state.role === "leader") this.hear(node, appended(this.state.currentTerm, (this.state.snapshot?.index ?? 0) + this.state.log.length));
    return this;
  }

  ask(serial: number, command: KeyValueCommand, client = 1): Message[] {
    return this.input({ type: "request", client, serial, command });
  }

  heartbeat(): Message[] {
    return this.doing(() => this.protocol.onTimer!(this.state, "heartbeat", this.context));
  }

  /** Terms of its log. */
  get terms(): number[] {
    return this.state.log.map(({ term }) => term);
  }

  /** What it told, of one type. */
  told<Type extends RaftStore["Output"]["type"]>(type: Type): Extract<RaftStore["Output"], { type: Type }>[] {
    return this.outputs.filter((output): output is Extract<RaftStore["Output"], { type: Type }> => output.type === type);
  }

  /** What it sent a node, of one type. */
  sentTo<Type extends Message["type"]>(node: NodeId, type: Type): Extract<Message, { type: Type }>[] {
    return this.sent.filter(({ to, message }) => to === node && message.type === type).map(({ message }) => message as Extract<Message, { type: Type }>);
  }
}

export const entry = (term: number, value = "v") => ({ term, command: { client: 1, serial: 1, command: { op: "put", key: "x", value } as const } });
/** A change of the cluster, as an entry. */
export const change = (term: number, voters: readonly NodeId[], more: { readonly outgoing?: readonly NodeId[]; readonly learners?: readonly NodeId[] } = {}): RaftStore["Entry"] => ({ term, command: null, configuration: { voters, ...more } });
/** A snapshot of a store in which client 9 has written x. */
export const snapshotAt = (index: number, term: number, voters: readonly NodeId[] = [0, 1, 2]): RaftStore["Snapshot"] => ({ index, term, configuration: { voters }, sessions: { machine: { x: `up to ${index}` }, last: { 9: { serial: index, result: null } } } });

export const appendEntries = (term: number, prevLogIndex: number, prevLogTerm: number, entries: readonly RaftStore["Entry"][] = [], leaderCommit = 0): AppendEntries<KeyValueCommand> => ({ type: "AppendEntries", term, prevLogIndex, prevLogTerm, entries, leaderCommit });
export const installSnapshot = (term: number, snapshot: RaftStore["Snapshot"]): InstallSnapshot<KeyValueState, KeyValueResult> => ({ type: "InstallSnapshot", term, snapshot });
export const appended = (term: number, matchIndex: number): Appended => ({ type: "AppendEntriesReply", term, success: true, matchIndex });
export const conflict = (term: number, prevLogIndex: number, conflictTerm: number | null, conflictIndex: number): Conflict => ({ type: "AppendEntriesReply", term, success: false, prevLogIndex, conflictTerm, conflictIndex });
