import { fileURLToPath } from "node:url";
import type { Reply } from "../../lib/course/grading/exchange.js";
import { isNotWritten, notWritten } from "../../lib/course/grading/notWritten.js";
import { type Called, type Entry, type Event, type Outcome, play, questionOf, randomRun, type Run } from "./41-lookup-path.world.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { stillToDo } from "./pureCalls.js";

/** Node 0 runs the answer; `others` stand around it. Entries hold 1000 ms, and 200 ms if there is no such key. */
const run = (others: number, ...events: readonly Event[]): Run => ({ nodes: 1 + others, own: 1, ttl: 1000, absentTtl: 200, events });
const get = (at: number, key: string): Event => ({ at, does: "get", node: 0, key });
const tell = (at: number, key: string): Event => ({ at, does: "tell", node: 0, key });
const write = (at: number, key: string, value: string | null): Event => ({ at, does: "write", key, value });
const change = (at: number, key: string, value: string | null): Event => ({ at, does: "change", key, value });
const know = (node: number, key: string, value: string | null, expires: number): Event => ({ at: 0, does: "know", node, key, entry: { value, expires } satisfies Entry });
const down = (at: number, whom: number | "origin"): Event => ({ at, does: "down", whom });
const up = (at: number, whom: number | "origin"): Event => ({ at, does: "up", whom });

const thirty = Array.from({ length: 30 }, (_, index) => `k${index + 1}`);
/** What happened is told whole, if it is no more than this. */
const longest = 16;

const callsIn = <C>(reply: Reply): C => (reply as { value: C }).value;

registerGrader({
  exercise: "41-lookup-path",
  file: "lookup.ts",
  exports: ["lookUp", "onReplica", "onOrigin", "onWrite", "tellReplica"],
  rig: fileURLToPath(new URL("41-lookup-path.rig.ts", import.meta.url)),
  limit: 10_000,
  cases: [
    scripted("what still holds is answered at once", 2, [
      run(0, change(0, "a", "1"), get(100, "a"), get(200, "a"), get(1119, "a")),
      run(0, change(0, "a", ""), get(100, "a"), get(200, "a")),
      run(2, change(0, "a", "1"), get(100, "a"), change(200, "a", "2"), get(300, "a")),
      run(0, ...thirty.map((key) => write(10, key, "1")), ...thirty.map((key) => get(500, key))),
    ]),
    scripted("what holds no longer is not", 2, [
      run(0, change(0, "a", "1"), get(100, "a"), change(500, "a", "2"), get(1120, "a"), get(1200, "a")),
      run(0, change(0, "a", "1"), get(100, "a"), change(500, "a", null), get(3000, "a")),
      run(1, change(0, "a", "1"), get(100, "a"), get(1200, "a"), get(2400, "a")),
    ]),
    scripted("what the filter says no to is nobody's business", 2, [
      run(0, get(100, "x"), get(200, "y"), get(900, "x")),
      run(2, get(100, "x"), change(200, "x", "1"), get(201, "x")),
    ]),
    scripted("one replica after the other, and the origin last", 2, [
      run(3, change(0, "a", "1"), get(100, "a")),
      run(2, change(0, "a", "1"), know(2, "a", "1", 900), get(100, "a"), get(200, "a")),
      run(2, change(0, "a", "1"), down(10, 1), know(2, "a", "1", 900), get(100, "a")),
      run(2, change(0, "a", "1"), down(10, 1), down(10, 2), get(100, "a"), get(200, "a")),
      run(2, change(0, "a", "2"), know(1, "a", "1", 101), know(2, "a", "1", 106), get(98, "a")),
      run(9, change(0, "a", "1"), get(100, "a"), get(200, "a")),
      run(9, change(0, "a", "1"), know(9, "a", "1", 900), get(100, "a")),
    ]),
    scripted("what a replica knew keeps its end", 2, [
      run(1, change(0, "a", "2"), know(1, "a", "1", 500), get(100, "a"), get(499, "a"), get(500, "a")),
      run(1, change(0, "a", "2"), know(1, "a", "", 500), get(100, "a"), get(300, "a"), get(600, "a")),
      run(1, change(0, "a", "2"), know(1, "a", "1", 1050), get(100, "a"), get(1049, "a"), get(1060, "a")),
    ]),
    scripted("that there is no such key holds, for a short time", 2, [
      run(0, change(0, "a", "1"), change(1, "a", null), get(100, "a"), get(200, "a"), get(319, "a"), change(319, "a", "2"), get(320, "a")),
      run(1, change(0, "a", "1"), change(1, "a", null), know(1, "a", null, 150), get(100, "a"), get(149, "a"), change(149, "a", "2"), get(150, "a")),
    ]),
    scripted("a write ends what was known", 2, [
      run(0, change(0, "a", "1"), get(100, "a"), write(200, "a", "2"), get(201, "a"), get(1199, "a"), get(1200, "a")),
      run(0, change(0, "a", "1"), change(1, "a", null), get(100, "a"), write(200, "a", "2"), get(201, "a"), get(700, "a")),
      run(0, change(0, "a", "1"), get(100, "a"), write(200, "a", null), get(201, "a"), get(399, "a"), change(399, "a", "3"), get(400, "a")),
      run(2, write(0, "a", ""), get(1, "a"), get(900, "a")),
    ]),
    scripted("another node is told what is here and holds", 1, [
      run(1, tell(50, "a"), change(60, "a", "1"), get(100, "a"), tell(200, "a"), tell(1200, "a")),
      run(1, change(0, "a", "1"), change(1, "a", null), get(100, "a"), tell(200, "a"), tell(400, "a")),
      run(1, write(0, "a", ""), tell(999, "a"), tell(1000, "a")),
    ]),
    scripted("an origin that does not answer", 1, [
      run(0, change(0, "a", "1"), down(10, "origin"), get(100, "a"), up(200, "origin"), get(300, "a")),
      run(1, change(0, "a", "1"), get(100, "a"), down(500, "origin"), get(1200, "a"), get(1300, "a")),
    ]),
    random("three nodes ask each other, in 60 runs at random", 4, Array.from({ length: 60 }, (_, index) => index + 1)),
  ],
});

