import { isSameJson } from "../../lib/course/grading/jsonCopy.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import { type Called, type Effect, explore, type Question, type Script } from "./42-single-flight.world.js";

/** The answer: what the learner exports. */
export type Answer = { init(): unknown } & Readonly<Record<Question["call"], (...args: unknown[]) => unknown>>;

/** More things than this in one call are an avalanche. */
const avalanche = 20;

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
