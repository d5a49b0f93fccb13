import type { AppendEntries, Conflict, Context, KeyValueCommand, NodeId, RaftStore } from "leaderlab";

/** The part of a node that this handler sees and changes (Figure 2). Entry i of the log is `log[i − 1]`. */
export type Follower = Pick<RaftStore["State"], "currentTerm" | "log" | "commitIndex">;

/**
 * The leader of this node's own term has sent entries, or none: a heartbeat (Raft, Figure 2, AppendEntries, rules 2 to 5,
 * and §5.3). Changes `state` in place and the log on disk with it; sends one `AppendEntriesReply` to the leader `from`.
 */
export function onAppendEntries(state: Follower, from: NodeId, message: AppendEntries<KeyValueCommand>, context: Context<RaftStore>): void {
  const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message;

  // <answer> TODO: the consistency check. Refuse unless this log has the entry before the new ones; `conflictAt` helps to say why.
  if (termAt(state, prevLogIndex) !== prevLogTerm) {
    context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: false, prevLogIndex, ...conflictAt(state, prevLogIndex) });
    return;
  }
  // </answer>

  // <answer> TODO: take the entries over that this log does not have yet. What conflicts with them goes, with all that follows it.
  // A message may be late: what this log has beyond it may be newer than the message, and goes only if it conflicts.
  const known = entries.findIndex(({ term }, i) => termAt(state, prevLogIndex + 1 + i) !== term);
  if (known >= 0) {
    const kept = prevLogIndex + known;
    const added = entries.slice(known);
    if (kept < state.log.length) {
      state.log.length = kept;
      context.truncate(kept);
    }
    state.log.push(...added);
    context.append(added);
  }
  // </answer>

  // <answer> TODO: learn what is committed, as far as this log is known to be as the leader's.
  // Beyond the last new entry this log may still have what another leader put there. An old message knows of less.
  const matchIndex = prevLogIndex + entries.length;
  state.commitIndex = Math.max(state.commitIndex, Math.min(leaderCommit, matchIndex));
  // </answer>

  // <answer> TODO: tell the leader how far the two logs are known to match.
  // Not how long this log is: its end may be another leader's.
  context.send(from, { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex });
  // </answer>
}

/** Term of the entry at an index; 0 at index 0, before the first. Undefined where the log has no such entry. */
function termAt(state: Follower, index: number): number | undefined {
  // <answer> TODO: three cases in one line.
  // An empty beginning is the same in all logs: whatever is to follow index 0 fits.
  return index === 0 ? 0 : state.log[index - 1]?.term;
  // </answer> return undefined;
}

/**
 * Given: what a refusal says of this log, so that the leader need not go back by a single entry at a time (§5.3): the term
 * of its entry at `prevLogIndex` and where that term begins; or, if it is too short, the first index that it lacks.
 */
function conflictAt({ log }: Follower, prevLogIndex: number): Pick<Conflict, "conflictTerm" | "conflictIndex"> {
  const conflicting = log[prevLogIndex - 1];
  if (conflicting === undefined) return { conflictTerm: null, conflictIndex: log.length + 1 };
  return { conflictTerm: conflicting.term, conflictIndex: log.findIndex(({ term }) => term === conflicting.term) + 1 };
}
