import type { Mutant } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import { rewire } from "../../replication/rewired.js";
import { shardedGroups } from "./groups.js";
import { type RaftGroups, TUNED } from "./groups.promises.js";

/** A node that starts again gives every group the stored record that one of them wrote. */
function oneRecord(): Protocol<RaftGroups> {
  const sound = shardedGroups(TUNED);
  return {
    ...sound,
    init(self, size, stored, ...rest) {
      const one = stored?.find((record) => record !== null) ?? null;
      return sound.init(self, size, stored?.map((record) => record && one), ...rest);
    },
  };
}

/** Groups on the same nodes, with one rule broken. */
export const groupsMutants: readonly Mutant<RaftGroups>[] = [
  {
    name: "shard-by-client",
    bug: "a request goes to the shard of its client, not of its key: two groups keep the same key",
    source: "Corbett et al., Spanner, OSDI 2012, §2.1: a key belongs to one group; the rule left out",
    engine: "raft-groups",
    caughtBy: "the clients' history is linearizable",
    broken: () => shardedGroups({ ...TUNED, shardFor: ({ client }) => client % TUNED.shards }),
  },
  {
    name: "one-vote-for-all-groups",
    bug: "the groups of a node share one record of term and vote",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state: a group's own; made by systems that first had one group",
    engine: "raft-groups",
    caughtBy: "in each group: after a restart a node knows the term and the vote that its disk kept",
    broken: oneRecord,
  },
  {
    name: "cuts-the-shared-log",
    bug: "a group that drops its log's end drops that of the log which all groups share",
    source: "Ongaro and Ousterhout 2014, §5.3: a follower drops what conflicts, and nothing else",
    engine: "raft-groups",
    caughtBy: "in each group: where two logs have an entry of one index and term, they are the same up to there",
    broken: () => rewire(shardedGroups(TUNED), (state, context) => ({ append: (records) => records.forEach((record) => ("length" in record ? context.truncate(Math.max(0, lengthOf(state) - 1)) : context.append([record]))) })),
  },
];

const lengthOf = ({ groups }: RaftGroups["State"]) => groups.reduce((sum, group) => sum + (group?.log.length ?? 0), 0);
