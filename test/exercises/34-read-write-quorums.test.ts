import { transcript } from "../../lib/check/transcript.js";
import { inWords, type Reply, type Request } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { broken, choices, costOf, type Demand, demand, describe, type Quorums, randomDemand } from "./34-read-write-quorums.groups.js";
import { type Register, runOf } from "./34-read-write-quorums.runs.js";
import { excerptOf, type Teller } from "./excerpt.js";
import { type Case, type Failure, registerGrader } from "./grader.js";

/** Demands that can be met, each beside one that asks for a little more and cannot. */
const met = ["1 last 0 0 0 1:1", "3 last 1 1 1 1:1", "3 last 2 0 2 1:1", "3 last 0 2 0 1:1", "4 last 1 2 0 1:1", "5 last 2 2 2 1:1", "5 last 1 3 1 1:1", "5 last 3 1 3 1:1", "5 last 0 4 0 1:1", "6 last 2 3 2 1:1", "7 last 3 3 3 1:1", "7 last 0 6 0 1:1", "6 last 5 0 5 1:1"].map(demand);
const metEventually = ["3 eventual 2 2 0 1:1", "3 eventual 2 1 1 1:1", "4 eventual 2 2 1 1:1", "5 eventual 4 4 0 1:1", "5 eventual 3 2 2 1:1", "2 eventual 1 1 0 1:1", "7 eventual 3 2 4 1:1"].map(demand);
const unmet = ["1 last 1 0 0 1:1", "2 last 1 1 0 1:1", "3 last 1 2 0 1:1", "3 last 2 1 0 1:1", "4 last 2 2 0 1:1", "3 last 0 2 1 1:1", "3 eventual 0 2 1 1:1", "5 last 1 3 2 1:1", "5 eventual 0 3 2 1:1", "3 eventual 3 0 0 1:1", "2 eventual 0 0 2 1:1", "7 last 3 4 0 1:1"].map(demand);
const priced = ["3 last 0 0 0 9:1", "3 last 0 0 0 1:9", "5 last 0 0 0 9:1", "5 last 0 1 0 9:1", "5 last 1 0 0 1:9", "5 last 0 0 2 1:9", "5 last 2 0 2 1:9", "7 last 1 2 1 9:2", "3 eventual 0 0 0 1:1", "5 eventual 1 1 1 3:1", "5 eventual 0 0 2 1:5", "7 last 3 0 0 4:1", "4 last 1 1 0 7:3", "7 last 0 0 0 1:9", "6 last 0 0 0 9:1"].map(demand);
const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

registerGrader({
  exercise: "34-read-write-quorums",
  file: "quorums.ts",
  exports: ["keeps", "chooseQuorums"],
  limit: 10_000,
  cases: [
    judgements("reads and writes come through with replicas down", 2, ["3 eventual 0 1 0 1:1", "3 eventual 1 0 0 1:1", "5 eventual 2 0 0 1:1", "5 eventual 0 3 0 1:1", "4 eventual 1 2 0 1:1"]),
    judgements("a read meets the last write, where that is promised", 2, ["1 last 0 0 0 1:1", "2 last 0 0 0 1:1", "3 last 0 0 0 1:1", "4 last 0 0 0 1:1", "5 last 0 0 0 1:1", "7 last 0 0 0 1:1", "3 eventual 0 0 0 1:1", "4 eventual 0 0 0 1:1"]),
    judgements("nothing is lost with the disks", 2, ["3 eventual 0 0 1 1:1", "5 eventual 0 0 2 1:1", "4 eventual 0 0 3 1:1", "2 eventual 0 0 2 1:1"]),
    chosen("what can be had is had", 2, met),
    chosen("who asks for less gets it with more replicas down", 1, metEventually),
    chosen("what cannot be had is refused, and nothing else", 2, [...unmet, ...met]),
    cheap("the cheapest will do", 2, priced),
    runs("reads and writes, while replicas come and go", 2),
  ],
});

/** A case of single verdicts: every pair of R and W for each of these demands. */
function judgements(name: string, points: number, texts: readonly string[]): Case {
  const asked = texts.map(demand).flatMap((one) => pairs(one.replicas).map((quorums) => ({ one, quorums })));
  return {
    name,
    points,
    requests: asked.map(({ one, quorums }) => ({ on: "answer", call: "keeps", args: [one, quorums] })),
    judge(replies) {
      for (const [index, { one, quorums }] of asked.entries()) {
        const reply = replies[index]!;
        const why = broken(one, quorums)?.why;
        if ("value" in reply && reply.value === (why === undefined)) continue;
        if (isUnbegun(reply)) return { message: notWritten("`keeps`") };
        return { message: `keeps ${inWords(reply)} for ${inFigures(quorums)}, expected ${why === undefined}. Demanded: ${describe(one)}. ${why === undefined ? "Whichever replicas are down, confirm and answer, all of that is kept" : capital(why)}.` };
      }
      return undefined;
    },
  };
}

