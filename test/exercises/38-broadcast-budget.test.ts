import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { type Broadcast, busyValues, healedAt, settling, stage, valuesIn } from "./38-broadcast-budget.rig.js";
import { excerptOf, type Teller } from "./excerpt.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { runs as runsOf } from "./handlerCases.js";
import { judgeStage, type StageVerdict, transcriptOf } from "./judgeStage.js";
import { mostCalls, type RunCall } from "./stage.js";

/** What is allowed in a busy run: fewer messages than this for each value; ms; and values in messages, confirmations among them. */
const most = { messages: 20, median: 1000, slowest: 2000, carried: 100 };
const seeds = [1, 2];

/** Messages in a picture, and how long it lasts at most, ms. */
const room = 40;
const longest = 2000;
/** Three cases look at the same runs. */
const verdicts = new WeakMap<Reply, StageVerdict<Broadcast>>();

const runs = (name: string, points: number, kind: string, count: number): Case => {
  const one = runsOf(name, points, { stage, kind, count, excerptOf: excerpt });
  return {
    ...one,
    judge(replies) {
      const thrown = whyNone(replies);
      return thrown === undefined ? one.judge(replies) : { message: thrown };
    },
  };
};

registerGrader({
  exercise: "38-broadcast-budget",
  file: "broadcast.ts",
  exports: ["broadcast"],
  rig: fileURLToPath(new URL("38-broadcast-budget.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`broadcast`") : undefined),
  cases: [
    runs("every node tells every value, once", 5, "small", 6),
    runs("25 nodes, 100 ms from each to each", 4, "many", 2),
    runs("messages are late, overtaken and repeated", 4, "late", 4),
    runs("a partition comes and goes", 6, "divided", 8),
    busy(`fewer than ${most.messages} messages for each value`, 5, ({ ops, sent }) => (sent / ops < most.messages ? undefined : `${sent} messages were sent for ${ops} values, ${(sent / ops).toFixed(1)} for each; fewer than ${most.messages} are allowed`)),
    busy("half of the values arrive within 1 s, all within 2 s", 3, ({ latencies }) => {
      const [median, slowest] = [latencies[Math.floor(latencies.length / 2)]!, latencies.at(-1)!];
      if (median < most.median && slowest < most.slowest) return undefined;
      return `Half of the values took ${median.toFixed(0)} ms or more to reach all nodes, the slowest one ${slowest.toFixed(0)} ms; ${median >= most.median ? `the median must be below ${most.median} ms` : `none may take ${most.slowest} ms`}`;
    }),
    settles(busy("what a neighbour has is not sent again and again", 3, ({ ops, carried }) => (carried / ops <= most.carried ? undefined : `The messages held ${carried} values together, confirmations among them, ${(carried / ops).toFixed(0)} for each of the ${ops}; at most ${most.carried} are allowed. To bring a value to the 24 other nodes and to confirm it takes 48`))),
  ],
});

/** What a busy run cost. */
interface Cost {
  /** Values that clients gave. */
  readonly ops: number;
  readonly sent: number;
  /** Values in messages. */
  readonly carried: number;
  /** From when a value was given until the last node told it, ms; the shortest first. */
  readonly latencies: readonly number[];
}

function costOf({ cluster }: StageVerdict<Broadcast>): Cost {
  const given = new Map<number, number>();
  const last = new Map<number, number>();
  let sent = 0;
  let carried = 0;
  for (const event of cluster.trace!) {
    if (event.kind === "input") given.set(event.value as number, event.time);
    if (event.kind === "output") last.set(event.value as number, event.time);
    if (event.kind !== "send") continue;
    sent++;
    carried += valuesIn(event.message).length;
  }
  return { ops: given.size, sent, carried, latencies: [...given].map(([value, time]) => (last.get(value) ?? Infinity) - time).sort((one, other) => one - other) };
}

/** A budget in busy runs, for whoever is right in them. */
function busy(name: string, points: number, dear: (cost: Cost) => string | undefined): Case {
  const request = (seed: number) => ({ on: "rig", call: "run", args: ["busy", seed] }) as const;
  const judged = (reply: Reply, seed: number): { readonly verdict: StageVerdict<Broadcast>; readonly message: string | undefined } => {
    const calls = (reply as { value: RunCall[] }).value;
    const verdict = verdicts.get(reply) ?? judgeStage(stage, calls, "busy", seed, true);
    verdicts.set(reply, verdict);
    const cost = costOf(verdict);
    // A run that must be cut short is over its budget, whatever else it is.
    if (calls.length > mostCalls) return { verdict, message: `25 nodes had got ${cost.ops} of ${busyValues} values and sent ${cost.sent} messages, ${(cost.sent / cost.ops).toFixed(0)} for each, when the run was cut short. Fewer than ${most.messages} are allowed: a value need not go over every link, and need not go alone.` };
    const tooDear = verdict.message === undefined ? dear(cost) : undefined;
    return { verdict, message: verdict.message ?? (tooDear && `25 nodes, 100 ms from each to each, 50 values a second: ${tooDear.charAt(0).toLowerCase()}${tooDear.slice(1)}.`) };
  };
  return {
    name,
    points,
    requests: seeds.map(request),
    judge(replies) {
      const thrown = whyNone(replies);
      if (thrown !== undefined) return { message: thrown };
      for (const [index, seed] of seeds.entries()) {
        const { verdict, message } = judged(replies[index]!, seed);
        if (message === undefined) continue;
        const shown = excerpt(verdict);
        return { message, seed, ...(shown === undefined ? {} : { run: { ...shown, events: verdict.cluster.events } }) } satisfies Failure;
      }
      return undefined;
    },
    withSeed: (seed) => ({
      requests: [request(seed)],
      judge([reply]) {
        const { verdict, message = "Nothing went wrong in this run." } = judged(reply!, seed);
        return { message, transcript: transcriptOf(verdict), seed };
      },
    }),
  };
}

