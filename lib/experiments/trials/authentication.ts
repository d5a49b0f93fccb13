import { authenticationCost } from "../authenticationCost.js";
import { forgedMessages } from "../forgedMessages.js";
import { runExperiment } from "../runExperiment.js";
import { percent, type Trial } from "./trial.js";

/** What keys on messages keep out, and what they cost. */
export const authenticationTrials: readonly Trial[] = [
  {
    id: "7.6",
    chapter: "7",
    statement: "Cryptography makes the algorithms more efficient and more secure.",
    experiment: forgedMessages,
    judge(run) {
      const rows = run();
      const succeeded = (attacker: string, authentication: string) => Math.max(...rows.filter((row) => row.attacker === attacker && row.authentication === authentication).map((row) => row.succeeded as number));
      const costs = runExperiment(authenticationCost).rows;
      const share = (scheme: string) => costs.find((row) => row.scheme === scheme)!.share as number;
      const figures = {
        outsiderNone: succeeded("an outsider", "none"),
        outsiderShared: succeeded("an outsider", "shared key"),
        memberShared: succeeded("a member, in others' names", "shared key"),
        memberPairwise: Math.max(succeeded("a member, in others' names", "pairwise keys"), succeeded("a member, in others' names", "signature")),
        liarSignature: succeeded("a member, in its own name", "signature"),
        codeThroughput: share("message authentication code"),
        signatureThroughput: share("signature"),
      };
      const because = `Votes, acknowledgements and rumours were forged; the worst of the three counts. Without keys an outsider did harm in ${percent(figures.outsiderNone)} of the runs, and in ${percent(figures.outsiderShared)} if all members shared a key. With that key a member did harm in others' names (${percent(figures.memberShared)}); with a key for each pair, or with signatures, in ${percent(figures.memberPairwise)}. A member that lied in its own name did harm in spite of signatures (${percent(figures.liarSignature)}). Throughput fell to ${percent(figures.codeThroughput)} with authentication codes, to ${percent(figures.signatureThroughput)} with signatures.`;
      const moreSecure = figures.outsiderShared === 0 && figures.memberPairwise === 0 && figures.outsiderNone > 0;
      const moreEfficient = Math.max(figures.codeThroughput, figures.signatureThroughput) >= 1;
      if (!moreSecure) return { verdict: "fails", because, figures };
      if (moreEfficient && figures.liarSignature === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: `${moreEfficient ? "" : "only security is asked for, since efficiency falls, and if "}members do not lie in their own names; against those who do, quorums would have to be larger`, because, figures };
    },
  },
];
