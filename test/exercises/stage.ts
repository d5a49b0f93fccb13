import type { HostileRun } from "../../lib/check/hostileRun.js";
import { play } from "../../lib/check/play.js";
import { callHandler, type Effect, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Declaration } from "../../lib/promises.js";
import type { Context, NodeId, Protocol, Types } from "../../lib/protocol.js";
import { changeOf, type Change } from "./change.js";

/**
 * Where an answer plays: a cluster of one of our engines in which one handler is the answer's, and the hostile runs in
 * which it is tried. A run happens twice: in the answer's process, where each call of the handler is recorded, and once
 * more beside the judge, where what was recorded is carried out again. Only the second is judged.
 */
export interface Stage<T extends Types, Answer> {
  /** What a run of this kind is judged by, and what its nodes have on their disks. */
  declaration(kind: string): Declaration<T>;
  /** The run of a kind that a seed decides. */
  run(kind: string, seed: number): HostileRun<T>;
  /** The engine with a handler's place given away: whenever it is that handler's turn, `ask` is called. */
  protocol(ask: Ask<T, Answer>, kind: string): Protocol<T>;
  /** What makes a call unfit to be carried out, as a predicate ("left state.log as …"); undefined if nothing does. */
  wrongWith(call: HandlerCall, part: object, size: number): string | undefined;
  /** Puts what a judge says into words that the learner knows. Default: as it is. */
  reword?(message: string): string;
}

/**
 * What the answer does with a part of a node's state. `moment` is what it is asked about, in words, as the end of "when
 * …". The call that comes back is fit to be carried out, and not carried out yet.
 */
export type Ask<T extends Types, Answer> = (question: {
  /** The part of a node's state that the answer sees, and may change. */
  readonly part: object;
  readonly moment: string;
  readonly context: Context<T>;
  /** Calls the answer, with a copy of that part and a context that records. */
  use(answer: Answer, part: never, context: Context<T>): unknown;
}) => HandlerCall;

/** One call in a run, with what it was an answer to, so that a record can be held against another run of the same seed. */
export interface RunCall extends Omit<HandlerCall, "state"> {
  readonly asked: string;
  /** What became of the part that the answer saw. */
  readonly change: Change;
}

/** More calls than this in one run, or effects in one call, are an avalanche; a run ends there. */
export const mostCalls = 5000;
export const mostEffects = 20;

/** What a call is an answer to. */
export const question = (moment: string, { self, now }: Pick<Context<Types>, "self" | "now">): string => `${now.toFixed(3)} ${self} ${moment}`;

/** Plays a run with the answer in its handler's place, and records each of its calls; ends at a call that is unfit. */
export function record<T extends Types, Answer>(stage: Stage<T, Answer>, answer: Answer, kind: string, seed: number): RunCall[] {
  const calls: RunCall[] = [];
  let over = false;
  const ask: Ask<T, Answer> = ({ part, moment, context, use }) => {
    const { state, ...call } = callHandler<T>(context, part, (own, recorder) => use(answer, own as never, recorder));
    calls.push({ asked: question(moment, context), change: changeOf(part, state as object), ...call });
    over = calls.length > mostCalls || stage.wrongWith({ state, ...call }, part, context.size) !== undefined;
    if (over) throw new Error("this run is over");
    return { state, ...call };
  };
  try {
    play(stage.declaration(kind), stage.run(kind, seed), { protocol: stage.protocol(ask, kind), judged: false });
  } catch (error) {
    // Whatever else an unfit state makes the engine do shows once more beside the judge.
    if (calls.length === 0 && !over) throw error;
  }
  return calls;
}

/** What is wrong with a call's effects, whatever the handler is for; `allowed` are the kinds that it may ask for. */
export function wrongEffect(effects: readonly Effect[], size: number, allowed: readonly Effect["type"][]): string | undefined {
  if (effects.length > mostEffects) return `asked for ${effects.length} things in one call`;
  for (const effect of effects) {
    if (!allowed.includes(effect.type)) return `called context.${effect.type}, which is not this handler's business`;
    if (effect.type === "send" && !isNode(effect.to, size)) return `sent a message to ${JSON.stringify(effect.to)}, which is no node`;
    if (effect.type === "send" && (typeof effect.message !== "object" || effect.message === null)) return `sent ${JSON.stringify(effect.message)}, which is no message`;
    if (effect.type === "setTimer" && !(typeof effect.delay === "number" && effect.delay >= 0 && effect.delay < 1e6)) return `set a timer to fire in ${JSON.stringify(effect.delay)} ms`;
  }
  return undefined;
}

export const isNode = (value: unknown, size: number): value is NodeId => isCount(value) && value < size;

export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e9;
