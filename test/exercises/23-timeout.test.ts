import { transcript } from "../../lib/check/transcript.js";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import type { Cluster } from "../../lib/sim/cluster.js";
import { crashed, crashes, healthy, heartbeats, measured, type Range, type Setting, settings } from "./23-timeout.clusters.js";
import { excerptOf } from "./excerpt.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { tellRaft } from "./raftStage.js";

const { rack, cities, four, stragglers, nine } = settings;

registerGrader({
  exercise: "23-timeout",
  file: "timeout.ts",
  exports: ["electionTimeout"],
  limit: 10_000,
  notWritten: (replies) => (replies.every((reply) => "threw" in reply && reply.threw === "Error: electionTimeout is still to do") ? notWritten("`electionTimeout`") : undefined),
  cases: [
    trial("the answer is a range", 1, Object.values(settings)),
    trial("a leader that is well stays", 2, [rack, cities, four, nine], needlessly),
    trial("a slow message is no dead leader", 1, [stragglers], needlessly),
    trial("a crash seldom ends in a split vote", 2, [rack, stragglers, nine], split),
    trial("also where two candidates at once always split it", 1, [four, cities], split),
    trial("the next leader is there in time", 3, Object.values(settings), late),
  ],
});

/** Looks at one setting; says what is wrong with the range that was chosen for it. */
type Look = (setting: Setting, range: Range) => Failure | undefined;

