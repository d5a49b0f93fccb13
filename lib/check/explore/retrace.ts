import type { Types } from "../../protocol.js";
import { firstToFire } from "./localNode.js";
import type { Transition } from "./nodeRules.js";
import { type Overview, startOf } from "./overview.js";
import type { Step } from "./steps.js";
import type { ActionKind, Worlds } from "./worlds.js";

/**
 * Finds the steps from the start through a chain of worlds, of which only `isAt` knows what they are; worlds that differ
 * in names may be one to it. With `next`, one step more, which breaks a promise.
 */
export function retrace<T extends Types>(worlds: Worlds<T>, overview: Overview<T>, count: number, isAt: (place: number, row: Int32Array, length: number) => boolean, next: boolean): readonly Step<T>[] {
  const steps: Step<T>[] = [];
  let { row, length, transitions } = startOf(worlds);
  /** Messages in flight, oldest first. */
  let flight = transitions.flatMap(sentBy);
  for (let place = 1; place < count + (next ? 1 : 0); place++) {
    const { facts, done } = overview.settle(row);
    row[worlds.FACTS] = facts;
    row[worlds.DONE] = done;
    let found: { row: Int32Array; length: number; step: Step<T>; flight: number[] } | undefined;
    worlds.expand(row, length, (after, afterLength, transition, kind, node, argument, writes) => {
      if (found) return;
      const verdict = transition ? worlds.judge.after(transition, facts) : facts;
      if (place === count ? verdict >= 0 : verdict < 0) return;
      after[worlds.FACTS] = verdict;
      if (place < count && !isAt(place, after, afterLength)) return;
      const whole = stepOf(worlds, row, flight, kind, node, argument);
      const step = writes > 0 ? ({ ...whole, crashAfter: writes } as Step<T>) : whole;
      const without = kind === "deliver" || kind === "drop" ? flight.toSpliced(flight.indexOf(argument), 1) : flight;
      found = { row: after.slice(), length: afterLength, step, flight: [...without, ...(transition ? sentBy(transition) : [])] };
    });
    if (!found) throw new Error("a path that was explored cannot be found again: handlers and judges must depend on their arguments alone, and renaming must not change what happens");
    steps.push(found.step);
    ({ row, length, flight } = found);
  }
  return steps;
}

const sentBy = <T extends Types>({ effects }: Transition<T>) => effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));

function stepOf<T extends Types>({ rules, subject }: Worlds<T>, row: Int32Array, flight: readonly number[], kind: ActionKind, node: number, argument: number): Step<T> {
  switch (kind) {
    case "deliver":
    case "duplicate":
    case "drop": {
      const { from, to } = rules.messages.values[argument]!;
      const link = flight.filter((message) => rules.messages.values[message]!.from === from && rules.messages.values[message]!.to === to);
      return { kind, from, to, nth: link.indexOf(argument) + 1 };
    }
    case "timer": {
      const { timers } = rules.nodes.values[row[node]!]!;
      return { kind, node, timer: timers[firstToFire(timers)[argument]!]!.timer };
    }
    case "input":
      return { kind, node, input: subject.inputs![argument]! };
    case "crash":
      return { kind, node };
    default:
      return { kind: "restart", node, disk: kind === "restart lost" ? "lost" : "kept" };
  }
}
