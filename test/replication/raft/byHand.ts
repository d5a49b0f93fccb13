import type { NodeId } from "../../../lib/protocol.js";
import { raft, type RaftOptions } from "../../../lib/replication/raft/raft.js";
import type { HardState, Raft, RaftMessage } from "../../../lib/replication/raft/types.js";
import { ByHand } from "../../byHand.js";

/** One Raft server that only elects, driven by hand. Timeouts are drawn as the lowest plus a half of the range. */
export class VoterByHand extends ByHand<Raft> {
  constructor({ self = 0, size = 5, stored, logTerms = [], ...options }: RaftOptions & { self?: NodeId; size?: number; stored?: HardState; logTerms?: readonly number[] } = {}) {
    super(raft(options), { self, size, ...(stored && { stored }), log: logTerms.map((term) => ({ term, command: null })) });
  }

  protected override doing(handler: () => void): RaftMessage[] {
    const entries = this.disk.length;
    const sent = super.doing(handler);
    if (this.disk.length !== entries || this.diskSnapshot !== undefined) throw new Error("an election appends nothing, truncates nothing and takes no snapshot");
    return sent;
  }

  campaign(): RaftMessage[] {
    return this.input({ type: "campaign" });
  }

  /** Makes it leader of the next term. */
  lead(): this {
    this.campaign();
    for (let voter = 0; this.state.role !== "leader"; voter++) if (voter !== this.context.self) this.hear(voter, vote(this.state.currentTerm));
    return this;
  }
}

export const requestVote = (term: number, lastLogIndex = 0, lastLogTerm = 0): RaftMessage => ({ type: "RequestVote", term, lastLogIndex, lastLogTerm });
export const preVote = (term: number, lastLogIndex = 0, lastLogTerm = 0): RaftMessage => ({ type: "PreVote", term, lastLogIndex, lastLogTerm });
export const vote = (term: number, voteGranted = true): RaftMessage => ({ type: "RequestVoteReply", term, voteGranted });
export const preVoteReply = (term: number, voteGranted = true): RaftMessage => ({ type: "PreVoteReply", term, voteGranted });
export const heartbeat = (term: number): RaftMessage => ({ type: "AppendEntries", term });
export const heartbeatReply = (term: number, success = true): RaftMessage => ({ type: "AppendEntriesReply", term, success });