function pairs(most: number): Quorums[] {
  return Array.from({ length: most * most }, (_, index) => ({ read: 1 + Math.floor(index / most), write: 1 + (index % most) }));
}

function question(one: Demand): Request {
  return { on: "answer", call: "chooseQuorums", args: [one] };
}

/** A case of choices; whether they are cheap is another matter. */
function chosen(name: string, points: number, demands: readonly Demand[]): Case {
  return {
    name,
    points,
    requests: demands.map(question),
    judge(replies) {
      for (const [index, one] of demands.entries()) {
        const message = wrongChoice(one, replies[index]!);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

/** What is wrong with a choice, cheap or not; undefined if nothing is. */
function wrongChoice(one: Demand, reply: Reply): string | undefined {
  if (isUnbegun(reply)) return notWritten("`chooseQuorums`");
  const demanded = `Demanded: ${describe(one)}`;
  if (!("value" in reply)) return `chooseQuorums ${inWords(reply)}. ${demanded}.`;
  const possible = choices(one);
  if (reply.value === null) return possible.length === 0 ? undefined : `${demanded}. chooseQuorums says that there are no such quorums, but ${inFigures(possible[0]!.quorums)} keep all of it.`;
  if (!isQuorums(reply.value, one)) return `${demanded}. chooseQuorums ${inWords(reply)}; expected { read, write }, both from 1 to ${one.replicas}, or null.`;
  const why = broken(one, reply.value)?.why;
  if (why === undefined) return undefined;
  return `${demanded}. chooseQuorums chose ${inFigures(reply.value)}: ${why}.${possible.length === 0 ? " Nothing keeps this demand, so null was expected." : ""}`;
}

/** Only what keeps the demand can be dear. */
function cheap(name: string, points: number, demands: readonly Demand[]): Case {
  return {
    ...chosen(name, points, demands),
    judge(replies) {
      for (const [index, one] of demands.entries()) {
        const reply = replies[index]!;
        if (wrongChoice(one, reply) !== undefined) return { message: wrongChoice(one, reply)! };
        const quorums = (reply as { value: Quorums }).value;
        const least = choices(one).reduce((best, other) => (other.cost < best.cost ? other : best));
        if (costOf(one, quorums) > least.cost) return { message: `Demanded: ${describe(one)}. chooseQuorums chose ${inFigures(quorums)}: right, but dear. That waits for ${costOf(one, quorums)} answers, and ${inFigures(least.quorums)} for ${least.cost}.` };
      }
      return undefined;
    },
  };
}

/** Chosen quorums at work, for demands that are drawn; of the runs that fail the shortest is told. */
function runs(name: string, points: number): Case {
  const judged = (reply: Reply, seed: number): (Failure & { readonly events?: number }) | undefined => {
    const one = randomDemand(seed);
    if (isUnbegun(reply)) return { message: notWritten("`chooseQuorums`") };
    if (!("value" in reply) || !isQuorums(reply.value, one)) {
      const message = wrongChoice(one, reply);
      return message === undefined ? undefined : { message };
    }
    const { message, cluster } = runOf(one, reply.value, seed, true);
    if (message === undefined) return choices(one).length > 0 ? undefined : { message: wrongChoice(one, reply)! };
    const to = cluster.now;
    const excerpt = excerptOf(cluster.trace!, { from: Math.max(0, to - 90), to, tell });
    return { message: `Demanded: ${describe(one)}. Chosen: ${inFigures(reply.value)}. ${message}.`, seed, run: { ...excerpt, events: cluster.events }, transcript: transcript(cluster.trace!).join("\n"), events: cluster.events };
  };
  return {
    name,
    points,
    requests: seeds.map((seed) => question(randomDemand(seed))),
    judge(replies) {
      const failed = seeds.flatMap((seed, index) => judged(replies[index]!, seed) ?? []);
      if (failed.length === 0) return undefined;
      const { events: _, transcript: __, ...shortest } = failed.reduce((least, one) => ((one.events ?? Infinity) < (least.events ?? Infinity) ? one : least));
      return shortest;
    },
    withSeed: (seed) => ({
      requests: [question(randomDemand(seed))],
      judge: ([reply]) => ({ message: "Nothing went wrong in this run.", seed, ...judged(reply!, seed) }),
    }),
  };
}

const tell: Teller = (sent) => {
  const { type, version } = sent as Register["Message"];
  return { type, label: type === "Write" ? `write ${version}` : type === "Confirm" ? "ok" : type === "Read" ? "read?" : `I have ${version}` };
};

const isQuorums = (value: unknown, { replicas }: Demand): value is Quorums => [(value as Quorums | null)?.read, (value as Quorums | null)?.write].every((size) => Number.isInteger(size) && size! >= 1 && size! <= replicas);
const isUnbegun = (reply: Reply): boolean => "threw" in reply && / is still to do$/.test(reply.threw);
const inFigures = ({ read, write }: Quorums): string => `R = ${read} and W = ${write}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