/** Adds to a case of busy runs two more, with a partition: long after it no value is on its way any more. Who is not right in them loses that elsewhere. */
function settles(one: Case): Case {
  const request = (seed: number) => ({ on: "rig", call: "run", args: ["settled", seed] }) as const;
  const more = [101, 102];
  const judged = (reply: Reply, seed: number): { readonly verdict: StageVerdict<Broadcast>; readonly message: string | undefined } => {
    const verdict = judgeStage(stage, (reply as { value: RunCall[] }).value, "settled", seed, true);
    const late = verdict.message === undefined ? [...verdict.cluster.trace!].find((event) => event.kind === "send" && event.time > healedAt + settling && valuesIn(event.message).length > 0) : undefined;
    if (late?.kind !== "send") return { verdict, message: undefined };
    const [value] = valuesIn(late.message);
    return { verdict, message: `9 nodes that a partition divided for a while: ${((late.time - healedAt) / 1000).toFixed(1)} s after its end, when all nodes have told all values, node ${late.node} still sends ${value} to node ${late.to}. ${settling / 1000} s after a partition no value may be on its way any more: the confirmation that was lost must be given again whenever the value comes again.` };
  };
  return {
    ...one,
    requests: [...one.requests, ...more.map(request)],
    judge(replies) {
      const dear = one.judge(replies.slice(0, one.requests.length));
      if (dear !== undefined) return dear;
      for (const [index, seed] of more.entries()) {
        const { verdict, message } = judged(replies[one.requests.length + index]!, seed);
        if (message === undefined) continue;
        const shown = excerpt(verdict);
        return { message, seed, ...(shown === undefined ? {} : { run: { ...shown, events: verdict.cluster.events } }) } satisfies Failure;
      }
      return undefined;
    },
    withSeed(seed) {
      if (seed < more[0]!) return one.withSeed!(seed);
      return {
        requests: [request(seed)],
        judge([reply]) {
          const { verdict, message = verdict.message ?? "Nothing went wrong in this run." } = judged(reply!, seed);
          return { message, transcript: transcriptOf(verdict), seed };
        },
      };
    },
  };
}

/** Why there is no run to judge. */
function whyNone(replies: readonly Reply[]): string | undefined {
  const failed = replies.find((reply) => "threw" in reply);
  return failed && "threw" in failed ? failed.threw : undefined;
}

/** What a picture shows of a run: the last messages, and what came of them; where too many are under way at once, those of the node that sends most. Timers may have gone on for long, to no purpose. */
function excerpt({ cluster }: StageVerdict<Broadcast>): RunExcerpt | undefined {
  const events = [...cluster.trace!];
  const to = events.findLast(({ kind }) => kind === "send" || kind === "deliver" || kind === "drop" || kind === "input")?.time ?? 0;
  const sends = events.filter(({ kind, time }) => kind === "send" && time >= to - longest);
  if (sends.length === 0) return undefined;
  const from = Math.max(0, (sends.at(-room)?.time ?? to - longest) - 1);
  const all = excerptOf(events, { from, to, tell });
  const count = ({ trace }: RunExcerpt): number => trace.filter(({ kind }) => kind === "send").length;
  if (count(all) <= room + 5) return all;
  const sent = new Map<number, number>();
  for (const { node } of sends) sent.set(node, (sent.get(node) ?? 0) + 1);
  const [of] = [...sent].reduce((busiest, one) => (one[1] > busiest[1] ? one : busiest));
  let shown = excerptOf(events, { from, to, tell, of });
  for (let span = to - from; count(shown) > room && span > 1; span /= 2) shown = excerptOf(events, { from: to - span, to, tell, of });
  return shown;
}


/** A message as a picture labels it. */
function tell(message: unknown): ReturnType<Teller> {
  const values = valuesIn(message);
  return { type: "message", label: values.length === 1 ? String(values[0]) : values.length === 0 ? "" : `${values.length} values` };
}

/** Whether a run's answers were only that it is still to do, or nothing at all. */
function isUnbegun(reply: Reply): boolean {
  if (!("value" in reply) || !Array.isArray(reply.value)) return false;
  return (reply.value as RunCall[]).every(({ failed, effects }) => (failed === undefined ? effects.length === 0 : / is still to do/.test(failed)));
}