/** Lets a run happen once more, with what the answer did when it was recorded. */
function judged(one: Run, calls: readonly Called[]): Outcome {
  let next = 0;
  return play(one, (question) => {
    const called = calls[next++];
    return called?.asked === questionOf(question) ? called : { asked: "", reply: { odd: "something else when the run was repeated" }, keys: [] };
  });
}

/** What to say of a run; undefined if nothing was wrong. */
function failureOf({ wrong, reply, story }: Outcome, withStory: boolean): Failure | undefined {
  if (wrong === undefined) return undefined;
  const unwritten = stillToDo(reply!);
  if (unwritten !== undefined) return { message: notWritten(`\`${unwritten}\``) };
  const told = story.length <= longest ? story : [`${story.length - 4} other things`, ...story.slice(-4)];
  return { message: withStory ? `${told.join(" · ")}. ${wrong}` : wrong };
}

function scripted(name: string, points: number, runs: readonly Run[]): Case {
  return {
    name,
    points,
    requests: runs.map((one) => ({ on: "rig", call: "record", args: [one] })),
    judge(replies) {
      for (const [index, one] of runs.entries()) {
        const failure = failureOf(judged(one, callsIn(replies[index]!)), true);
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
  };
}

/** Of all seeds that fail, the one of the shortest run is told. */
function random(name: string, points: number, seeds: readonly number[]): Case {
  return {
    name,
    points,
    requests: [{ on: "rig", call: "recordSeeds", args: [seeds] }],
    judge([reply]) {
      const failed = callsIn<Called[][]>(reply!).flatMap((calls, index) => {
        const outcome = judged(randomRun(seeds[index]!), calls);
        const failure = failureOf(outcome, false);
        return failure === undefined ? [] : [{ failure, seed: seeds[index]!, length: outcome.story.length }];
      });
      if (failed.length === 0) return undefined;
      const { failure, seed } = failed.reduce((least, one) => (one.length < least.length ? one : least));
      return isNotWritten(failure.message) ? failure : { ...failure, seed };
    },
    withSeed: (seed) => ({
      requests: [{ on: "rig", call: "recordSeeds", args: [[seed]] }],
      judge([reply]) {
        const outcome = judged(randomRun(seed), callsIn<Called[][]>(reply!)[0]!);
        return { message: "Nothing went wrong in this run.", ...failureOf(outcome, false), transcript: outcome.story.join("\n"), seed };
      },
    }),
  };
}
