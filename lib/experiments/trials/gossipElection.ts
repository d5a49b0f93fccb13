import { gossipElection } from "../gossipElection.js";
import { gossipElectionFailure } from "../gossipElectionFailure.js";
import { percent, type Trial } from "./trial.js";

/** The survey's statements on election by gossip, as they go into the ledger. */
export const gossipElectionTrials: readonly Trial[] = [
  {
    id: "2.1",
    chapter: "2",
    statement: "Gossip elects: who hears from most of its neighbours is the leader.",
    experiment: gossipElection,
    judge(run) {
      const staying = run();
      const yielding = run({ rival: "yields", nodes: "3,5,9" });
      const of = (window: string, fanout: number, nodes: number) => staying.find((row) => row.window === window && row.fanout === fanout && row.nodes === nodes)!;
      const large = Math.max(...staying.map(({ nodes }) => nodes as number));
      const figures = {
        worstOneLeader: Math.min(...staying.map(({ one }) => one as number)),
        worstAgreedIfRivalsYield: Math.min(...yielding.map(({ agreed }) => agreed as number)),
        severalSinceStart: of("start", 1, 5).several as number,
        severalSinceStartOfTwo: of("start", 2, 5).several as number,
        severalPerRound: of("round", 1, 5).several as number,
        severalPerRoundOfTwo: of("round", 2, 5).several as number,
        nonePerRoundLarge: of("round", 1, large).none as number,
        largeNodes: large,
      };
      const because = `Of 5 nodes that count since the start, two or more led in ${percent(figures.severalSinceStart)} of the runs with one message a round and in ${percent(figures.severalSinceStartOfTwo)} with two. Counted per round, one message a round works as a vote: two leaders in ${percent(figures.severalPerRound)}, but of ${large} nodes nobody led in ${percent(figures.nonePerRoundLarge)}.`;
      return { verdict: figures.worstOneLeader === 1 && figures.worstAgreedIfRivalsYield === 1 ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "2.2",
    chapter: "2",
    statement: "Once a leader is elected by gossip, all nodes learn it and stop sending.",
    experiment: gossipElectionFailure,
    judge(run) {
      const [written, repaired] = run();
      const figures = {
        messagesAsWritten: written!.messages as number,
        noticedAsWritten: written!.noticed as number,
        relearntAsWritten: written!.relearnt as number,
        noticedRepaired: repaired!.noticed as number,
        replacedRepaired: repaired!.replaced as number,
        replacedAfterRepaired: repaired!.replacedAfter as number,
      };
      const because = `After the winner's crash its followers sent ${figures.messagesAsWritten.toFixed(0)} messages and gave it up in ${percent(figures.noticedAsWritten)} of the runs; where rumours go on, another led in ${percent(figures.replacedRepaired)} of them, half of the time within ${(figures.replacedAfterRepaired / 1000).toFixed(1)} s.`;
      return { verdict: figures.noticedAsWritten === 1 ? "holds" : "fails", because, figures };
    },
  },
];
