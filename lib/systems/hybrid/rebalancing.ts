import type { NodeId } from "../../protocol.js";
import { lastIndex } from "../../replication/raft/log.js";
import type { OperatorInput, ReplicatedState } from "../../replication/raft/replicatedTypes.js";

type Leader = Pick<ReplicatedState<unknown, unknown, unknown>, "configuration" | "configurationIndex" | "commitIndex" | "progress" | "log" | "snapshot" | "transferee">;

/**
 * The next step that a group's leader takes towards where its shard is wanted: by shard `wanted`, first the node that should
 * lead. At most one change is under way, each by one node: who comes is a learner until it has the log (Ongaro 2014,
 * dissertation, §4.2.1), then it votes, and only then somebody goes whose place it takes; nobody goes if that would leave
 * fewer than `replicas` voters. A leader that is to go, or that should not lead, hands over first (§3.10). Undefined: there
 * is nothing to do, or something is still under way.
 */
export function nextChange(state: Leader, self: NodeId, wanted: readonly NodeId[], replicas: number): OperatorInput | undefined {
  const { configuration: { voters, learners = [] }, configurationIndex, commitIndex } = state;
  if (configurationIndex > commitIndex || state.transferee !== null) return undefined;
  const stray = learners.find((node) => !wanted.includes(node));
  if (stray !== undefined) return { type: "reconfigure", voters, learners: learners.filter((node) => node !== stray) };
  const [learner] = learners;
  if (learner !== undefined) return state.progress[learner]!.match >= commitIndex ? { type: "reconfigure", voters: [...voters, learner] } : undefined;
  const comes = wanted.find((node) => !voters.includes(node));
  if (comes !== undefined) return { type: "reconfigure", voters, learners: [comes] };
  const goes = voters.find((node) => node !== self && !wanted.includes(node));
  if (goes !== undefined && voters.length > replicas) return { type: "reconfigure", voters: voters.filter((node) => node !== goes) };
  const heir = wanted[0];
  if (heir === undefined || heir === self) return undefined;
  return voters.includes(heir) && state.progress[heir]!.match === lastIndex(state) ? { type: "transfer", to: heir } : undefined;
}
