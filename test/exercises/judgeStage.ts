import type { Accusation, Testimony } from "../../lib/check/judge.js";
import { NO_HANDLER_FAILS } from "../../lib/check/judge.js";
import { play } from "../../lib/check/play.js";
import { transcript } from "../../lib/check/transcript.js";
import { drawAgain, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Types } from "../../lib/protocol.js";
import type { Cluster } from "../../lib/sim/cluster.js";
import { changed } from "./change.js";
import { type Ask, mostCalls, question, type RunCall, type Stage } from "./stage.js";

/** How a run ended. */
export interface StageVerdict<T extends Types> {
  /** What went wrong first, in a sentence. */
  readonly message?: string;
  /** Who was concerned, where that is known. */
  readonly witnesses: readonly Testimony[];
  /** Names of the reachables that were reached. */
  readonly reached: ReadonlySet<string>;
  readonly cluster: Cluster<T>;
}

/**
 * Plays a run once more, here, with what the answer did in each of its calls, and judges it. Nothing that the answer's
 * process says of itself is believed. With `trace` the cluster keeps one, for the transcript and the picture.
 */
export function judgeStage<T extends Types, Answer>(stage: Stage<T, Answer>, calls: readonly RunCall[], kind: string, seed: number, trace = false): StageVerdict<T> {
  let next = 0;
  let failed: string | undefined;
  const ask: Ask<T, Answer> = ({ part, moment, context }) => {
    const recorded = calls[next++];
    const call: HandlerCall = recorded?.asked === question(moment, context) ? { ...recorded, state: changed(part, recorded.change) } : { state: part, effects: [], draws: 0, failed: "did not do the same when the run was repeated" };
    drawAgain(call, context);
    const wrong = next > mostCalls ? `was called more than ${mostCalls} times in one run, so the messages it sends must multiply` : stage.wrongWith(call, part, context.size);
    if (wrong === undefined) return call;
    failed = `Your function ${wrong}: at ${ms(context.now)} on node ${context.self}, when ${moment}.`;
    throw new Error(failed);
  };
  const { cluster, accusation, reached } = play(stage.declaration(kind), stage.run(kind, seed), { protocol: stage.protocol(ask, kind), trace });
  const message = failed ?? (accusation && inWords({ ...accusation, message: stage.reword?.(accusation.message) ?? accusation.message }));
  return { ...(message === undefined ? {} : { message }), witnesses: accusation?.witnesses ?? [], reached, cluster };
}

/** The whole run in words. */
export const transcriptOf = <T extends Types>({ cluster }: StageVerdict<T>): string => transcript(cluster.trace!).join("\n");

/** An accusation as a sentence. */
function inWords({ property, message, witnesses }: Accusation): string {
  if (property === NO_HANDLER_FAILS) return `With what your function had left, the rest of the node failed: ${message}.`;
  const [first, last] = [witnesses[0], witnesses.at(-1)];
  if (first === undefined || last === undefined) return `This should come about and does not: “${property}”. ${capital(message)}.`;
  const before = first === last || first.time === last.time ? "" : ` The first was on node ${first.node}, at ${ms(first.time)}.`;
  return `At ${ms(last.time)}, on node ${last.node}, this ceases to be true: “${property}”. ${capital(message)}.${before}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ms = (time: number): string => `${time.toFixed(1)} ms`;
