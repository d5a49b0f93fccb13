import { fileURLToPath } from "node:url";
import type { Reply, Request } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Listened } from "./37-phi-accrual.rig.js";
import { heartbeatsOf, isRight, learnt, levelOf, type Options, phiOf } from "./37-phi-accrual.truth.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { stillToDo, unusable } from "./pureCalls.js";

const usual: Options = { window: 1000, first: 100, deviation: 0.5, threshold: 8 };

/** Some heartbeats, in ms, and how long after the last of them somebody asks: within three deviations, where a tail that is right near 0 will do. */
interface Watch {
  readonly options?: Partial<Options>;
  readonly arrivals: readonly number[];
  readonly after: readonly number[];
}

/** A sender whose heartbeats come about every 100 ms, but for small differences. */
const uneven = [0, 100, 220, 300, 410, 500];
const clockwork = Array.from({ length: 30 }, (_, index) => 1000 + 250 * index);

/** Where `tailLevel` must at least rise, if φ may be judged by it. */
const steps = [-2, -1, 0, 1, 2, 3];

registerGrader({
  exercise: "37-phi-accrual",
  file: "phi.ts",
  exports: ["heartbeat", "phi", "isSuspected", "tailLevel"],
  rig: fileURLToPath(new URL("37-phi-accrual.rig.ts", import.meta.url)),
  limit: 20_000,
  notWritten: (replies) => (replies.every(isUnbegun) ? notWritten("`heartbeat`, `phi`, `isSuspected` and `tailLevel`") : undefined),
  cases: [
    levels("the tail, a few deviations away", 4, [...Array.from({ length: 29 }, (_, index) => -4 + index / 4), -1.2816, 1.2816, 2.3263, 1.999, 2.001]),
    levels("the tail, far out", 4, [3.25, 3.5, 4, 4.5, 5, 6, 7, 8, 8.2, 8.4, 9, 10, 12, 15, 20, 25, 30, 35, 37]),
    levels("the tail, where its probability is too small for a number", 2, [38, 39, 40, 50, 75, 100, 300, 1000, 10_000, 100_000]),
    phis("what is usual, and how late it is now", 5, [
      { arrivals: uneven, after: [0, 50, 90, 100, 110, 120, 130, 140] },
      { arrivals: [0, 100, 300], after: [0, 100, 150, 200, 250, 300] },
      { arrivals: [1_700_000_000_000, 1_700_000_001_000, 1_700_000_001_900, 1_700_000_003_100], after: [0, 900, 1100, 1300, 1400] },
      { arrivals: heartbeatsOf("normal:100,10", 300, 1), after: [90, 100, 110, 120, 130] },
    ]),
    phis("before there is anything to go by", 3, [
      { arrivals: [], after: [0, 100, 10_000] },
      { arrivals: [700], after: [0, 80, 100, 110, 150, 170] },
      { options: { first: 1000 }, arrivals: [0], after: [500, 1000, 1500, 1700] },
    ]),
    phis("heartbeats that come like clockwork", 3, [
      { options: { deviation: 5 }, arrivals: clockwork, after: [240, 250, 251, 260, 264] },
      { options: { deviation: 20 }, arrivals: uneven, after: [90, 100, 120, 150] },
      { options: { deviation: 5 }, arrivals: [0, 250], after: [200, 245, 250, 260] },
    ]),
    windows("what is long past is forgotten, and takes no room", 4),
    thresholds("who sets a threshold is told from then on", 2),
    alarms("false alarms are as rare as they should be", 2, "normal:100,10", 4000, 4),
    alarms("also after the network has become slower", 1, "normal:250,20", 4000, 5, "normal:100,10"),
  ],
});

function levels(name: string, points: number, list: readonly number[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "levels", args: [list] }],
    judge([reply]) {
      const replies = repliesOf(reply!);
      for (const [index, z] of list.entries()) {
        const expected = levelOf(z);
        const failure = unusable(`tailLevel(${z})`, replies[index]!, (value) => typeof value === "number", `about ${digits(expected)}`);
        if (failure !== undefined) return failure;
        const { value } = replies[index] as { value: number };
        if (!isRight(value, expected)) return { message: `tailLevel(${z}) returned ${digits(value)}, expected about ${digits(expected)}: a standard normal number is above ${z} with ${expected < 300 ? `a probability of ${Math.exp(-Math.LN10 * expected).toPrecision(3)}` : "a probability too small for a number"}.` };
      }
      return undefined;
    },
  };
}

