import type { Context, NodeId } from "../../../lib/protocol.js";
import { raft } from "../../../lib/replication/raft/raft.js";
import type { AppendEntries, Appended, Conflict } from "../../../lib/replication/raft/replicatedTypes.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue, type KeyValueCommand } from "../../../lib/replication/service/keyValue.js";

type Message = RaftStore["Message"];

/** One Raft server with a key-value store, driven by hand: what it sent, told and wrote since the last look. */
export class ReplicaByHand {
  readonly state: RaftStore["State"];
  readonly sent: { to: NodeId; message: Message }[] = [];
  readonly outputs: RaftStore["Output"][] = [];
  /** Its durable log. */
  readonly disk: RaftStore["Entry"][];
  readonly #protocol;
  readonly #context: Context<RaftStore>;

  constructor({ self = 0, size = 3, term = 0, logTerms = [], ...limits }: { self?: NodeId; size?: number; term?: number; logTerms?: readonly number[]; batch?: number; inFlight?: number } = {}) {
    this.#protocol = raft({ machine: keyValue, ...limits });
    this.disk = logTerms.map((each, i) => ({ term: each, command: { client: 9, serial: i + 1, command: { op: "put", key: "x", value: `${each}` } as const } }));
    this.#context = {
      self,
      size,
      now: 0,
      random: () => 0.5,
      send: (to, message) => void this.sent.push({ to, message }),
      setTimer: () => {},
      cancelTimer: () => {},
      save: () => {},
      append: (entries) => void this.disk.push(...entries),
      truncate: (length) => void (this.disk.length = length),
      output: (output) => void this.outputs.push(output),
    };
    this.state = this.#protocol.init(self, size, { currentTerm: term, votedFor: null }, this.disk);
    this.#protocol.onStart!(this.state, this.#context);
  }

  /** Makes it the leader of the next term, by the votes of all. */
  lead(): this {
    this.#protocol.onInput!(this.state, { type: "campaign" }, this.#context);
    for (let peer = 0; peer < this.#context.size && this.state.role !== "leader"; peer++) if (peer !== this.#context.self) this.hear(peer, { type: "RequestVoteReply", term: this.state.currentTerm, voteGranted: true });
    return this;
  }

  hear(from: NodeId, message: Message): Message[] {
    return this.#doing(() => this.#protocol.onMessage(this.state, from, message, this.#context));
  }

  ask(serial: number, command: KeyValueCommand, client = 1): Message[] {
    return this.#doing(() => this.#protocol.onInput!(this.state, { type: "request", client, serial, command }, this.#context));
  }

  heartbeat(): Message[] {
    return this.#doing(() => this.#protocol.onTimer!(this.state, "heartbeat", this.#context));
  }

  /** Terms of its log. */
  get terms(): number[] {
    return this.state.log.map(({ term }) => term);
  }

  #doing(what: () => void): Message[] {
    const before = this.sent.length;
    what();
    return this.sent.slice(before).map(({ message }) => message);
  }
}

export const entry = (term: number, value = "v") => ({ term, command: { client: 1, serial: 1, command: { op: "put", key: "x", value } as const } });

export const appendEntries = (term: number, prevLogIndex: number, prevLogTerm: number, entries: readonly RaftStore["Entry"][] = [], leaderCommit = 0): AppendEntries<KeyValueCommand> => ({ type: "AppendEntries", term, prevLogIndex, prevLogTerm, entries, leaderCommit });
export const appended = (term: number, matchIndex: number): Appended => ({ type: "AppendEntriesReply", term, success: true, matchIndex });
export const conflict = (term: number, prevLogIndex: number, conflictTerm: number | null, conflictIndex: number): Conflict => ({ type: "AppendEntriesReply", term, success: false, prevLogIndex, conflictTerm, conflictIndex });
