import { paxosFailover } from "../paxosFailover.js";
import { percent, type Trial } from "./trial.js";

/** What the survey says of Paxos. */
export const paxosTrials: readonly Trial[] = [
  {
    id: "2.6",
    chapter: "2",
    statement: "Paxos is to propose, accept and decide, by one leader.",
    experiment: paxosFailover,
    judge(run) {
      const [forEver, replaced, prepared] = run();
      const figures = {
        twoValuesOneLeader: forEver!.twoValues as number,
        twoValuesAfterFailover: replaced!.twoValues as number,
        twoValuesWithPrepare: prepared!.twoValues as number,
        allKnowOneLeader: forEver!.allKnow as number,
        allKnowWithPrepare: prepared!.allKnow as number,
      };
      const because = `Two values were chosen in ${percent(figures.twoValuesOneLeader)} of the runs with one leader for ever, in ${percent(figures.twoValuesAfterFailover)} of those in which a second one took over, and in ${percent(figures.twoValuesWithPrepare)} of those if it asked for promises first.`;
      if (figures.twoValuesOneLeader > 0 || figures.twoValuesWithPrepare > 0) return { verdict: "fails", because, figures };
      if (figures.twoValuesAfterFailover === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "the leader is never replaced; Paxos proper lets anyone propose, and asks a quorum for promises first", because, figures };
    },
  },
];
