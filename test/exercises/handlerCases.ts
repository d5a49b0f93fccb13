import { createHash } from "node:crypto";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Types } from "../../lib/protocol.js";
import type { Case } from "./grader.js";
import { judgeStage, type StageVerdict, transcriptOf } from "./judgeStage.js";
import type { RunCall, Stage } from "./stage.js";

/** A situation in which a handler is called once, and what must come of it. */
export interface Rule<Situation> {
  readonly situation: Situation;
  /** Why, in words: what the node had been through; the end of "…, although". */
  readonly says: string;
  readonly expect: readonly Expectation<Situation>[];
}

/** Looks at a call; says what is wrong as "Your node …", or nothing. */
export type Expectation<Situation> = (call: HandlerCall, situation: Situation) => string | undefined;

/** A case of single questions, each asked with `ask(answer, situation)` of the rig; the first wrong answer is told. */
export function rules<Situation>(name: string, points: number, list: readonly Rule<Situation>[], wrongWith: (call: HandlerCall, situation: Situation) => string | undefined): Case {
  return {
    name,
    points,
    requests: list.map(({ situation }) => ({ on: "rig", call: "ask", args: [situation] })),
    judge(replies) {
      for (const [index, rule] of list.entries()) {
        const message = broken(rule, replies[index]!, wrongWith);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function broken<Situation>({ situation, says, expect }: Rule<Situation>, reply: Reply, wrongWith: (call: HandlerCall, situation: Situation) => string | undefined): string | undefined {
  if (!("value" in reply)) return `The handler ${inWords(reply)}.`;
  const call = reply.value as HandlerCall;
  const wrong = wrongWith(call, situation);
  if (wrong !== undefined) return `Your handler ${wrong}.`;
  for (const expectation of expect) {
    const fault = expectation(call, situation);
    if (fault !== undefined) return `Your node ${fault}, although ${says}.`;
  }
  return undefined;
}

/** What a case of runs is about. */
export interface Runs<T extends Types, Answer> {
  readonly stage: Stage<T, Answer>;
  readonly kind: string;
  /** How many seeds, from 1. */
  readonly count: number;
  /** Reachables without which the runs together say nothing: name, and what to say if it was never reached. */
  readonly must?: Readonly<Record<string, string>>;
  /** What a picture shows of a failed run. */
  excerptOf(verdict: StageVerdict<T>): RunExcerpt | undefined;
}

/** A case of many simulated runs, recorded with `run(answer, kind, seed)` of the rig; of those that fail, the one with the fewest events is told. */
export function runs<T extends Types, Answer>(name: string, points: number, { stage, kind, count, must = {}, excerptOf }: Runs<T, Answer>): Case {
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const request = (seed: number) => ({ on: "rig", call: "run", args: [kind, seed] }) as const;
  const judged = (reply: Reply, seed: number, trace?: boolean) => judgeStage(stage, callsOf(reply), kind, seed, trace);
  // Many answers do the same in many runs: what has been judged once, of a seed and all its calls, is not judged again.
  const known = new Map<string, Outcome>();
  const outcomeOf = (reply: Reply, seed: number): Outcome => {
    const record = `${seed} ${createHash("sha256").update(JSON.stringify(reply)).digest("base64")}`;
    if (!known.has(record)) {
      const { message, reached, cluster } = judged(reply, seed);
      known.set(record, { message, reached, events: cluster.events });
    }
    return known.get(record)!;
  };
  return {
    name,
    points,
    requests: seeds.map(request),
    judge(replies) {
      const verdicts = seeds.map((seed, index) => ({ seed, ...outcomeOf(replies[index]!, seed) }));
      const failed = verdicts.filter(({ message }) => message !== undefined);
      if (failed.length > 0) {
        const { seed, message, events } = failed.reduce((shortest, one) => (one.events < shortest.events ? one : shortest));
        const excerpt = excerptOf(judged(replies[seed - 1]!, seed, true));
        return { message: message!, seed, ...(excerpt === undefined ? {} : { run: { ...excerpt, events } }) };
      }
      // Where nothing happens nothing goes wrong: that must not earn points.
      for (const [reachable, message] of Object.entries(must)) if (!verdicts.some(({ reached }) => reached.has(reachable))) return { message: `In ${count} runs ${message}, so they say nothing.` };
      return undefined;
    },
    withSeed: (seed) => ({
      requests: [request(seed)],
      judge(replies) {
        const verdict = judged(replies[0]!, seed, true);
        return { message: verdict.message ?? "Nothing went wrong in this run.", transcript: transcriptOf(verdict), seed };
      },
    }),
  };
}

/** What is kept of a judged run. */
interface Outcome extends Pick<StageVerdict<Types>, "reached"> {
  readonly message: string | undefined;
  readonly events: number;
}

function callsOf(reply: Reply): RunCall[] {
  if (!("value" in reply) || !Array.isArray(reply.value)) throw new Error("no record of a run");
  return reply.value as RunCall[];
}
