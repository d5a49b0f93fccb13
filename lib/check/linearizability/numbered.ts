import type { Operation } from "../history.js";
import type { Model } from "../models/model.js";
import { valueIdentity } from "../models/valueIdentity.js";
import { ABSENT, IntTable } from "./intTable.js";

/**
 * A history in numbers: states, and kinds of operations, are small integers, and what a kind does in a state is worked
 * out once. Answered operations come first, in the order of their invocations, then those without an answer.
 */
export interface Numbered {
  /** The operations in this order, without observers that were not answered: they tell nothing and change nothing. */
  readonly operations: readonly Operation[];
  /** How many of them were answered. */
  readonly answered: number;
  /** Same number: same operation, argument and result. */
  readonly kinds: Int32Array;
  /** 1 for those that observe and never change anything. */
  readonly observing: Uint8Array;
  readonly initial: number;
  /** The state after an operation of a kind, or -1 if it cannot come now. */
  step(state: number, kind: number): number;
  /** How much it remembers: a step counts once, a state, which may be a long list, ten times. */
  remembered(): number;
}

/** Numbers a history of one object. */
export function numbered(all: readonly Operation[], model: Model, begin: unknown): Numbered {
  const answeredOnes: Operation[] = [];
  const others: Operation[] = [];
  for (const operation of all) {
    if (operation.returned !== Infinity) answeredOnes.push(operation);
    else if (!model.observes(operation)) others.push(operation);
  }
  const operations = others.length === 0 ? answeredOnes : answeredOnes.concat(others);
  const { kinds, examples } = kindsOf(operations, model);
  const observing = new Uint8Array(operations.length);
  const observes = examples.map((operation) => (model.observes(operation) ? 1 : 0));
  for (let i = 0; i < operations.length; i++) observing[i] = observes[kinds[i]!]!;

  const states: unknown[] = [];
  const numbers = new Map<unknown, number>();
  const numberOf = (state: unknown): number => {
    const identity = model.identify(state);
    let number = numbers.get(identity);
    if (number === undefined) {
      numbers.set(identity, (number = states.length));
      states.push(state);
    }
    return number;
  };
  const initial = numberOf(begin);
  const transitions = new IntTable(operations.length);
  return {
    remembered: () => transitions.size + 10 * states.length,
    operations,
    answered: answeredOnes.length,
    kinds,
    observing,
    initial,
    step(state, kind) {
      let next = transitions.get(state, kind);
      if (next === ABSENT) {
        const after = model.step(states[state], examples[kind]!);
        next = after === undefined ? -1 : numberOf(after);
        transitions.add(state, kind, next);
      }
      return next;
    },
  };
}

function kindsOf(operations: readonly Operation[], model: Model): { kinds: Int32Array; examples: Operation[] } {
  const kinds = new Int32Array(operations.length);
  const examples: Operation[] = [];
  const values = new Map<unknown, number>([[undefined, 0]]);
  const valueNumber = (value: unknown): number => {
    const identity = typeof value === "number" ? value : valueIdentity(value);
    let number = values.get(identity);
    if (number === undefined) values.set(identity, (number = values.size));
    return number;
  };
  const names = Object.keys(model.operations);
  const calls = new IntTable(64);
  const ends = new IntTable(64);
  let callCount = 0;
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!;
    const argument = valueNumber(operation.input) * names.length + names.indexOf(operation.f);
    // A process is told from a value by its place: -1 and below.
    const owner = model.owned ? -1 - valueNumber(operation.process) : 0;
    let call = calls.get(argument, owner);
    if (call === ABSENT) calls.add(argument, owner, (call = callCount++));
    const result = valueNumber(operation.output);
    let kind = ends.get(call, result);
    if (kind === ABSENT) {
      ends.add(call, result, (kind = examples.length));
      examples.push(operation);
    }
    kinds[i] = kind;
  }
  return { kinds, examples };
}
