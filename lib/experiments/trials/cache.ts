import { cacheGossip } from "../cacheGossip.js";
import { cacheIndex } from "../cacheIndex.js";
import { cacheProxy } from "../cacheProxy.js";
import type { Row } from "../experiment.js";
import { hotKeys } from "../hotKeys.js";
import { percent, type Trial } from "./trial.js";

/** Requests of the most loaded node by the mean, up to which requests count as balanced. */
const BALANCED = 1.25;

const times = (ratio: number) => `${Number(ratio.toPrecision(3))} times`;
const kilobytes = (bytes: number) => `${Number((bytes / 1000).toPrecision(3))} kB`;

/** What the survey says of a distributed cache, and of its optimization. */
export const cacheTrials: readonly Trial[] = [
  {
    id: "4.4",
    chapter: "4",
    statement: "Every node of a cache gossips what it holds to all others.",
    experiment: cacheGossip,
    judge(run) {
      const rows = run();
      const of = (design: string) => rows.filter((row) => row.design === design) as { nodes: number; bytes: number; capacity: number }[];
      const [all, ring] = [of("gossip to all"), of("replicas on a ring")];
      const [first, last] = [all[0]!, all.at(-1)!];
      const [firstRing, lastRing] = [ring[0]!, ring.at(-1)!];
      const figures = {
        nodesFew: first.nodes,
        nodesMany: last.nodes,
        bytesFew: first.bytes,
        bytesMany: last.bytes,
        bytesRingFew: firstRing.bytes,
        bytesRingMany: lastRing.bytes,
        capacityFew: first.capacity,
        capacityMany: last.capacity,
        capacityRingFew: firstRing.capacity,
        capacityRingMany: lastRing.capacity,
      };
      const because = `With ${figures.nodesMany} nodes, each of them sent ${kilobytes(figures.bytesMany)} a round (${kilobytes(figures.bytesFew)} with ${figures.nodesFew}, which hold less), and on a ring with three replicas and Merkle trees ${kilobytes(figures.bytesRingMany)} (${kilobytes(figures.bytesRingFew)}). What the cluster can hold stayed ${times(figures.capacityMany)} what one node has room for; on the ring it went from ${times(figures.capacityRingFew)} to ${times(figures.capacityRingMany)}.`;
      const growth = figures.nodesMany / figures.nodesFew;
      const scales = figures.capacityMany > (figures.capacityFew * growth) / 2 && figures.bytesMany < (figures.bytesFew * growth) / 2;
      return { verdict: scales ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "4.8",
    chapter: "4",
    statement: "Hashing the key balances the requests.",
    experiment: hotKeys,
    judge(run) {
      const rows = run();
      const of = (popularity: string, scheme: string) => rows.find((row) => row.popularity === popularity && row.scheme === scheme) as Row & { busiest: number; peak: number; reaching: number; hottest: number };
      const zipf = of("Zipf", "one owner");
      const front = of("Zipf", "front cache");
      const figures = {
        alike: of("alike", "one owner").busiest,
        zipf: zipf.busiest,
        hottest: zipf.hottest,
        replicas: of("Zipf", "replicas").busiest,
        everywhere: of("Zipf", "hot keys everywhere").busiest,
        front: front.busiest,
        frontPeak: front.peak,
        frontReaching: front.reaching,
      };
      const because = `Where all keys are asked for alike, the most loaded of ten nodes had ${times(figures.alike)} the mean. By Zipf's law it had ${times(figures.zipf)}: ${percent(figures.hottest)} of the requests ask for one key, and that is on one node. Drawing one of three replicas brought it to ${times(figures.replicas)}, the 20 hottest keys on every node to ${times(figures.everywhere)}; small front caches let ${percent(figures.frontReaching)} of the requests through and the busiest node then got ${times(figures.frontPeak)} an equal share of all requests.`;
      if (figures.zipf <= BALANCED) return { verdict: "holds", because, figures };
      if (figures.alike > BALANCED) return { verdict: "fails", because, figures };
      return { verdict: "fails", because: `${because} Hashing balances keys, not requests.`, figures };
    },
  },
  {
    id: "G.3",
    chapter: "G",
    statement: "A proxy in front of the cache relieves it and copes with misses; warming it up helps.",
    experiment: cacheProxy,
    judge(run) {
      const rows = run();
      const of = (feature: string) => rows.find((row) => row.feature === feature) as Row & { cache: number; origin: number; peak: number; restart: number };
      const [none, flight, bloom, early, warm, all] = ["none", "single flight", "Bloom filter", "early recomputation", "warm-up", "all"].map(of) as [Row & { cache: number; origin: number; peak: number; restart: number }, ...(Row & { cache: number; origin: number; peak: number; restart: number })[]];
      const figures = {
        cacheNone: none.cache,
        cacheFlight: flight!.cache,
        cacheBloom: bloom!.cache,
        cacheEarly: early!.cache,
        cacheWarm: warm!.cache,
        cacheAll: all!.cache,
        originNone: none.origin,
        originFlight: flight!.origin,
        originBloom: bloom!.origin,
        originEarly: early!.origin,
        originAll: all!.origin,
        peakNone: none.peak,
        peakFlight: flight!.peak,
        peakEarly: early!.peak,
        peakAll: all!.peak,
        restartNone: none.restart,
        restartWarm: warm!.restart,
      };
      const less = (before: number, after: number) => `${after < before ? "−" : "+"}${percent(Math.abs(after / before - 1), 2)}`;
      const because = `Requests of the cache nodes: single flight ${less(none.cache, flight!.cache)}, the Bloom filter ${less(none.cache, bloom!.cache)}, early recomputation ${less(none.cache, early!.cache)}, warm-up ${less(none.cache, warm!.cache)}, all together ${less(none.cache, all!.cache)}. Loads of the origin: single flight ${less(none.origin, flight!.origin)}, the filter ${less(none.origin, bloom!.origin)}, early recomputation ${less(none.origin, early!.origin)}, all ${less(none.origin, all!.origin)}; its worst tenth of a second went from ${none.peak} loads to ${flight!.peak} with single flight, ${early!.peak} with early recomputation, ${all!.peak} with all. After a node came back empty the origin had ${none.restart} loads, with warm-up ${warm!.restart}.`;
      const relieves = all!.cache < none.cache && all!.origin < none.origin && all!.peak < none.peak;
      if (!relieves) return { verdict: "fails", because, figures };
      return warm!.restart < none.restart && bloom!.origin < none.origin ? { verdict: "holds", because, figures } : { verdict: "holds if", condition: "it has a Bloom filter for what the origin does not have, and single flight", because, figures };
    },
  },
  {
    id: "G.4",
    chapter: "G",
    statement: "An index of the cache speeds access up and spares etcd.",
    experiment: cacheIndex,
    judge(run) {
      const rates = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 1];
      const rows = run({ changes: rates.join(","), nodes: 10, reads: 0.2, time: 1000 }) as (Row & { changes: number; design: string; mean: number; p99: number; messages: number; stale: number; staleP99: number | null })[];
      const of = (design: string) => rows.filter((row) => row.design === design);
      const [asked, watched] = [of("ask each time"), of("watched index")];
      const spared = asked.filter((row, i) => watched[i]!.messages < row.messages);
      const most = spared.at(-1)?.changes ?? 0;
      const figures = {
        meanAsked: asked[0]!.mean,
        meanWatched: watched[0]!.mean,
        messagesAsked: asked[0]!.messages,
        messagesWatched: watched[0]!.messages,
        changesFew: asked[0]!.changes,
        messagesAskedMany: asked.at(-1)!.messages,
        messagesWatchedMany: watched.at(-1)!.messages,
        changesMany: asked.at(-1)!.changes,
        changesPerRead: most / 0.2,
        staleMany: watched.at(-1)!.stale,
        staleAgeMany: watched.at(-1)!.staleP99,
      };
      const because = `A read took ${figures.meanAsked.toFixed(2)} ms at the store and ${figures.meanWatched.toFixed(2)} ms in the index. With ten nodes that read 0.2 times a ms each, and ${figures.changesFew} changes a ms, the store had ${figures.messagesAsked.toFixed(2)} messages a ms without the index and ${figures.messagesWatched.toFixed(2)} with it; with ${figures.changesMany} change a ms, of which every watcher is told, ${figures.messagesAskedMany.toFixed(1)} and ${figures.messagesWatchedMany.toFixed(1)}. Then ${percent(figures.staleMany)} of the reads in the index found an old value, by at most ${(figures.staleAgeMany ?? 0).toFixed(1)} ms in 99 of 100.`;
      if (figures.meanWatched >= figures.meanAsked || spared.length === 0) return { verdict: "fails", because, figures };
      if (spared.length === asked.length) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: `all metadata together changes at most ${Number((most / 0.2).toPrecision(2))} times as often as one node reads (where it changes more often, the store has more to do than without an index), and it does no harm that a read is behind by as long as word of a change takes`, because, figures };
    },
  },
];
