import { balancerDetection } from "../balancerDetection.js";
import { balancerPolicies } from "../balancerPolicies.js";
import { balancerStaleLoad } from "../balancerStaleLoad.js";
import { balancerSwitching } from "../balancerSwitching.js";
import { crossing } from "../crossing.js";
import type { Row } from "../experiment.js";
import { learnedTuning } from "../learnedTuning.js";
import { type Trial } from "./trial.js";

const ms = (value: number) => (value >= 10_000 ? `${(value / 1000).toFixed(0)} s` : `${value.toFixed(0)} ms`);

/** What the survey says of load balancers (4.2), and of learning (outlook), beside what runs show. */
export const balancerTrials: readonly Trial[] = [
  {
    id: "4.5",
    chapter: "4",
    statement: "Round robin, least connections, source hash: adjusting to the load improves balance.",
    experiment: balancerPolicies,
    judge(run) {
      const rows = run();
      const p99 = (servers: string, policy: string) => rows.find((row) => row.servers === servers && row.policy === policy)!.p99 as number;
      const figures = {
        roundRobinEqual: p99("equal", "round robin"),
        sourceHashEqual: p99("equal", "source hash"),
        leastConnectionsEqual: p99("equal", "least connections"),
        twoChoicesEqual: p99("equal", "two choices"),
        roundRobinUnequal: p99("unequal", "round robin"),
        sourceHashUnequal: p99("unequal", "source hash"),
        leastConnectionsUnequal: p99("unequal", "least connections"),
        twoChoicesUnequal: p99("unequal", "two choices"),
        weightedUnequal: p99("unequal", "smooth weighted round robin"),
      };
      const because = `99 of 100 requests to equal servers took at most ${ms(figures.roundRobinEqual)} by round robin, ${ms(figures.sourceHashEqual)} by source hash and ${ms(figures.leastConnectionsEqual)} by least connections (two choices: ${ms(figures.twoChoicesEqual)}). Over servers of unequal speed, ${ms(figures.roundRobinUnequal)}, ${ms(figures.sourceHashUnequal)} and ${ms(figures.leastConnectionsUnequal)}: two of the three drown the slow servers (round robin that is told the speeds: ${ms(figures.weightedUnequal)}).`;
      const gains = [figures.roundRobinEqual, figures.sourceHashEqual].every((other) => figures.leastConnectionsEqual < 0.9 * other) && [figures.roundRobinUnequal, figures.sourceHashUnequal].every((other) => figures.leastConnectionsUnequal < 0.9 * other);
      if (!gains) return { verdict: "fails", because, figures };
      // Over equal servers the three would have to be about as good as each other, were they all to adjust.
      const allAdjust = Math.max(figures.roundRobinUnequal, figures.sourceHashUnequal) < 2 * figures.leastConnectionsUnequal;
      return allAdjust ? { verdict: "holds", because, figures } : { verdict: "holds if", condition: "the policy looks at the load: of the three named only least connections does", because, figures };
    },
  },
  {
    id: "4.6",
    chapter: "4",
    statement: "Gossip tells balancers of each other's load, and so they stay informed.",
    experiment: balancerStaleLoad,
    judge(run) {
      const rows = run();
      const of = (policy: string) => rows.filter((row) => row.policy === policy);
      const first = (policy: string) => of(policy)[0]!.p99 as number;
      const last = (policy: string) => of(policy).at(-1)!.p99 as number;
      const loses = (policy: string, to: string) => crossing(of(policy).map((row, i) => ({ x: row.age as number, difference: (row.p99 as number) - (of(to)[i]!.p99 as number) })));
      const figures = {
        leastLoadedFresh: first("least loaded"),
        twoChoicesFresh: first("two choices"),
        random: first("random"),
        leastLoadedOldest: last("least loaded"),
        ownAddedOldest: last("least loaded, own added"),
        twoChoicesOldest: last("two choices"),
        oldest: of("least loaded").at(-1)!.age as number,
        meanFresh: of("least loaded")[0]!.mean as number,
        losesToTwoFrom: loses("least loaded", "two choices"),
        losesToRandomFrom: loses("least loaded", "random"),
        twoLosesToRandomFrom: loses("two choices", "random"),
      };
      const from = (age: number | null) => (age === null ? "at no age that was tried" : `from an age of ${ms(age)}`);
      const because = `Sent to the least loaded by fresh data, 99 of 100 requests took at most ${ms(figures.leastLoadedFresh)}, sent anywhere ${ms(figures.random)}. On news ${ms(figures.oldest)} old the least loaded was the worst choice: ${ms(figures.leastLoadedOldest)}. It lost to two choices ${from(figures.losesToTwoFrom)} and to random ${from(figures.losesToRandomFrom)}; two choices lost to random ${from(figures.twoLosesToRandomFrom)}. A balancer that added what it had itself sent came to ${ms(figures.ownAddedOldest)} on the oldest news.`;
      if (figures.leastLoadedFresh >= figures.random) return { verdict: "fails", because, figures };
      if (figures.losesToRandomFrom === null) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: `the news is younger than about ${(figures.losesToRandomFrom / figures.meanFresh).toFixed(0)} times as long as a request takes (${ms(figures.losesToRandomFrom)} here); on older news they herd`, because, figures };
    },
  },
  {
    id: "4.7",
    chapter: "4",
    statement: "The balancer routes round failed nodes.",
    experiment: balancerDetection,
    judge(run) {
      const [rows, again] = [run(), run({ retries: 1 })];
      const of = (crash: string, policy: string, among = rows) => among.filter((row) => row.crash === crash && row.policy === policy);
      const [silent, refusing, magnet] = [of("silent", "round robin"), of("refusing", "round robin"), of("refusing", "least connections")];
      const slowest = (among: readonly Row[]) => among.reduce((a, b) => ((b.interval as number | null ?? 0) > (a.interval as number) ? b : a));
      const [quick, slow] = [silent[0]!, slowest(silent)];
      const figures = {
        detectionQuick: quick.detection as number,
        lostQuick: quick.lost as number,
        detectionSlow: slow.detection as number,
        lostSlow: slow.lost as number,
        lostAfter: rows.reduce((sum, row) => sum + (row.lostAfter as number), 0),
        lostRefusing: slowest(refusing).lost as number,
        lostRefusingLeastConnections: slowest(magnet).lost as number,
        lostSilentLeastConnections: slowest(of("silent", "least connections")).lost as number,
        lostPassive: refusing.find((row) => row.interval === null)!.lost as number,
        lostWithRetry: slowest(of("silent", "round robin", again)).lost as number,
      };
      const count = (value: number) => value.toFixed(0);
      const because = `Probed every ${ms(quick.interval as number)}, a silent server was found after ${ms(figures.detectionQuick)} and had cost ${count(figures.lostQuick)} requests; every ${ms(slow.interval as number)}, after ${ms(figures.detectionSlow)} and ${count(figures.lostSlow)}; ${count(figures.lostAfter)} were lost later than that. While a server that refuses is not found out, least connections takes it for idle: it lost ${count(figures.lostRefusingLeastConnections)} where round robin lost ${count(figures.lostRefusing)}; one that is silent it takes for busy (${count(figures.lostSilentLeastConnections)}). Where a server that refuses was ejected after failures in a row, ${count(figures.lostPassive)} were lost; where each request that failed at the silent one was sent once more, to any server, ${count(figures.lostWithRetry)} instead of ${count(figures.lostSlow)}.`;
      if (figures.lostAfter > 0) return { verdict: "fails", because, figures };
      if (figures.lostSlow < 1) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "the failure has been found; until then requests are lost in proportion to the time, unless they are sent again", because, figures };
    },
  },
  {
    id: "4.9",
    chapter: "4",
    statement: "The balancer itself chooses the right algorithm by the load.",
    experiment: balancerSwitching,
    judge(run) {
      const rows = run();
      const best = (kind: string) => rows.filter((row) => row.kind === kind).reduce((a, b) => ((b.p99 as number) < (a.p99 as number) ? b : a));
      const [alone, hasty, patient] = [best("alone"), best("hasty"), best("patient")];
      const figures = {
        bestAlone: alone.p99 as number,
        bestAlonePolicy: alone.policy as string,
        bestHasty: hasty.p99 as number,
        bestPatient: patient.p99 as number,
        switchesHasty: hasty.switches as number,
        switchesPatient: patient.switches as number,
      };
      const because = `Where calm and busy times took turns, ${figures.bestAlonePolicy} alone kept 99 of 100 requests below ${ms(figures.bestAlone)}. The best balancer that switched at a threshold came to ${ms(figures.bestHasty)} and changed its mind ${figures.switchesHasty.toFixed(0)} times for each change of the load; one with two thresholds and a shortest stay, ${figures.switchesPatient.toFixed(1)} times, and came to ${ms(figures.bestPatient)}.`;
      const gain = figures.bestAlone / Math.min(figures.bestHasty, figures.bestPatient);
      if (gain <= 1.05) return { verdict: "fails", because, figures };
      return figures.switchesHasty <= 2 ? { verdict: "holds", because, figures } : { verdict: "holds if", condition: "something keeps it from switching back and forth", because, figures };
    },
  },
  {
    id: "7.4",
    chapter: "7",
    statement: "Machine learning tunes placement, failure detection and recovery.",
    experiment: learnedTuning,
    judge(run) {
      const [placement, detection] = [run(), run({ part: "detection", shifts: "1000,10000,100000,300000" })];
      const p99 = (rule: string, at: number) => placement.filter((row) => row.rule === rule).at(at)!.p99 as number;
      const mean = (rule: string, at: number) => detection.filter((row) => row.rule === rule).at(at)!.mean as number;
      // Above 0 where the second rule is better.
      const wins = (rows: readonly Row[], field: string, rule: string, over: string) => crossing(rows.filter((row) => row.rule === rule).map((row) => ({ x: row.shift as number, difference: (rows.find((other) => other.rule === over && other.shift === row.shift)![field] as number) - (row[field] as number) })));
      const figures = {
        banditSlow: p99("bandit", -1),
        contextSlow: p99("bandit with context", -1),
        leastConnectionsSlow: p99("least connections", -1),
        twoChoicesSlow: p99("two choices", -1),
        contextFast: p99("bandit with context", 0),
        leastConnectionsFast: p99("least connections", 0),
        contextWinsFrom: wins(placement, "p99", "bandit with context", "least connections"),
        banditWinsFrom: wins(placement, "p99", "bandit", "two choices"),
        learnedTimeoutSlow: mean("learned timeout", -1),
        phiSlow: mean("φ accrual", -1),
        fixedSlow: mean("fixed timeout", -1),
        learnedTimeoutFast: mean("learned timeout", 0),
        phiFast: mean("φ accrual", 0),
        fixedFast: mean("fixed timeout", 0),
        timeoutWinsFrom: wins(detection, "mean", "learned timeout", "fixed timeout"),
        beatsPhiFrom: wins(detection, "mean", "learned timeout", "φ accrual"),
      };
      const [fast, slow] = [placement[0]!.shift as number, placement.at(-1)!.shift as number];
      const [fastNetwork, slowNetwork] = [detection[0]!.shift as number, detection.at(-1)!.shift as number];
      const because = `Servers whose speeds moved every ${ms(slow)}: 99 of 100 requests took at most ${ms(figures.banditSlow)} with a bandit that learns from latencies, ${ms(figures.twoChoicesSlow)} with two choices, ${ms(figures.leastConnectionsSlow)} with least connections, and ${ms(figures.contextSlow)} with a bandit that learns speeds and counts requests as well; every ${ms(fast)}, that one took ${ms(figures.contextFast)} and least connections ${ms(figures.leastConnectionsFast)}. At equal mistakes a learned timeout found a crash after ${ms(figures.learnedTimeoutSlow)} where the network changed every ${ms(slowNetwork)} (fixed: ${ms(figures.fixedSlow)}, φ accrual: ${ms(figures.phiSlow)}), and after ${ms(figures.learnedTimeoutFast)} where it did every ${ms(fastNetwork)} (${ms(figures.fixedFast)}, ${ms(figures.phiFast)}). Recovery was not tried.`;
      const { contextWinsFrom, timeoutWinsFrom } = figures;
      if (contextWinsFrom === null || timeoutWinsFrom === null) return { verdict: "fails", because, figures };
      if (contextWinsFrom === fast && timeoutWinsFrom === fastNetwork && figures.banditWinsFrom !== null) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: `the world stays as it is for long enough to be learnt (here about ${ms(contextWinsFrom)} for servers, about ${ms(timeoutWinsFrom)} for the network), and what is learnt is more than latencies`, because, figures };
    },
  },
];
