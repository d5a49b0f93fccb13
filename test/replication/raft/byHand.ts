import type { Context, NodeId } from "../../../lib/protocol.js";
import { raft, type RaftOptions } from "../../../lib/replication/raft/raft.js";
import type { HardState, Raft, RaftMessage, RaftOutput, RaftState } from "../../../lib/replication/raft/types.js";

/** One Raft server driven by hand: give it a message or a timer, read what it did. Timeouts are drawn as the lowest plus a half of the range. */
export class ByHand {
  readonly state: RaftState;
  readonly sent: { to: NodeId; message: RaftMessage }[] = [];
  readonly outputs: RaftOutput[] = [];
  /** Timers that are set, with the time at which each is due, ms. */
  readonly timers = new Map<Raft["Timer"], number>();
  saved: HardState | undefined;
  now = 0;
  readonly #protocol;
  readonly #context: Context<Raft>;

  constructor({ self = 0, size = 5, stored, logTerms = [], ...options }: RaftOptions & { self?: NodeId; size?: number; stored?: HardState; logTerms?: readonly number[] } = {}) {
    this.#protocol = raft(options);
    const hand = this;
    this.#context = {
      self,
      size,
      get now() {
        return hand.now;
      },
      random: () => 0.5,
      send: (to, message) => void this.sent.push({ to, message }),
      setTimer: (timer, delay) => void this.timers.set(timer, this.now + delay),
      cancelTimer: (timer) => void this.timers.delete(timer),
      save: (record) => void (this.saved = { ...record }),
      append: () => {
        throw new Error("an election appends nothing");
      },
      truncate: () => {
        throw new Error("an election truncates nothing");
      },
      compact: () => {
        throw new Error("an election takes no snapshot");
      },
      output: (output) => void this.outputs.push(output),
    };
    this.state = this.#protocol.init(self, size, stored, logTerms.map((term) => ({ term, command: null })));
    this.#protocol.onStart!(this.state, this.#context);
  }

  /** Delivers a message; returns what was sent in answer. */
  hear(from: NodeId, message: RaftMessage): RaftMessage[] {
    return this.#doing(() => this.#protocol.onMessage(this.state, from, message, this.#context));
  }

  /** Fires a timer at its time; throws if it is not set. */
  fire(timer: Raft["Timer"]): RaftMessage[] {
    const due = this.timers.get(timer);
    if (due === undefined) throw new Error(`the ${timer} timer is not set`);
    this.timers.delete(timer);
    this.now = due;
    return this.#doing(() => this.#protocol.onTimer!(this.state, timer, this.#context));
  }

  campaign(): RaftMessage[] {
    return this.#doing(() => this.#protocol.onInput!(this.state, { type: "campaign" }, this.#context));
  }

  /** Makes it leader of the next term. */
  lead(): this {
    this.campaign();
    for (let voter = 0; this.state.role !== "leader"; voter++) if (voter !== this.#context.self) this.hear(voter, vote(this.state.currentTerm));
    return this;
  }

  #doing(handler: () => void): RaftMessage[] {
    const before = this.sent.length;
    handler();
    return this.sent.slice(before).map(({ message }) => message);
  }
}

export const requestVote = (term: number, lastLogIndex = 0, lastLogTerm = 0): RaftMessage => ({ type: "RequestVote", term, lastLogIndex, lastLogTerm });
export const preVote = (term: number, lastLogIndex = 0, lastLogTerm = 0): RaftMessage => ({ type: "PreVote", term, lastLogIndex, lastLogTerm });
export const vote = (term: number, voteGranted = true): RaftMessage => ({ type: "RequestVoteReply", term, voteGranted });
export const preVoteReply = (term: number, voteGranted = true): RaftMessage => ({ type: "PreVoteReply", term, voteGranted });
export const heartbeat = (term: number): RaftMessage => ({ type: "AppendEntries", term });
export const heartbeatReply = (term: number, success = true): RaftMessage => ({ type: "AppendEntriesReply", term, success });
