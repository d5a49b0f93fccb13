import { choose } from "../choose.js";
import type { Row } from "../experiment.js";
import { percent, type Trial } from "./trial.js";

const perSecond = (value: unknown) => `${Math.round(value as number).toLocaleString("en")} requests a second`;
const ms = (value: unknown) => (value === null ? "for ever" : `${Number((value as number).toPrecision(3))} ms`);

/** What the survey says of which design fits where: workloads stated, designs run on them. */
export const choosingTrials: readonly Trial[] = [
  {
    id: "6.1",
    chapter: "6",
    statement: "Databases, file-system metadata and schedulers fit a single leader.",
    experiment: choose,
    judge(run) {
      // What the three have in common: something that only one may have, such as a row's next version, a file's name, a task.
      const workload = { exclusive: "yes", reads: 0.5 };
      const of = (design: string) => run({ ...workload, design });
      const strongest = (rows: readonly Row[]) => rows.find(({ consistency }) => consistency === "linearizable") ?? rows[0]!;
      const [led, abd, majority] = [strongest(of("raft-lease")), strongest(of("abd")), of("quorum-store-majority")[0]!];
      const figures = { fitsRaft: led.fits as boolean, throughputRaft: led.throughput as number, twiceRaft: led.twice as number, fitsAbd: abd.fits as boolean, fitsMajorities: majority.fits as boolean, twiceMajorities: majority.twice as number };
      const because = `All three give away what only one may have: a row's next version, a file's name, a task. Asked to do that, Raft gave ${percent(figures.twiceRaft)} of the things to two claimants, and answered ${perSecond(figures.throughputRaft)}. Without a leader, a store with majorities gave ${percent(figures.twiceMajorities)} of them to two, and ABD ${figures.fitsAbd ? "fits" : `is out: ${String(abd.because)}`}.`;
      if (!figures.fitsRaft) return { verdict: "fails", because, figures };
      if (figures.fitsAbd || figures.fitsMajorities) return { verdict: "fails", because: `${because} So they fit a design without a leader as well.`, figures };
      return { verdict: "holds", because, figures };
    },
  },
  {
    id: "6.2",
    chapter: "6",
    statement: "Caches, load balancing and stream processing fit no leader.",
    experiment: choose,
    judge(run) {
      const cache = { regions: 3, nodes: 3, reads: 0.95, staleness: 10_000, bound: 20 };
      const state = { exclusive: "yes", reads: 0.5, staleness: 10_000 };
      const weakest = (rows: readonly Row[]) => rows.find(({ consistency }) => consistency !== "linearizable") ?? rows[0]!;
      const [free, led] = [weakest(run({ ...cache, design: "quorum-store" })), weakest(run({ ...cache, design: "raft" }))];
      const once = weakest(run({ ...state, design: "quorum-store" }));
      const figures = { fitsCacheLeaderless: free.fits as boolean, p99CacheLeaderless: free.p99 as number | null, stalestCacheLeaderless: free.stalest as number, fitsCacheLed: led.fits as boolean, p99CacheLed: led.p99 as number | null, fitsOnceLeaderless: once.fits as boolean, twiceLeaderless: once.twice as number };
      const because = `A cache or a board of loads over three regions, where answers up to ten seconds old will do and 99 in 100 must come within 20 ms: a store with R = W = 1 fits (${ms(figures.p99CacheLeaderless)}; when a server was away or cut off, the stalest get was ${ms(figures.stalestCacheLeaderless)} behind), Raft with gets at any server ${figures.fitsCacheLed ? "fits too" : "does not"} (${ms(figures.p99CacheLed)}: puts go to the leader). If each window of a stream is to be claimed by one counter, the same store gave ${percent(figures.twiceLeaderless)} of them to two.`;
      if (!figures.fitsCacheLeaderless) return { verdict: "fails", because, figures };
      if (figures.fitsOnceLeaderless) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "old answers will do: what must be counted exactly once needs input that can be replayed and snapshots that are coordinated, or a log", because, figures };
    },
  },
];
