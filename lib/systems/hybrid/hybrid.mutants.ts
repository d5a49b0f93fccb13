import type { Mutant } from "../../promises.js";
import { hybrid, type HybridRules } from "./hybrid.js";
import { type HybridStore, TUNED } from "./hybrid.promises.js";
import { nextChange } from "./rebalancing.js";

const DISSERTATION = "Ongaro 2014, dissertation";
const broken = (rules: Partial<HybridRules>) => () => hybrid(TUNED, rules);

/** The hybrid cluster, with one rule broken: most of them let gossip decide what only a group may. */
export const hybridMutants: readonly Mutant<HybridStore>[] = [
  {
    name: "quorum-of-the-living",
    bug: "a group counts its majority among those that gossip takes for alive",
    source: "Ongaro and Ousterhout 2014, §5.2: a majority of all members; left out, as in clusters whose membership service takes the dead out of the group at once",
    engine: "hybrid",
    caughtBy: "in each group: at most one leader a term",
    broken: broken({
      seen({ groups, view }) {
        for (const group of groups) if (group) group.configuration = { ...group.configuration, voters: group.configuration.voters.filter((node) => view.includes(node)) };
      },
    }),
  },
  {
    name: "leads-by-view",
    bug: "whoever should lead a shard by its view of who is there takes the lead without an election",
    source: "Ongaro and Ousterhout 2014, §5.2: a leader has the votes of a majority; the rule left out",
    engine: "hybrid",
    caughtBy: "in each group: a leader has the votes of a majority in its term",
    broken: broken({
      seen({ groups, view }, self) {
        for (const group of groups) {
          if (!group || group.role === "leader" || view.find((node) => group.configuration.voters.includes(node)) !== self) continue;
          Object.assign(group, { role: "leader", leader: self, currentTerm: group.currentTerm + 1, votedFor: self });
        }
      },
    }),
  },
  {
    name: "no-learners",
    bug: "a node that comes votes at once, before it has anything of the log",
    source: `${DISSERTATION}, §4.2.1: new servers catch up before they vote; the rule left out`,
    engine: "hybrid",
    caughtBy: "in each group: who comes to vote has learned before",
    broken: broken({
      nextChange(state, self, wanted, replicas) {
        const change = nextChange(state, self, wanted, replicas);
        const [learner] = change?.type === "reconfigure" ? (change.learners ?? []) : [];
        return change?.type === "reconfigure" && learner !== undefined ? { type: "reconfigure", voters: [...change.voters, learner] } : change;
      },
    }),
  },
  {
    name: "moves-in-one-step",
    bug: "a group moves to where it should be by a single change, however many nodes come and go",
    source: `${DISSERTATION}, §4.1 and Figure 4.2: two majorities, one of the old and one of the new, need not share a node`,
    engine: "hybrid",
    caughtBy: "in each group: voters come and go one at a time",
    broken: broken({
      raft: { isSingleStep: () => true },
      nextChange(state, self, wanted, replicas) {
        const { configurationIndex, commitIndex, configuration: { voters } } = state;
        if (configurationIndex > commitIndex || state.transferee !== null || !wanted.some((node) => !voters.includes(node))) return nextChange(state, self, wanted, replicas);
        return { type: "reconfigure", voters: wanted };
      },
    }),
  },
  {
    name: "forgets-what-joined",
    bug: "a node that starts again takes up the groups that it was in at first, and forgets those that it joined",
    source: "Ongaro and Ousterhout 2014, Figure 2, persistent state: also of a group that came later",
    engine: "hybrid",
    caughtBy: "in each group: after a restart a node knows the term and the vote that its disk kept",
    broken: broken({ restores: false }),
  },
  {
    name: "reads-where-routed",
    bug: "any member of a group answers reads from what it has carried out so far",
    source: `${DISSERTATION}, §6.4: a read needs its leader's word, or a place in the log; the rule left out`,
    engine: "hybrid",
    caughtBy: "the clients' history is linearizable",
    broken: () => hybrid({ ...TUNED, raft: { ...TUNED.raft, reads: "local" } }),
  },
  {
    name: "nobody-goes",
    bug: "nodes come to a group, and nobody whose place they took ever goes",
    source: `${DISSERTATION}, §4.1, the removal of servers left out`,
    engine: "hybrid",
    caughtBy: "when the faults end, every shard is where all nodes would have it",
    broken: broken({
      nextChange(state, self, wanted, replicas) {
        const change = nextChange(state, self, wanted, replicas);
        return change?.type === "reconfigure" && change.voters.length < state.configuration.voters.length ? undefined : change;
      },
    }),
  },
];
