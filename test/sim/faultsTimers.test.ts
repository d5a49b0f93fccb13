import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimerKey } from "../../lib/protocol.js";
import { simulate } from "../../lib/sim/cluster.js";
import { type Action, puppet } from "./puppet.js";

const KEYS: readonly TimerKey[] = ["a", "b", { retry: 1 }, { retry: 2 }];
const nameOf = (key: TimerKey) => (typeof key === "string" ? key : JSON.stringify(key));
type Step =
  | { readonly do: "set"; readonly key: TimerKey; readonly delay: number }
  | { readonly do: "cancel"; readonly key: TimerKey }
  | { readonly do: "pause" | "resume" | "crash" | "restart" };

/** When which timer fires, by the rules alone: one deadline a name, whatever is due fires, in order of deadline and setting. */
function byTheRules(steps: readonly { readonly at: number; readonly step: Step }[], end: number): string[] {
  const set = new Map<string, { due: number; order: number }>();
  const fired: string[] = [];
  let [up, paused, order] = [true, false, 0];
  const apply = (step: Step, now: number) => {
    if (step.do === "set") set.set(nameOf(step.key), { due: now + step.delay, order: order++ });
    if (step.do === "cancel") set.delete(nameOf(step.key));
  };
  /** While paused, what is due only takes its place among what waits. */
  let queue: (string | Step)[] = [];
  const pass = (now: number, inclusive: boolean) => {
    const next = [...set].filter(([name, { due }]) => (due < now || (inclusive && due === now)) && !queue.includes(name)).sort(([, a], [, b]) => a.due - b.due || a.order - b.order);
    for (const [name, { due }] of next) {
      if (paused) queue.push(name);
      else {
        set.delete(name);
        fired.push(`${due} ${name}`);
      }
    }
  };
  for (const { at, step } of steps) {
    // Commands were all scheduled before the timers: at one time they come first.
    pass(at, false);
    if (step.do === "crash") {
      [up, paused, queue] = [false, false, []];
      set.clear();
    } else if (step.do === "restart") up = true;
    else if (!up) continue;
    else if (step.do === "pause") paused = true;
    else if (step.do === "resume") {
      const waited = queue;
      [paused, queue] = [false, []];
      const orders = new Map([...set].map(([name, { order }]) => [name, order]));
      for (const entry of waited) {
        if (typeof entry !== "string") apply(entry, at);
        else if (set.get(entry)?.order === orders.get(entry) && set.delete(entry)) fired.push(`${at} ${entry}`);
      }
    } else if (paused) queue.push(step);
    else apply(step, at);
  }
  pass(end, true);
  return fired;
}

describe("timers, set, moved, cancelled, paused and crashed at random", () => {
  it("fire when the rules say so, and never else", () => {
    const key = fc.constantFrom(...KEYS);
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), key, delay: fc.integer({ min: 0, max: 12 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), key }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const, "resume" as const, "crash" as const, "restart" as const, "restart" as const) }) },
    );
    let total = 0;
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.integer({ min: 0, max: 40 }), step }), { maxLength: 30, size: "max" }), (unsorted) => {
        const steps = [...unsorted].sort((a, b) => a.at - b.at);
        const run = simulate(puppet(), { size: 1, trace: true });
        for (const { at, step } of steps) {
          if (step.do === "set" || step.do === "cancel") {
            const action: Action = step.do === "set" ? { setTimer: step.key, delay: step.delay } : { cancelTimer: step.key };
            run.input(0, [action], at);
          } else run.command({ type: step.do, node: 0 }, at);
        }
        run.run(100);
        const fired = [...run.trace!].flatMap((event) => (event.kind === "timer" ? [`${event.time} ${nameOf(event.timer)}`] : []));
        expect(fired).toEqual(byTheRules(steps, 100));
        total += fired.length;
      }),
      { seed: 1, numRuns: 1500 },
    );
    expect(total).toBeGreaterThan(3000);
  });
});
