import { consistencyBySynchrony } from "../consistencyBySynchrony.js";
import type { Row } from "../experiment.js";
import { leaderlessFailover } from "../leaderlessFailover.js";
import { rolesByGossip } from "../rolesByGossip.js";
import { withoutElection } from "../withoutElection.js";
import { percent, type Trial } from "./trial.js";

const ms = (value: unknown) => `${(value as number).toFixed(1)} ms`;

/** What the survey says of clusters without a leader, beside what a quorum store does. */
export const quorumStoreTrials: readonly Trial[] = [
  {
    id: "1.2",
    chapter: "1",
    statement: "A single leader means synchronous replication, no leader means asynchronous.",
    experiment: consistencyBySynchrony,
    judge(run) {
      const rows = run();
      const of = (leader: string, replication: string) => rows.find((row) => row.leader === leader && row.replication === replication)!;
      const [led, ledLate, free, freeLate] = [of("one leader", "synchronous"), of("one leader", "asynchronous"), of("none", "synchronous"), of("none", "asynchronous")];
      const figures = {
        putLeaderSynchronous: led.put as number,
        putLeaderAsynchronous: ledLate.put as number,
        putLeaderlessSynchronous: free.put as number,
        putLeaderlessAsynchronous: freeLate.put as number,
        lossyLeaderSynchronous: led.lossy as number,
        lossyLeaderAsynchronous: ledLate.lossy as number,
        lossyLeaderlessSynchronous: free.lossy as number,
        lossyLeaderlessAsynchronous: freeLate.lossy as number,
        linearizableLeaderAsynchronous: ledLate.linearizable as number,
        linearizableLeaderlessSynchronous: free.linearizable as number,
      };
      const because = `All four combinations run. Whoever waits for a majority lost nothing, with a leader (a put took ${ms(figures.putLeaderSynchronous)}) and without (${ms(figures.putLeaderlessSynchronous)}, and ${percent(figures.linearizableLeaderlessSynchronous)} of the histories were linearizable); whoever does not wait lost acknowledged puts in ${percent(figures.lossyLeaderAsynchronous)} of the runs with a leader and in ${percent(figures.lossyLeaderlessAsynchronous)} without.`;
      // It would hold if only the survey's two of the four kept their kind of promise.
      const independent = figures.lossyLeaderSynchronous === 0 && figures.lossyLeaderlessSynchronous === 0 && figures.lossyLeaderAsynchronous > 0 && figures.lossyLeaderlessAsynchronous > 0;
      return { verdict: independent ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "1.5",
    chapter: "1",
    statement: "When a node fails, a leaderless cluster goes on without waiting for anything.",
    experiment: leaderlessFailover,
    judge(run) {
      const [one, two] = [run(), run({ crashed: 2 })];
      const of = (rows: readonly Row[], design: string) => rows.find((row) => row.design === design)!;
      const figures = {
        errorsMajorities: of(one, "R=2, W=2").errors as number,
        errorsAll: of(one, "R=3, W=3").errors as number,
        errorsMajoritiesTwoDown: of(two, "R=2, W=2").errors as number,
        errorsRaft: of(one, "raft").errors as number,
        latencyBefore: of(one, "R=2, W=2").latencyBefore as number,
        latencyAfter: of(one, "R=2, W=2").latency as number,
        latencyP99After: of(one, "R=2, W=2").latencyP99 as number,
        silence: of(one, "R=2, W=2").silence as number,
        silenceRaft: of(one, "raft").silence as number,
      };
      const because = `With N = 3 and R = W = 2, one crash of five left ${percent(figures.errorsMajorities)} of the requests without an answer (all three copies wanted: ${percent(figures.errorsAll)}), and in the median run nobody was answered for ${figures.silence.toFixed(0)} ms at the longest, in Raft for ${figures.silenceRaft.toFixed(0)} ms. A request took ${ms(figures.latencyAfter)} instead of ${ms(figures.latencyBefore)}: coordinators that count on the dead node wait and ask another. With two crashes ${percent(figures.errorsMajoritiesTwoDown)} had no answer: of some keys one replica was left.`;
      if (figures.errorsMajorities > 0.01) return { verdict: "fails", because, figures };
      if (figures.errorsAll < 0.01 && figures.errorsMajoritiesTwoDown < 0.01) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "of each key's replicas R and W stay up, and those that count on the dead node may wait until others are asked", because, figures };
    },
  },
  {
    id: "1.8",
    chapter: "1",
    statement: "Leaderless clusters rest on the election of a leader, by PARABOLIC or MOSS.",
    experiment: withoutElection,
    judge(run) {
      const rows = run();
      const of = (engine: string) => rows.find((row) => row.engine === engine)!;
      const figures = {
        operationsQuorumStore: of("quorum store").operations as number,
        electingQuorumStore: of("quorum store").electing as number,
        operationsAbd: of("ABD").operations as number,
        electingAbd: of("ABD").electing as number,
        operationsRaft: of("raft").operations as number,
        electingRaft: of("raft").electing as number,
      };
      const because = `While servers crashed in turn, a quorum store answered ${figures.operationsQuorumStore.toFixed(0)} requests a run and ABD ${figures.operationsAbd.toFixed(0)}, Raft ${figures.operationsRaft.toFixed(0)}. To elect, Raft's servers sent ${figures.electingRaft.toFixed(0)} messages, those of the other two ${figures.electingQuorumStore.toFixed(0)} and ${figures.electingAbd.toFixed(0)}: neither has a message for it.`;
      const without = figures.electingQuorumStore === 0 && figures.electingAbd === 0 && figures.operationsQuorumStore > figures.operationsRaft / 2 && figures.operationsAbd > figures.operationsRaft / 2;
      return { verdict: without ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "1.10",
    chapter: "1",
    statement: "A leaderless cluster moves roles and load about by itself.",
    experiment: rolesByGossip,
    judge(run) {
      const rows = run();
      const hasty = run({ gain: 1, every: 1 });
      const of = (design: string, among = rows) => among.find((row) => row.design === design)!;
      const figures = {
        busiestBefore: of("gossip").before as number,
        busiestAfter: of("gossip").after as number,
        settledShare: of("gossip").settledShare as number,
        moved: of("gossip").moved as number,
        least: of("gossip").least as number,
        movedCentral: of("central").moved as number,
        movedHasty: of("gossip", hasty).moved as number,
        reversals: of("gossip").reversals as number,
        reversalsHasty: of("gossip", hasty).reversals as number,
        busiestWithoutCentre: of("central, and down").after as number,
      };
      const because = `A server at a quarter of its speed had ${figures.busiestBefore.toFixed(1)} times its share; by gossip the busiest came down to ${figures.busiestAfter.toFixed(2)}, in ${percent(figures.settledShare)} of the runs for good, and ${percent(figures.moved)} of the keys were moved where ${percent(figures.least)} had to be (a central rebalancer that takes full steps: ${percent(figures.movedCentral)}; while that is down nothing moves). In full steps every round gossip moved, too, ${percent(figures.movedHasty)}, and a weight turned back ${figures.reversalsHasty.toFixed(2)} times instead of ${figures.reversals.toFixed(2)}.`;
      if (figures.settledShare <= 0.95 || figures.busiestAfter >= figures.busiestBefore / 2) return { verdict: "fails", because, figures };
      if (figures.movedHasty < 2 * figures.moved) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "each server changes its weight by small steps, and not all at once (roles other than load were not tried)", because, figures };
    },
  },
];
