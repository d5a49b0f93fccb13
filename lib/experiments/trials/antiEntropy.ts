import type { Row } from "../experiment.js";
import { gossipBytes } from "../gossipBytes.js";
import { percent, type Trial } from "./trial.js";

/** How a way of anti-entropy compares with sending whole stores, in the same clusters: the least and the most of what it takes, as a share. */
function besideFull(rows: readonly Row[], method: string, field: "bytes" | "time"): { readonly least: number; readonly most: number } {
  const shares = rows
    .filter((row) => row.method === method)
    .map((row) => (row[field] as number) / (rows.find((full) => full.method === "full" && full.nodes === row.nodes && full.changed === row.changed)![field] as number));
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

const BETTER = ["digests", "merkle", "deltas"];
const most = (rows: readonly Row[], field: "bytes" | "time") => Math.max(...BETTER.map((method) => besideFull(rows, method, field).most));

/** What the survey says of optimizing gossip. */
export const antiEntropyTrials: readonly Trial[] = [
  {
    id: "G.2",
    chapter: "G",
    statement: "A better gossip saves bandwidth and time.",
    experiment: gossipBytes,
    judge(run) {
      const usual = run();
      const slow = run({ nodes: "12", changed: "0.01", bandwidth: 50 });
      const far = run({ nodes: "12", changed: "0.01", latency: "constant:100" });
      const small = run({ nodes: "12", changed: "1", valueBytes: 4 });
      const figures = {
        digestBytesLeast: besideFull(usual, "digests", "bytes").least,
        digestBytesMost: besideFull(usual, "digests", "bytes").most,
        merkleBytesLeast: besideFull(usual, "merkle", "bytes").least,
        merkleBytesMost: besideFull(usual, "merkle", "bytes").most,
        deltaBytesLeast: besideFull(usual, "deltas", "bytes").least,
        deltaBytesMost: besideFull(usual, "deltas", "bytes").most,
        digestBytesSmallValues: besideFull(small, "digests", "bytes").most,
        mostBytesSmallValues: most(small, "bytes"),
        digestTimeSlowLinks: besideFull(slow, "digests", "time").most,
        merkleTimeSlowLinks: besideFull(slow, "merkle", "time").most,
        deltaTimeSlowLinks: besideFull(slow, "deltas", "time").most,
        digestTimeLongWays: besideFull(far, "digests", "time").most,
        merkleTimeLongWays: besideFull(far, "merkle", "time").most,
        deltaTimeLongWays: besideFull(far, "deltas", "time").most,
      };
      const { merkleBytesLeast, merkleBytesMost, digestBytesLeast, digestBytesMost, deltaBytesLeast, deltaBytesMost } = figures;
      const range = (least: number, most: number) => `${percent(least, 2)} to ${percent(most, 2)}`;
      const because = `Of the bytes that whole stores take until all are equal, digests took ${range(digestBytesLeast, digestBytesMost)}, Merkle trees ${range(merkleBytesLeast, merkleBytesMost)} and deltas ${range(deltaBytesLeast, deltaBytesMost)}, by how many keys had changed; where a value is as short as a number, digests took ${percent(figures.digestBytesSmallValues, 2)}. Of the time, over links so slow that a store takes longer than a round, ${percent(figures.digestTimeSlowLinks, 2)}, ${percent(figures.merkleTimeSlowLinks, 2)} and ${percent(figures.deltaTimeSlowLinks, 2)}; over ways so long that every further message counts, ${percent(figures.digestTimeLongWays, 2)}, ${percent(figures.merkleTimeLongWays, 2)} and ${percent(figures.deltaTimeLongWays, 2)}.`;
      const fewerBytes = most(usual, "bytes") < 1;
      const sooner = (rows: readonly Row[]) => most(rows, "time") <= 1;
      if (fewerBytes && figures.mostBytesSmallValues < 1 && [usual, slow, far].every(sooner)) return { verdict: "holds", because, figures };
      if (!fewerBytes || !sooner(slow)) return { verdict: "fails", because, figures };
      const slowEnough = "links are so slow that a whole store takes longer to send than the extra messages take to travel";
      const condition = figures.mostBytesSmallValues < 1 ? `${slowEnough}; bytes are saved throughout` : `for bytes, the values left out are longer than the digests sent instead, and for time, ${slowEnough}`;
      return { verdict: "holds if", condition, because, figures };
    },
  },
];
