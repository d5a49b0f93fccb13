import { joinKnown } from "../joinKnown.js";
import type { Trial } from "./trial.js";

/** What the survey says of members that join where nobody leads. */
export const membershipTrials: readonly Trial[] = [
  {
    id: "1.6",
    chapter: "1",
    statement: "A node that joins a leaderless cluster takes part at once.",
    experiment: joinKnown,
    judge(run) {
      const rows = run();
      const [smallest, largest] = [rows[0]!, rows.at(-1)!];
      const figures = {
        members: largest.members as number,
        knownRounds: largest.known as number | null,
        knownRoundsSmall: smallest.known as number | null,
        log2: largest.log2 as number,
        known: largest.knownMs as number | null,
        transfer: largest.transferMs as number,
        serves: largest.servesMs as number | null,
      };
      if (figures.knownRounds === null || figures.knownRoundsSmall === null || figures.known === null) return { verdict: "fails", because: `In some runs the new member was not known to all ${figures.members} within the horizon.`, figures };
      // Of the order of log n: not more than twice as many rounds as the number of members can be doubled.
      const fast = rows.every(({ known, log2 }) => known !== null && (known as number) <= 2 * (log2 as number) + 2);
      const because = `Nobody has to be waited for: all ${smallest.members} members knew of the new one after ${figures.knownRoundsSmall.toFixed(1)} rounds of gossip, all ${figures.members} after ${figures.knownRounds.toFixed(1)} (log2 n is ${figures.log2.toFixed(1)}). But what makes it serve is its share of the data, which by then had not come: ${(figures.transfer / 1000).toFixed(0)} s at the speed assumed, against ${(figures.known / 1000).toFixed(1)} s until all knew it.`;
      if (!fast) return { verdict: "fails", because, figures };
      if (figures.transfer <= figures.known) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "taking part means being a member, a few rounds of gossip later; to serve its share of the data, a node must first be sent it", because, figures };
    },
  },
];
