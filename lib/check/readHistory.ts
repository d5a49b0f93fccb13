import type { HistoryEvent } from "./history.js";
import type { Model } from "./models/model.js";
import { Pairing } from "./pairEvents.js";

/** A history that cannot be judged because it is malformed. The message says where, what was found and what was expected. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  constructor(
    /** The line, from 1. */
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
  }
}

/**
 * Reads a history: JSON Lines, an event a line, in time order. Empty lines are skipped. Throws a `HistoryError` at the
 * first line that is malformed, does not fit those before it, or is of no operation that the model knows.
 */
export function readHistory(text: string, model: Model): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const pairing = new Pairing();
  let number = 0;
  const refuse = (reason: string): never => {
    throw new HistoryError(number, reason);
  };
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    number++;
    // A byte order mark is blank, too.
    const line = text.slice(start, end).trim();
    if (line === "") continue;
    const event = eventOf(line, refuse);
    const shape = Object.hasOwn(model.operations, event.f) ? model.operations[event.f]! : refuse(`found f ${JSON.stringify(event.f)}; expected what a ${model.name} knows: ${Object.keys(model.operations).join(", ")}`);
    if (model.keyed && event.key === undefined) refuse(`found no "key"; expected one, a string or a number, since a ${model.name} holds a value under each key`);
    if (!model.keyed && event.key !== undefined) refuse(`found key ${JSON.stringify(event.key)}; expected none, since a ${model.name} is a single object (for a value under each key, use the model kv)`);
    const argument = pairing.argumentOf(event.process);
    const fault = pairing.add(event, events.length);
    if (fault !== undefined) refuse(fault);
    const expected = event.type === "invoke" ? shape.argument(event.value) : event.type === "ok" ? shape.result(event.value, argument) : undefined;
    if (expected !== undefined) refuse(`found value ${JSON.stringify(event.value)} in the "${event.type}" of a ${event.f}; expected ${expected}`);
    events.push(event);
  }
  return events;
}

const types: readonly unknown[] = ["invoke", "ok", "fail", "info"];

function eventOf(line: string, refuse: (reason: string) => never): HistoryEvent {
  const found = parsed(line, refuse);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return refuse(`found ${shortened(line)}; expected an object: ${example}`);
  const { process, type, f, key, value, time } = found as Record<string, unknown>;
  const need = (ok: boolean, name: string, expected: string) => {
    if (!ok) refuse(`found ${Object.hasOwn(found, name) ? `${name} ${JSON.stringify((found as Record<string, unknown>)[name])}` : `no "${name}"`}; expected ${expected}`);
  };
  need(isName(process), "process", "a number or a string: who invoked");
  need(types.includes(type), "type", '"invoke", "ok", "fail" or "info"');
  need(typeof f === "string", "f", 'the name of an operation, such as "read"');
  need(key == null || isName(key), "key", "a string or a number");
  need(time === undefined || typeof time === "number", "time", "a number of ms");
  // What did not happen, or may have happened, has no result to tell.
  need(value !== undefined || type === "fail" || type === "info", "value", "one, null where there is nothing to say");
  // Other fields are a reader's notes.
  return { process, type, f, key: key ?? undefined, value: value ?? null, time } as HistoryEvent;
}

function parsed(line: string, refuse: (reason: string) => never): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return refuse(`found ${shortened(line)}, which is not JSON; expected an event a line: ${example}`);
  }
}

const example = '{"process":0,"type":"invoke","f":"read","value":null}';
const isName = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
const shortened = (line: string): string => (line.length > 60 ? `${line.slice(0, 57)}…` : line);
