import { etcdOrGossip } from "../etcdOrGossip.js";
import { percent, type Trial } from "./trial.js";

const ms = (value: unknown) => `${(value as number).toFixed(0)} ms`;

/** Appendix G, where two ways of keeping in step are compared. */
export const optimizationTrials: readonly Trial[] = [
  {
    id: "G.5",
    chapter: "G",
    statement: "Keeping in step through etcd is reliable and consistent, gossip adapts.",
    experiment: etcdOrGossip,
    judge(run) {
      const rows = run();
      const skewed = run({ clock: "physical", skew: "normal:0,200" });
      const of = (design: string, phase: string, all = rows) => all.find((row) => row.design === design && row.phase === phase)!;
      const figures = {
        watchedCalm: of("watched", "calm").age as number,
        gossipCalm: of("gossip", "calm").age as number,
        watchedChurn: of("watched", "churn").age as number,
        gossipChurn: of("gossip", "churn").age as number,
        watchedPartition: of("watched", "partition").available as number,
        gossipPartition: of("gossip", "partition").available as number,
        watchedLost: of("watched", "calm", skewed).lost as number,
        gossipLost: of("gossip", "calm", skewed).lost as number,
        watchedBytes: of("watched", "calm").bytes as number,
        gossipBytes: of("gossip", "calm").bytes as number,
      };
      const because = `While all was calm, what was out of date had been so for ${ms(figures.watchedCalm)} on average at nodes that watched the store, and for ${ms(figures.gossipCalm)} with gossip; while nodes crashed and came back, ${ms(figures.watchedChurn)} and ${ms(figures.gossipChurn)}. When the cluster was parted, ${percent(figures.watchedPartition)} of the writes were taken by the store, ${percent(figures.gossipPartition)} by gossip. With clocks that are off by 200 ms, gossip by plain timestamps ended without the last acknowledged write of ${percent(figures.gossipLost)} of the keys, the store of ${percent(figures.watchedLost)}. A node sent ${figures.watchedBytes.toFixed(1)} and ${figures.gossipBytes.toFixed(1)} kB a second.`;
      const consistent = figures.watchedLost === 0;
      const adapts = figures.gossipPartition === 1 && figures.gossipChurn <= 2 * figures.gossipCalm;
      const reliable = figures.watchedPartition === 1 && figures.watchedChurn <= 2 * figures.watchedCalm;
      if (!consistent || !adapts) return { verdict: "fails", because, figures };
      if (reliable) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "reliable means that nothing acknowledged is lost: whoever is parted from the store's majority can neither write nor learn, and with gossip, which goes on, the newest write is what the clocks say", because, figures };
    },
  },
];
