import type { Operation } from "../history.js";
import { anything, echo, nothing, type Model } from "./model.js";
import { forgottenBy, registerGroups } from "./registerGroups.js";
import { valueIdentity } from "./valueIdentity.js";

/**
 * A value under each key: `get` returns it, `put` replaces it, `append` adds to its end: a string to a string, any value
 * as the last element to a list. Appended to null, a string stands alone, and any other value begins a list.
 * An `initial` object gives the values by key (null for the others); any other `initial` is every key's value.
 */
export const keyValue: Model = {
  name: "kv",
  operations: {
    get: { argument: nothing, result: anything },
    put: { argument: anything, result: echo },
    append: { argument: (value) => (value === null ? "a string, or what a list may hold" : undefined), result: echo },
  },
  keyed: true,
  begin(initial, key) {
    if (typeof initial !== "object" || initial === null || Array.isArray(initial)) return initial;
    return Object.hasOwn(initial, String(key)) ? (initial as Record<string, unknown>)[String(key)] : null;
  },
  step(value, { f, input, output }) {
    if (f === "put") return input;
    if (f === "append") return appended(value, input);
    return output === undefined || valueIdentity(output) === valueIdentity(value) ? value : undefined;
  },
  identify: valueIdentity,
  observes: ({ f }) => f === "get",
  asRegister: (operation) => (operation.f === "append" ? undefined : useOf(operation)),
  removable(operations) {
    if (!operations.some(({ f }) => f === "append")) return registerGroups(operations, useOf);
    // What was appended shows in later values, which do not fit without it: only reads go, and what comes after all of them.
    const lastRead = operations.reduce((last, { f, output, returned }) => (f === "get" && output !== undefined ? Math.max(last, returned) : last), -1);
    return operations.flatMap(({ f, invoked }, i) => (f === "get" || invoked > lastRead ? [[i]] : []));
  },
  forgotten: (operations) => forgottenBy(operations, useOf),
};

function appended(value: unknown, more: unknown): unknown {
  if (typeof more === "string" && (typeof value === "string" || value === null)) return (value ?? "") + more;
  if (Array.isArray(value)) return [...value, more];
  return value === null ? [more] : undefined;
}

function useOf({ f, input, output }: Operation) {
  if (f === "append") return { needs: "any value", sets: input };
  return f === "put" ? { sets: input } : output === undefined ? {} : { needs: output };
}
