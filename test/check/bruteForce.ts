import type { Operation } from "../../lib/check/history.js";

/** What an operation does to an object, written down once more and apart from lib: the state after it, or `no`. */
type Rule = (state: unknown, operation: Operation) => unknown;

const no = Symbol("no");
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const returns = (operation: Operation, value: unknown, state: unknown) => (operation.output === undefined || same(operation.output, value) ? state : no);

const readOrWrite: Rule = (state, operation) => (operation.f === "write" ? operation.input : returns(operation, state, state));

const rules: Readonly<Record<string, Rule>> = {
  register: readOrWrite,
  "cas-register"(state, operation) {
    if (operation.f !== "cas") return readOrWrite(state, operation);
    const pair = operation.input as [unknown, unknown];
    return same(pair[0], state) ? pair[1] : no;
  },
  kv(state, operation) {
    const values = state as Record<string, unknown>;
    const key = String(operation.key);
    const value = values[key] ?? null;
    if (operation.f === "get") return returns(operation, value, state);
    return { ...values, [key]: operation.f === "put" ? operation.input : `${value === null ? "" : (value as string)}${operation.input as string}` };
  },
  queue(state, operation) {
    const elements = state as unknown[];
    if (operation.f === "enqueue") return elements.concat([operation.input]);
    return elements.length === 0 ? returns(operation, null, state) : returns(operation, elements[0], elements.slice(1));
  },
  lock(state, operation) {
    if (operation.f === "acquire") return state === null ? operation.process : no;
    return state === operation.process ? null : no;
  },
};

/** The empty object of each model, as the rules here write it. */
export const emptyObjects: Readonly<Record<string, unknown>> = { register: null, "cas-register": null, kv: {}, queue: [], lock: null };

/**
 * Whether a small history is linearizable: tries every order of the answered operations with any of the others among
 * them, and forgets nothing, shortens nothing, guesses nothing.
 */
export function bruteForce(model: string, operations: readonly Operation[], initial: unknown = emptyObjects[model]): boolean {
  return tryFrom(rules[model]!, initial, operations);
}

function tryFrom(rule: Rule, state: unknown, left: readonly Operation[]): boolean {
  if (left.every(({ returned }) => returned === Infinity)) return true;
  return left.some((operation) => {
    if (left.some((other) => other.returned < operation.invoked)) return false;
    const after = rule(state, operation);
    return after !== no && tryFrom(rule, after, left.filter((other) => other !== operation));
  });
}

/** Whether an order respects real time, gives every operation its result, and leaves out no answered operation. */
export function isOrder(model: string, operations: readonly Operation[], order: readonly Operation[], initial: unknown = emptyObjects[model]): boolean {
  const rule = rules[model]!;
  let state = initial;
  for (const [i, operation] of order.entries()) {
    if (order.slice(i + 1).some((later) => later.returned < operation.invoked)) return false;
    state = rule(state, operation);
    if (state === no) return false;
  }
  return new Set(order).size === order.length && order.every((operation) => operations.includes(operation)) && operations.every((operation) => operation.returned === Infinity || order.includes(operation));
}
