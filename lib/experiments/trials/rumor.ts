import { broadcastCost } from "../broadcastCost.js";
import { majorityUpdate } from "../majorityUpdate.js";
import { printedGossip } from "../printedGossip.js";
import { rumorRounds } from "../rumorRounds.js";
import { percent, type Trial } from "./trial.js";

/** What the survey says of gossip: as broadcast, as a way into one state, and as it prints it. */
export const rumorTrials: readonly Trial[] = [
  {
    id: "3.3",
    chapter: "3",
    statement: "Gossip is a broadcast protocol.",
    experiment: broadcastCost,
    judge(run) {
      const rows = run();
      const n = Math.max(...rows.map((row) => row.n as number));
      const of = (task: string, scheme: string) => rows.find((row) => row.task === task && row.scheme === scheme && row.n === n)!;
      const [direct, gossip, allDirect, allGossip] = [of("one update", "direct"), of("one update", "gossip"), of("all states", "direct"), of("all states", "gossip")];
      const figures = {
        sites: n,
        reached: gossip.reached as number,
        messagesDirect: direct.messages as number,
        messagesGossip: gossip.messages as number,
        messagesARoundAllDirect: allDirect.messagesARound as number,
        messagesARoundAllGossip: allGossip.messagesARound as number,
        statesAllDirect: allDirect.states as number,
        statesAllGossip: allGossip.states as number,
        reachedLossyDirect: direct.reachedLossy as number,
        reachedLossyGossip: gossip.reachedLossy as number,
        reachedCrashDirect: direct.reachedCrash as number,
        reachedCrashGossip: gossip.reachedCrash as number,
      };
      const because = `Of ${n} sites, one told all others with ${figures.messagesDirect} messages directly, and ${percent(figures.reached)} of them with ${figures.messagesGossip.toFixed(0)} by gossip. Where everybody had something to tell, a round took ${figures.messagesARoundAllDirect} messages directly and ${figures.messagesARoundAllGossip.toFixed(0)} by gossip, whose messages carried ${(figures.statesAllGossip / figures.statesAllDirect).toFixed(1)} times as many states in all. What is bought: with messages lost, gossip reached ${percent(figures.reachedLossyGossip)} and direct messages ${percent(figures.reachedLossyDirect)}; after a crash of the first site ${percent(figures.reachedCrashGossip)} and ${percent(figures.reachedCrashDirect)}.`;
      if (figures.reached < 0.99) return { verdict: "fails", because, figures };
      const alike = (a: number, b: number) => a <= 2 * b && b <= 2 * a;
      if (alike(figures.messagesDirect, figures.messagesGossip) && alike(figures.messagesARoundAllDirect, figures.messagesARoundAllGossip)) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "broadcast is the word for what it brings about, that nearly everybody is told, and not for what it costs", because, figures };
    },
  },
  {
    id: "3.4",
    chapter: "3",
    statement: "State is in sync once all nodes have heard from most of their neighbours and then update.",
    experiment: majorityUpdate,
    judge(run) {
      const rows = run();
      const large = Math.max(...rows.map((row) => row.nodes as number));
      const of = (update: string) => rows.filter((row) => row.update === update);
      const last = (update: string) => of(update).find((row) => row.nodes === large)!;
      const worst = (update: string) => Math.max(...of(update).map((row) => row.stale as number));
      const figures = {
        nodes: large,
        staleOnReceipt: worst("on receipt"),
        staleAtMajority: worst("at a majority"),
        staleRunsAtMajority: last("at a majority").staleRuns as number,
        informedOnReceipt: last("on receipt").informed as number | null,
        majorityOnReceipt: last("on receipt").majority as number | null,
        informedAtMajority: last("at a majority").informed as number | null,
      };
      const rounds = (value: number | null) => (value === null ? "never" : `after ${value.toFixed(0)} rounds`);
      const because = `Of ${large} nodes that update on receipt all had the newest state ${rounds(figures.informedOnReceipt)}, and all had heard from most of their neighbours ${rounds(figures.majorityOnReceipt)}. If they wait for a majority before they update, then at that instant up to ${percent(figures.staleAtMajority)} of the nodes had an old state, at ${large} nodes in ${percent(figures.staleRunsAtMajority)} of the runs.`;
      if (figures.staleOnReceipt > 0) return { verdict: "fails", because, figures };
      if (figures.staleAtMajority === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "nodes update as soon as they hear of something newer; then all are in step long before, and the majority is waited for in vain", because, figures };
    },
  },
  {
    id: "3.5",
    chapter: "3",
    statement: "Gossip brings a cluster into one state.",
    experiment: rumorRounds,
    judge(run) {
      const rows = run();
      const large = Math.max(...rows.map((row) => row.n as number));
      const rounds = (variant: string) => rows.find((row) => row.variant === variant && row.n === large)!.rounds as number;
      const figures = {
        sites: large,
        push: rounds("push"),
        pull: rounds("pull"),
        pushPull: rounds("push-pull"),
        // How far the rounds are from a sum of logarithms, as a share, over all sizes and variants.
        farthest: Math.max(...rows.map((row) => Math.abs((row.rounds as number) / (row.logarithms as number) - 1))),
      };
      const because = `While nobody stopped, all ${large} sites knew after ${figures.push.toFixed(1)} rounds of push, ${figures.pull.toFixed(1)} of pull and ${figures.pushPull.toFixed(1)} of both. From ${Math.min(...rows.map((row) => row.n as number))} sites on, rounds grew as the logarithms that theory gives, to within ${percent(figures.farthest, 2)}.`;
      return { verdict: figures.farthest < 0.25 ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "F.3",
    chapter: "F",
    statement: "Gossip every ten seconds keeps the caches in step.",
    experiment: printedGossip,
    judge(run) {
      const rows = run();
      const of = (design: string, nodes: number) => rows.find((row) => row.design === design && row.nodes === nodes)!;
      const sizes = rows.map((row) => row.nodes as number);
      const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
      const whole = "a random one, received and answered";
      const figures = {
        convergedAsPrinted: Math.max(...rows.filter((row) => row.design === "as printed").map((row) => row.converged as number)),
        convergedReceived: of("one address, received", large).converged as number,
        reachedReceived: of("one address, received", large).reached as number,
        convergedNext: Math.min(...rows.filter((row) => row.design === "the next one, received").map((row) => row.converged as number)),
        convergedWhole: Math.min(...rows.filter((row) => row.design === whole).map((row) => row.converged as number)),
        timeSmall: of(whole, small).time as number | null,
        timeLarge: of(whole, large).time as number | null,
        timePushLarge: of("a random one, received", large).time as number | null,
        periodsLarge: of(whole, large).periods as number | null,
        small,
        large,
      };
      const seconds = (ms: number | null) => (ms === null ? "never" : `${(ms / 1000).toFixed(0)} s`);
      const because = `As printed, all nodes came to have a change in ${percent(figures.convergedAsPrinted)} of the runs: nothing receives. If what is sent to the one address is received there, among ${large} nodes in ${percent(figures.convergedReceived)} of the runs; if each node sends to the next one, in ${percent(figures.convergedNext)}. With receivers, random peers and answers it took ${seconds(figures.timeSmall)} among ${small} nodes and ${seconds(figures.timeLarge)} among ${large} (median), ${figures.periodsLarge?.toFixed(1) ?? "no number of"} periods; without answers ${seconds(figures.timePushLarge)}.`;
      if (figures.convergedAsPrinted === 1) return { verdict: "holds", because, figures };
      if (figures.convergedWhole < 1) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: `there is code that receives, ${figures.convergedNext === 1 ? "every node is somebody's peer" : "peers are drawn at random"}, and caches may differ for some periods of ten seconds`, because, figures };
    },
  },
];