function phis(name: string, points: number, list: readonly Watch[]): Case {
  return {
    name,
    points,
    requests: [...list.map(requestOf), { on: "rig", call: "levels", args: [[...steps, ...list.flatMap(beyond)]] }],
    judge(replies) {
      const own = repliesOf(replies.at(-1)!);
      const rising = steps.every((_, index) => index === 0 || numberIn(own[index]!) - numberIn(own[index - 1]!) > 1e-4);
      let next = steps.length;
      for (const [index, watch] of list.entries()) {
        const ownLevels = rising ? own.slice(next, (next += watch.after.length)) : [];
        const failure = wrongPhi(watch, listened(replies[index]!), ownLevels);
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
  };
}

/** How many deviations beyond the mean it is, each time that somebody asks. */
function beyond(watch: Watch): number[] {
  const { arrivals } = watch;
  if (arrivals.length === 0) return watch.after.map(() => 0);
  const { mean, spread } = learnt(arrivals, optionsOf(watch));
  return timesOf(watch).map((now) => (now - arrivals.at(-1)! - mean) / spread);
}

const numberIn = (reply: Reply): number => ("value" in reply && typeof reply.value === "number" ? reply.value : NaN);

function optionsOf({ options }: Watch): Options {
  return { ...usual, ...options };
}

function requestOf(watch: Watch): Request {
  return { on: "rig", call: "listen", args: [optionsOf(watch), watch.arrivals, timesOf(watch)] };
}

function timesOf({ arrivals, after }: Watch): number[] {
  return after.map((time) => (arrivals.at(-1) ?? 0) + time);
}

const listened = (reply: Reply): Listened => (reply as { value: Listened }).value;

/** Judged by what is right, or by the answer's own `tailLevel`: whether that is right is another case. */
function wrongPhi(watch: Watch, { phis }: Listened, ownLevels: readonly Reply[]): Failure | undefined {
  for (const [index, now] of timesOf(watch).entries()) {
    const expected = phiOf(watch.arrivals, now, optionsOf(watch));
    const when = `${told(watch)}: ${watch.arrivals.length === 0 ? `at ${now} ms` : `${watch.after[index]} ms after the last one`}`;
    const failure = unusable(`${when} your \`phi\``, phis[index]!, (value) => typeof value === "number", `about ${digits(expected)}`);
    if (failure !== undefined) return failure;
    const { value } = phis[index] as { value: number };
    const consistent = watch.arrivals.length > 0 && ownLevels[index] !== undefined && isRight(value, numberIn(ownLevels[index]));
    if (!consistent && !isRight(value, expected)) return { message: `${when} φ is ${digits(value)}, expected about ${digits(expected)}: ${why(watch, now)}.` };
  }
  return undefined;
}

function told({ arrivals, options }: Watch): string {
  const given = Object.entries(options ?? {}).map(([field, value]) => `${field} ${value}`);
  const times = arrivals.length === 0 ? "Before the first heartbeat" : arrivals.length === 1 ? `After one heartbeat, at ${arrivals[0]}` : arrivals.length <= 6 ? `After heartbeats at ${arrivals.join(", ")}` : `After ${arrivals.length} heartbeats`;
  return given.length === 0 ? times : `${times}, with ${given.join(" and ")}`;
}

function why(watch: Watch, now: number): string {
  const { arrivals } = watch;
  if (arrivals.length === 0) return "nothing is known yet, and nobody is suspected";
  const { mean, spread, intervals } = learnt(arrivals, optionsOf(watch));
  const late = (now - arrivals.at(-1)! - mean) / spread;
  const known = intervals.length === 0 ? `before the second one the mean is taken to be ${mean} ms and the deviation ${spread} ms` : `the mean of ${intervals.length > 6 ? `the last ${intervals.length} times between two` : intervals.map(digits).join(", ")} is ${digits(mean)} ms, and the deviation ${digits(spread)} ms${spread === optionsOf(watch).deviation ? ", the least that may be assumed" : ""}`;
  return `${known}; so now is ${digits(Math.abs(late))} deviations ${late < 0 ? "before" : "beyond"} the mean`;
}

/** A window that is full: only its last times count, and only they are kept. */
function windows(name: string, points: number): Case {
  const slower = [...heartbeatsOf("normal:100,10", 60, 2), ...heartbeatsOf("normal:200,10", 20, 3, 7000)];
  const list: Watch[] = [
    { options: { window: 3 }, arrivals: [0, 1000, 2000, 2100, 2210, 2300], after: [50, 100, 110, 120] },
    { options: { window: 3 }, arrivals: [0, 1000, 1100, 1210, 1300], after: [50, 100, 110, 120] },
    { options: { window: 19 }, arrivals: slower, after: [180, 200, 210, 220] },
    { options: { window: 1 }, arrivals: [0, 100, 300], after: [100, 199, 200, 201] },
    { options: { window: 50 }, arrivals: heartbeatsOf("normal:100,10", 3000, 6), after: [80, 100, 110, 120] },
  ];
  const one = phis(name, points, list);
  return {
    ...one,
    judge(replies) {
      const failure = one.judge(replies);
      if (failure !== undefined) return failure;
      // 50 times of some 18 digits, and what else there is.
      const { kept } = listened(replies[list.length - 1]!);
      return "value" in kept && (kept.value as number) < 2000 ? undefined : { message: `After 3000 heartbeats with a window of 50, what your detector remembers is ${"value" in kept ? `${String(kept.value)} characters long` : "no data"}: what has left the window must leave the memory, too.` };
    },
  };
}

/** Just before and just after φ reaches the threshold, and when it is the threshold. */
function thresholds(name: string, points: number): Case {
  const list = [1, 2].map((threshold) => {
    const options = { ...usual, threshold };
    let [low, high] = [0, 1000];
    for (let i = 0; i < 60; i++) [low, high] = phiOf(uneven, 500 + (low + high) / 2, options) < threshold ? [(low + high) / 2, high] : [low, (low + high) / 2];
    return { options: { threshold }, arrivals: uneven, after: [0, 0.97 * low, 1.03 * low, 140].map((time) => Math.round(10 * time) / 10) };
  });
  const expected = [false, false, true, true];
  const moments = [100, 115, 130];
  return {
    name,
    points,
    requests: [...list.map(requestOf), { on: "rig", call: "onTheDot", args: [usual, uneven, moments.map((after) => 500 + after)] }],
    judge(replies) {
      for (const [index, watch] of list.entries()) {
        for (const [at, reply] of listened(replies[index]!).suspected.entries()) {
          const when = `${told(watch)}, ${watch.after[at]} ms after the last one, your \`isSuspected\``;
          const failure = unusable(when, reply, (value) => typeof value === "boolean", "true or false");
          if (failure !== undefined) return failure;
          if ((reply as { value: boolean }).value !== expected[at]) return { message: `${when} returned ${!expected[at]}, expected ${expected[at]}: φ is ${digits(phiOf(uneven, 500 + watch.after[at]!, optionsOf(watch)))} then.` };
        }
      }
      const exact = (replies[list.length] as { value: Reply }).value;
      const failure = unusable("At some moment your detector", exact, Array.isArray, "true or false each time");
      if (failure !== undefined) return failure;
      const late = (exact as { value: unknown[] }).value.findIndex((suspected) => suspected !== true);
      if (late >= 0) return { message: `${told({ arrivals: uneven, after: [] })}, ${moments[late]} ms after the last one, with what your `+"`phi` says then as the threshold, your `isSuspected` returned "+`${String((exact as { value: unknown[] }).value[late])}, expected true: a sender is suspected *from* the threshold on.` };
      return undefined;
    },
  };
}

/** In a long run of heartbeats: how many of them come only when φ has reached 1, 2 or 3. */
function alarms(name: string, points: number, distribution: string, count: number, seed: number, before?: string): Case {
  const options: Options = { ...usual, window: 200 };
  const past = before === undefined ? [] : heartbeatsOf(before, count, seed + 100);
  const arrivals = [...past, ...heartbeatsOf(distribution, count, seed, past.at(-1) ?? 0)];
  // Not before the window holds times of this network only.
  const begin = past.length + options.window + 1;
  return {
    name,
    points,
    requests: [{ on: "rig", call: "beforeEach", args: [options, arrivals] }],
    judge([reply]) {
      const inner = (reply as { value: Reply }).value;
      const failure = unusable("In a long run of heartbeats your detector", inner, Array.isArray, "a number each time");
      if (failure !== undefined) return failure;
      const list = (inner as { value: number[] }).value;
      const settled = list.slice(begin);
      const odd = settled.findIndex((one) => typeof one !== "number" || one < 0);
      if (odd >= 0) return { message: `Just before heartbeat ${begin + odd + 1} of a long run, φ was no number from 0 on.` };
      for (const level of [1, 2, 3]) {
        const expected = Math.exp(-Math.LN10 * level) * settled.length;
        const found = settled.filter((one) => one >= level).length;
        // Four deviations of a count, and some room for what a window of 200 does not know exactly.
        const room = 4 * Math.sqrt(expected) + 0.25 * expected;
        if (Math.abs(found - expected) > room) return { message: `Of ${settled.length} heartbeats${before === undefined ? "" : " long after the network had become slower"}, ${found} came only after φ had reached ${level}; about ${Math.round(expected)} should: one in ${Math.round(Math.exp(Math.LN10 * level))}.` };
      }
      return undefined;
    },
  };
}

const digits = (value: number): string => (Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4))));

const repliesOf = (reply: Reply): Reply[] => (reply as { value: Reply[] }).value;

/** Whether all that a request asked for is still to do, or follows from nothing being remembered. */
function isUnbegun(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  const { value } = reply;
  const all = Array.isArray(value) ? (value as Reply[]) : "suspected" in (value as object) ? [...(value as Listened).suspected, ...(value as Listened).phis.filter((one) => !("value" in one && one.value === 0))] : [value as Reply];
  return all.every((one) => stillToDo(one) !== undefined || ("value" in one && Array.isArray(one.value) && one.value.every((phi) => phi === 0)));
}
