import { show } from "../../lib/check/transcript.js";
import { callHandler, type Effect, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Context, NodeId, Types } from "../../lib/protocol.js";
import { createRandom } from "../../lib/random.js";
import type { Expectation } from "./handlerCases.js";
import { wrongEffect } from "./stage.js";

/** One call of a handler on its own: node `self` of `size`, in `state`, at time `now`, 1000 ms unless said otherwise; `args` stand between state and context. */
export interface Situation<State extends object> {
  readonly self: NodeId;
  readonly size: number;
  readonly state: State;
  readonly call: string;
  readonly args: readonly unknown[];
  readonly now?: number;
}

/** An answer whose functions take a state, arguments and a context. */
export type Handlers = Readonly<Record<string, (state: object, ...rest: unknown[]) => unknown>>;

/** Calls one of the answer's handlers once, in a situation. For a rig; what the handler returns is left beside its state, as `returned`. */
export function askOnce(answer: Handlers, { self, size, state, call, args, now = 1000 }: Situation<object>): HandlerCall {
  const context = { self, size, now, random: createRandom(1) };
  return callHandler<Types>(context, { ...state }, (own, recorder: Context<Types>) => {
    const returned = answer[call]!(own, ...(JSON.parse(JSON.stringify(args)) as unknown[]), recorder);
    if (returned !== undefined) (own as { returned?: unknown }).returned = returned;
    return returned;
  });
}

/** What an engine has: its timers, the fields of what it keeps on disk, and those of its state that may be null, whatever they were. */
export interface Shape {
  readonly timers: readonly string[];
  readonly stored: readonly string[];
  readonly nullable: readonly string[];
}

/** What makes a call unfit to be carried out: a state whose fields are not what they were, odd messages, timers and records. As a predicate; undefined if nothing does. */
export function unfit(call: HandlerCall, before: object, size: number, { timers, stored, nullable }: Shape): string | undefined {
  if (call.failed !== undefined) return call.failed;
  const after = call.state as Record<string, unknown>;
  for (const [field, was] of Object.entries(before)) {
    const is = after[field];
    if (is === null && nullable.includes(field)) continue;
    const kind = typeof was === "number" ? "number" : typeof was === "boolean" ? "boolean" : Array.isArray(was) ? "list" : undefined;
    const fits = kind === "list" ? Array.isArray(is) : kind === undefined ? is !== undefined : typeof is === kind;
    if (!fits) return `left state.${field} as ${JSON.stringify(is)}${kind === undefined ? "" : `, which is no ${kind}`}`;
  }
  const wrong = wrongEffect(call.effects, size, ["send", "setTimer", "cancelTimer", "save"]);
  if (wrong !== undefined) return wrong;
  for (const effect of call.effects) {
    if (effect.type === "send" && typeof (effect.message as { type?: unknown }).type !== "string") return `sent ${JSON.stringify(effect.message)}, which is no message`;
    if (effect.type === "setTimer" && !timers.includes(effect.timer as string)) return `set a timer ${JSON.stringify(effect.timer)}, which this protocol does not have`;
    if (effect.type === "save" && stored.some((field) => (effect.stored as Record<string, unknown> | null)?.[field] === undefined)) return `saved ${JSON.stringify(effect.stored)} instead of { ${stored.join(", ")} }`;
  }
  return undefined;
}

type Sent = Extract<Effect, { type: "send" }>;
export const sentIn = (call: HandlerCall): Sent[] => call.effects.filter((effect): effect is Sent => effect.type === "send");

/** One answer, to this node. */
export function answers<S>(to: NodeId, message: unknown): Expectation<S> {
  return (call) => {
    const sent = sentIn(call);
    if (sent.length === 0) return "did not answer";
    if (sent.length > 1) return `sent ${sent.length} messages instead of one answer`;
    if (sent[0]!.to !== to) return `sent its answer to node ${sent[0]!.to} instead of node ${to}`;
    return sameData(sent[0]!.message, message) ? undefined : `answered ${show(sent[0]!.message)} instead of ${show(message)}`;
  };
}

/** The same message to each of these nodes, once, and nothing else to anybody. */
export function tells<S>(nodes: readonly NodeId[], message: unknown): Expectation<S> {
  return (call) => {
    const sent = sentIn(call);
    const other = sent.find((one) => !sameData(one.message, message));
    if (other !== undefined) return `sent ${show(other.message)} instead of ${show(message)}`;
    const missing = nodes.find((node) => !sent.some(({ to }) => to === node));
    if (missing !== undefined) return sent.length === 0 ? `sent nothing instead of ${show(message)}` : `sent no ${show(message)} to node ${missing}`;
    const extra = sent.find(({ to }, index) => !nodes.includes(to) || sent.findIndex((one) => one.to === to) < index);
    return extra === undefined ? undefined : `sent ${show(message)} to node ${extra.to} ${nodes.includes(extra.to) ? "twice" : "as well"}`;
  };
}

/** Nothing is sent. */
export const staysSilent = (call: HandlerCall): string | undefined => (sentIn(call).length === 0 ? undefined : `sent ${show(sentIn(call)[0]!.message)}`);

/** What the state holds afterwards. */
export function holds<S>(fields: Readonly<Record<string, unknown>>): Expectation<S> {
  return (call) => {
    const after = call.state as Record<string, unknown>;
    for (const [field, wanted] of Object.entries(fields)) if (!sameData(after[field], wanted)) return `has ${show(after[field] ?? null)} for state.${field} instead of ${show(wanted)}`;
    return undefined;
  };
}

/** What the last record that was written holds. */
export function saves<S>(fields: Readonly<Record<string, unknown>>): Expectation<S> {
  return (call) => {
    const saved = call.effects.findLast((effect) => effect.type === "save");
    if (saved === undefined) return `saved nothing, and after a crash it would not know that ${Object.entries(fields).map(([field, wanted]) => `${field} is ${show(wanted)}`).join(" and ")}`;
    const stored = saved.stored as Record<string, unknown>;
    for (const [field, wanted] of Object.entries(fields)) if (!sameData(stored[field], wanted)) return `saved ${show(stored[field])} for ${field} instead of ${show(wanted)}`;
    return undefined;
  };
}

export const savesNothing = (call: HandlerCall): string | undefined => (call.effects.some(({ type }) => type === "save") ? "wrote to its disk" : undefined);

/** Whether two values are the same data, whatever the order of their fields. */
export function sameData(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Array.isArray(one) === Array.isArray(other) && [...fields].every((field) => sameData((one as Record<string, unknown>)[field], (other as Record<string, unknown>)[field]));
}