/** A case that looks at some settings; the first that goes wrong is told. The seed of a run says its setting, too. */
function trial(name: string, points: number, list: readonly Setting[], look?: Look): Case {
  const request = (setting: Setting) => ({ on: "answer", call: "electionTimeout", args: [measured(setting)] }) as const;
  return {
    name,
    points,
    requests: list.map(request),
    judge(replies) {
      for (const [index, setting] of list.entries()) {
        const range = rangeOf(replies[index]!);
        if (typeof range === "string") return { message: `For ${setting.name} your function ${range}.` };
        const failure = look?.(setting, range);
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
    ...(look === undefined ? {} : { withSeed: (seed: number) => replayed(settingOf(seed), seed, look === needlessly ? toldNeedless : toldCrash) }),
  };

  function replayed(setting: Setting, seed: number, tell: typeof toldNeedless): ReturnType<NonNullable<Case["withSeed"]>> {
    return {
      requests: [request(setting)],
      judge(replies) {
        const range = rangeOf(replies[0]!);
        if (typeof range === "string") return { message: `For ${setting.name} your function ${range}.` };
        const { cluster, message } = tell(setting, range, seed);
        return { message: `${chosen(setting, range)}. ${message}`, transcript: transcript(cluster.trace!).join("\n"), seed };
      },
    };
  }
}

/** What the function returned, if it can be used; otherwise what is wrong with it, as a predicate. */
function rangeOf(reply: Reply): Range | string {
  if (!("value" in reply)) return "threw" in reply ? inWords(reply) : `${inWords(reply)} instead of [low, high], two numbers`;
  const { value } = reply;
  if (!Array.isArray(value) || value.length !== 2 || !value.every((one) => typeof one === "number")) return `${inWords(reply)} instead of [low, high], two numbers`;
  const [low, high] = value as [number, number];
  if (low > high) return `${inWords(reply)}: low is greater than high`;
  return low > 0 && high < 1e7 ? [low, high] : `${inWords(reply)}, which are no timeouts`;
}

function needlessly(setting: Setting, range: Range): Failure | undefined {
  const seed = seedsOf(setting)[0]!;
  const { needless, waits } = healthy(setting, range, seed);
  if (needless <= setting.mostNeedless * waits) return undefined;
  const { message, cluster } = toldNeedless(setting, range, seed);
  return {
    message: `${chosen(setting, range)}: in ${waits} waits for a heartbeat of a leader that was well, ${needless} ran out and called an election (${percent(needless / waits)}, and at most ${percent(setting.mostNeedless)} may). ${message}`,
    seed,
    run: { ...needlessElection(setting, cluster), events: cluster.events },
  };
}

function split(setting: Setting, range: Range): Failure | undefined {
  const verdicts = crashesOf(setting, range);
  const all = verdicts.filter((verdict) => verdict.split);
  // Half as much again is let pass: a share of 300 crashes is a matter of luck, too.
  if (all.length <= 1.5 * setting.mostSplit * crashes) return undefined;
  const { seed } = all.reduce((shortest, one) => (one.events < shortest.events ? one : shortest));
  const { message, cluster } = toldCrash(setting, range, seed);
  return {
    message: `${chosen(setting, range)}: after ${all.length} of ${crashes} crashes the first election was split (${percent(all.length / crashes)}, and at most ${percent(setting.mostSplit)} may be). ${message}`,
    seed,
    run: { ...splitElection(setting, cluster), events: cluster.events },
  };
}

function late(setting: Setting, range: Range): Failure | undefined {
  const verdicts = crashesOf(setting, range);
  const mean = verdicts.reduce((sum, { downtime }) => sum + downtime, 0) / crashes;
  const endless = verdicts.filter(({ led }) => !led);
  if (endless.length > 0) return { message: `${chosen(setting, range)}: after ${endless.length} of ${crashes} crashes one election followed the other and nobody won; after ${ms(endless[0]!.downtime)} we gave up.`, seed: endless[0]!.seed };
  if (mean <= setting.mostDowntime) return undefined;
  const { seed, downtime } = verdicts.reduce((longest, one) => (one.downtime > longest.downtime ? one : longest));
  return { message: `${chosen(setting, range)}: after ${crashes} crashes it took ${ms(mean)} on average until there was a leader again, and may take ${ms(setting.mostDowntime)}; the longest time was ${ms(downtime)}.`, seed };
}

/** The last heartbeats that the node heard which stood for election. */
function needlessElection({ heartbeat }: Setting, cluster: Cluster<Raft>): RunExcerpt {
  const stood = cluster.nodes.find(({ state }) => state.role === "candidate");
  return excerptOf(cluster.trace!, { from: Math.max(0, cluster.now - 2.5 * heartbeat), to: cluster.now, tell: tellRaft, ...(stood && { of: stood.id }) });
}

/** From just before the first candidate stands until all have answered it and its rivals. */
function splitElection(setting: Setting, cluster: Cluster<Raft>): RunExcerpt {
  const trace = [...cluster.trace!];
  const crash = trace.find(({ kind }) => kind === "crash")?.time ?? 0;
  const stood = trace.find(({ kind, time }) => kind === "timer" && time > crash)?.time ?? crash;
  const slowest = Math.max(...measured(setting).delays);
  const votes = trace.filter((event) => !("message" in event) || (event.message as { type: string }).type !== "AppendEntriesReply");
  return excerptOf(votes, { from: Math.max(0, stood - slowest), to: stood + 3.5 * slowest, tell: tellRaft });
}

/** The same crashes serve several cases. */
function crashesOf(setting: Setting, range: Range): readonly { readonly seed: number; readonly split: boolean; readonly led: boolean; readonly downtime: number; readonly events: number }[] {
  const key = JSON.stringify([setting.name, range]);
  const found = known.get(key) ?? seedsOf(setting).map((seed) => {
    const { cluster, ...verdict } = crashed(setting, range, seed);
    return { seed, ...verdict, events: cluster.events };
  });
  known.set(key, found);
  return found;
}

const known = new Map<string, ReturnType<typeof crashesOf>>();

const seedsOf = (setting: Setting): number[] => Array.from({ length: crashes }, (_, trial) => 1000 * Object.values(settings).findIndex(({ name }) => name === setting.name) + trial + 1);

function settingOf(seed: number): Setting {
  return Object.values(settings)[Math.floor(seed / 1000)] ?? rack;
}

/** A healthy run up to the first needless election. */
function toldNeedless(setting: Setting, range: Range, seed: number) {
  const { needless, cluster } = healthy(setting, range, seed, true);
  return { cluster, message: needless === 0 ? `Nobody stood for election in ${heartbeats} heartbeats.` : `The first one was called ${ms(cluster.now)} into the run with this seed.` };
}

function toldCrash(setting: Setting, range: Range, seed: number) {
  const { split, led, downtime, cluster } = crashed(setting, range, seed, true);
  return { cluster, message: `In the run with this seed the first election after the crash was ${split ? "split" : "won"}, and ${led ? `there was a leader again after ${ms(downtime)}` : `nobody was elected within ${ms(downtime)}`}.` };
}

const chosen = ({ name, heartbeat }: Setting, [low, high]: Range): string => `For ${name}, with a heartbeat every ${heartbeat} ms, you chose ${ms(low)} to ${ms(high)}`;
const ms = (time: number): string => `${time < 10 ? Number(time.toPrecision(2)) : Math.round(time)} ms`;
const percent = (share: number): string => `${share < 0.01 ? Number((100 * share).toPrecision(2)) : Math.round(100 * share)} %`;
