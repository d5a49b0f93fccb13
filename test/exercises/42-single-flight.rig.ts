import { isSameJson } from "../../lib/course/grading/jsonCopy.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import { type Called, type Effect, explore, type Question, type Script } from "./42-single-flight.world.js";

/** The answer: what the learner exports. */
export type Answer = { init(): unknown } & Readonly<Record<Question["call"], (...args: unknown[]) => unknown>>;

/** More things than this in one call are an avalanche. */
const avalanche = 20;

/** Many clients who ask for a few keys. Each key has as many who wait for it as one call may answer. */
export const crowd = { clients: 240, keys: 12 };
export const keyOf = (client: number): string => `key ${client % crowd.keys}`;
/** The value of one of them is an empty text. */
export const valueIn = (key: string): string => (key === "key 3" ? "" : `value of ${key}`);

/** What was recorded of a run: how many calls are as in the run before, and those that are not. */
export interface Recorded {
  readonly same: number;
  readonly calls: readonly Called[];
}

/** Runs the answer through all runs of a script, and records what it did in each call. Nothing is judged here: see the test. */
export function record(answer: Answer, script: Script, most: number): Recorded[] {
  const runs: Called[][] = [];
  explore(script, most, () => {
    const calls: Called[] = [];
    runs.push(calls);
    return callsOn(answer, calls);
  });
  return runs.map((calls, run) => {
    const before = runs[run - 1] ?? [];
    let same = 0;
    while (same < calls.length && same < before.length && isSameJson(calls[same], before[same])) same++;
    return { same, calls: calls.slice(same) };
  });
}

/** Two nodes: one client asks each of them for a. What the second does while the first loads, and once it has it. */
export function twoNodes(answer: Answer): Called[] {
  const calls: readonly Called[][] = [[], []];
  const [one, other] = [callsOn(answer, calls[0]!), callsOn(answer, calls[1]!)];
  one({ call: "onGet", args: ["a", 1], loads: 0 });
  other({ call: "onGet", args: ["a", 2], loads: 1 });
  one({ call: "onLoaded", args: [1, "a0"], loads: 2 });
  other({ call: "onGet", args: ["a", 3], loads: 2 });
  const seen = [...calls[1]!];
  // Nothing is left over for the runs that follow.
  for (const number of [2, 3]) other({ call: "onLoaded", args: [number, "a0"], loads: 3 });
  return seen;
}

/** One node, and the crowd: all of them ask, all loads come back, the last one first, and all of them ask again. The second time they have numbers of their own. */
export function manyClients(answer: Answer): Called[] {
  const calls: Called[] = [];
  const node = callsOn(answer, calls);
  const loads: string[] = [];
  const get = (client: number): void => {
    for (const effect of node({ call: "onGet", args: [keyOf(client), client], loads: loads.length }).effects) if (effect.does === "load") loads.push(effect.key);
  };
  for (let client = 1; client <= crowd.clients; client++) get(client);
  for (let number = loads.length; number > 0; number--) node({ call: "onLoaded", args: [number, valueIn(loads[number - 1]!)], loads: loads.length });
  for (let client = crowd.clients + 1; client <= 2 * crowd.clients; client++) get(client);
  return calls;
}

/** A node of its own: calls its handlers, and notes what they do. */
function callsOn(answer: Answer, calls: Called[]): (question: Question) => Called {
  let state: unknown;
  return ({ call, args, loads }) => {
    const effects: Effect[] = [];
    const note = (effect: Effect): void => {
      if (effects.push(effect) > avalanche) throw new Error(`asked for more than ${avalanche} things in one call`);
    };
    const context = {
      load(key: string) {
        note({ does: "load", key });
        return loads + effects.filter(({ does }) => does === "load").length;
      },
      answer: (client: number, value: string) => note({ does: "answer", client, value }),
      fail: (client: number) => note({ does: "fail", client }),
    };
    let called: Called;
    try {
      if (calls.length === 0) state = answer.init();
      // An eviction is no reason to talk to anybody.
      const result = call === "onEvict" ? answer[call](state, ...args) : answer[call](state, ...args, context);
      called = typeof (result as { then?: unknown } | undefined)?.then === "function" ? { effects, threw: "nothing, but is async: it must be done when it returns" } : { effects };
    } catch (error) {
      called = { effects, threw: thrown(error) };
    }
    calls.push(called);
    return called;
  };
}
