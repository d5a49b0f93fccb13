import { keyMovement } from "../keyMovement.js";
import { loadFactor } from "../loadFactor.js";
import { ringConvention } from "../ringConvention.js";
import { ringLoad } from "../ringLoad.js";
import { percent, type Trial } from "./trial.js";

/** Keys of the most loaded node by keys a node, up to which keys count as evenly spread. */
const EVEN = 1.25;

/** Service times with mean 1: always the same, exponential, and mostly short with some long ones. */
const SERVICES = { alike: "constant:1", exponential: "exp:1", mixed: "0.9*exp:1.8+0.1*exp:0.2" } as const;

/** What the survey says of consistent hashing and of the load factor. */
export const hashingTrials: readonly Trial[] = [
  {
    id: "4.1",
    chapter: "4",
    statement: "Consistent hashing spreads keys evenly.",
    experiment: ringLoad,
    judge(run) {
      const most = (parameters: Readonly<Record<string, string | number>>) => {
        const { max, mean } = run({ nodes: 50, keys: 100_000, ...parameters })[0]! as { max: number; mean: number };
        return max / mean;
      };
      const points = [1, 10, 100, 160, 1000].map((count) => ({ count, most: most({ points: count }) }));
      const of = (count: number) => points.find((ring) => ring.count === count)!.most;
      const figures = {
        points1: of(1),
        points10: of(10),
        points100: of(100),
        points160: of(160),
        points1000: of(1000),
        rendezvous: most({ scheme: "rendezvous" }),
        jump: most({ scheme: "jump" }),
        maglev: most({ scheme: "maglev" }),
        multiProbe: most({ scheme: "multi-probe" }),
        bounded: most({ scheme: "bounded", c: EVEN, points: 1 }),
      };
      const because = `On a ring of 50 nodes the most loaded one had ${figures.points1.toFixed(1)} times the mean with one point a node, ${figures.points10.toFixed(2)} times with 10, ${figures.points100.toFixed(2)} with 100, ${figures.points160.toFixed(2)} with 160 and ${figures.points1000.toFixed(2)} with 1,000. Rendezvous hashing had ${figures.rendezvous.toFixed(2)}, jump hash ${figures.jump.toFixed(2)}, Maglev ${figures.maglev.toFixed(2)}, 21 probes a key on a ring with one point a node ${figures.multiProbe.toFixed(2)}, and such a ring with loads bounded at ${EVEN} times the mean ${figures.bounded.toFixed(2)}.`;
      if (figures.points1 <= EVEN) return { verdict: "holds", because, figures };
      const enough = points.find((ring) => ring.most <= EVEN);
      if (!enough) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: `each node has enough virtual nodes: with ${enough.count}, none of 50 nodes has more than ${EVEN} times the mean`, because, figures };
    },
  },
  {
    id: "4.2",
    chapter: "4",
    statement: "When a node comes or goes, few keys move.",
    experiment: keyMovement,
    judge(run) {
      const moved = (scheme: string, from: number, to: number) => run({ scheme, from, to })[0]!.moved as number;
      const least = (from: number, to: number) => run({ scheme: "ring", from, to })[0]!.least as number;
      const figures = {
        ringJoin: moved("ring", 10, 11),
        ringLeave: moved("ring", 10, 9),
        leastJoin: least(10, 11),
        leastLeave: least(10, 9),
        rendezvousJoin: moved("rendezvous", 10, 11),
        jumpJoin: moved("jump", 10, 11),
        maglevJoin: moved("maglev", 10, 11),
        boundedJoin: moved("bounded", 10, 11),
        moduloJoin: moved("modulo", 10, 11),
        moduloLeave: moved("modulo", 10, 9),
      };
      const because = `When an 11th node joined 10, ${percent(figures.ringJoin)} of the keys of a ring moved, and when one of 10 left, ${percent(figures.ringLeave)}; with equal shares it would be ${percent(figures.leastJoin)} and ${percent(figures.leastLeave)}. By rendezvous hashing ${percent(figures.rendezvousJoin)} moved with the join, by jump hash ${percent(figures.jumpJoin)}, by Maglev ${percent(figures.maglevJoin)}, with bounded loads ${percent(figures.boundedJoin)}; by the hash modulo the number of nodes ${percent(figures.moduloJoin)}, and ${percent(figures.moduloLeave)} when one left.`;
      const few = figures.ringJoin <= 1.5 * figures.leastJoin && figures.ringLeave <= 1.5 * figures.leastLeave;
      return { verdict: few ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "4.3",
    chapter: "4",
    statement: "A node owns the ring from its own position to the next node's.",
    experiment: ringConvention,
    judge(run) {
      const rows = run();
      const of = (owns: string) => rows.find((row) => row.owns === owns)!;
      const [before, after] = [of("before"), of("after")];
      const figures = {
        maxOverMeanBefore: before.maxOverMean as number,
        maxOverMeanAfter: after.maxOverMean as number,
        joinMovedBefore: before.joinMoved as number,
        joinMovedAfter: after.joinMoved as number,
        strayedBefore: (before.joinStrayed as number) + (before.leaveStrayed as number),
        strayedAfter: (after.joinStrayed as number) + (after.leaveStrayed as number),
        agreed: after.agreed as number,
      };
      const because = `Where a node owned the arc from each of its points on, the most loaded of 10 had ${figures.maxOverMeanAfter.toFixed(2)} times the mean, and an 11th took ${percent(figures.joinMovedAfter)} of the keys; where it owned the arc up to each point, as most systems have it, ${figures.maxOverMeanBefore.toFixed(2)} times and ${percent(figures.joinMovedBefore)}. By either, ${figures.strayedAfter + figures.strayedBefore === 0 ? "no key moved that did not have to" : "some keys moved that did not have to"}. But only ${percent(figures.agreed)} of the keys had the same node by both.`;
      const alike = Math.abs(figures.maxOverMeanAfter / figures.maxOverMeanBefore - 1) < 0.1 && Math.abs(figures.joinMovedAfter / figures.joinMovedBefore - 1) < 0.1 && figures.strayedAfter <= figures.strayedBefore;
      if (!alike) return { verdict: "fails", because, figures };
      if (figures.agreed === 1) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "all who look keys up keep to this convention: it is as good as the usual one, and not the same", because, figures };
    },
  },
  {
    id: "E.4",
    chapter: "E",
    statement: "The load factor, load by capacity, guides the balance.",
    experiment: loadFactor,
    judge(run) {
      const responses = (service: string) => run({ service, alphas: "0.45,0.6,0.75,0.9", requests: 200_000 }) as readonly { alpha: number; variation: number; formula: number; simulated: number }[];
      const all = Object.fromEntries(Object.entries(SERVICES).map(([name, service]) => [name, responses(service)])) as Record<keyof typeof SERVICES, ReturnType<typeof responses>>;
      const at = (name: keyof typeof SERVICES, alpha: number) => all[name].find((row) => row.alpha === alpha)!.simulated;
      // Two servers, one twice as fast: as many requests for each bring them to 0.9 and 0.45, requests in proportion to their speed both to 0.6.
      const sameRequests = (name: keyof typeof SERVICES) => (at(name, 0.9) + at(name, 0.45) / 2) / 2;
      const sameFactor = (name: keyof typeof SERVICES) => (at(name, 0.6) + 2 * (at(name, 0.6) / 2)) / 3;
      const rows = Object.values(all).flat();
      const figures = {
        exponentialAt60: at("exponential", 0.6),
        exponentialAt90: at("exponential", 0.9),
        alikeAt90: at("alike", 0.9),
        mixedAt90: at("mixed", 0.9),
        mixedAt75: at("mixed", 0.75),
        mixedVariation: all.mixed[0]!.variation,
        furthestFromFormula: Math.max(...rows.map(({ formula, simulated }) => Math.abs(simulated / formula - 1))),
        sameRequests: sameRequests("exponential"),
        sameFactor: sameFactor("exponential"),
      };
      const because = `At a load factor of 0.6 a request took ${figures.exponentialAt60.toFixed(1)} mean service times where these are exponential, at 0.9 ${figures.exponentialAt90.toFixed(1)}: 1 / (1 − α). Of two servers, one twice as fast: with equal numbers of requests a request took ${figures.sameRequests.toFixed(1)} of the slower one's service times on average, with equal load factors ${figures.sameFactor.toFixed(1)}. But at 0.9 it was ${figures.alikeAt90.toFixed(1)} where all requests take equally long, and ${figures.mixedAt90.toFixed(1)} where some take very long (C² = ${figures.mixedVariation.toFixed(1)}); there it was ${figures.mixedAt75.toFixed(1)} even at 0.75: waiting carries the factor (1 + C²) / 2.`;
      const names = Object.keys(SERVICES) as (keyof typeof SERVICES)[];
      const guides = figures.furthestFromFormula < 0.1 && names.every((name) => sameFactor(name) < sameRequests(name) && all[name].every((row, i) => i === 0 || row.simulated > all[name][i - 1]!.simulated));
      if (!guides) return { verdict: "fails", because, figures };
      if (figures.mixedAt75 <= figures.alikeAt90) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "service times vary alike on the servers that are compared", because, figures };
    },
  },
];
