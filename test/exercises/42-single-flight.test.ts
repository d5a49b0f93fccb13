import { fileURLToPath } from "node:url";
import type { Reply, Request } from "../../lib/course/grading/exchange.js";
import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { crowd, keyOf, type Recorded, valueIn } from "./42-single-flight.rig.js";
import { FlightPicture } from "./42-single-flight.picture.js";
import { type Called, explore, type Outcome, play, type Script } from "./42-single-flight.world.js";
import { type Case, registerGrader } from "./grader.js";

/** Runs that are tried of one script; a right answer needs fewer in all of them. */
const most = 1500;

registerGrader({
  exercise: "42-single-flight",
  file: "singleFlight.ts",
  exports: ["init", "onGet", "onLoaded", "onFailed", "onTimeout", "onPut", "onEvict"],
  rig: fileURLToPath(new URL("42-single-flight.rig.ts", import.meta.url)),
  limit: 15_000,
  cases: [
    ofItsOwn(orders("what was loaded is kept, until it is evicted", 2, { gets: ["a", "a"], evictions: 1 })),
    inACrowd(orders("three clients, one load", 3, { gets: ["a", "a", "a"] })),
    orders("keys have nothing to do with each other", 2, { gets: ["a", "b", "a", "b"] }, { gets: ["b", "b"], writes: ["a1"], evictions: 1 }),
    orders("a load that fails wakes all who wait, and is forgotten", 3, { gets: ["a", "a", "a"], failures: 1 }),
    orders("so does one that takes too long, even if it comes back", 3, { gets: ["a", "a", "a"], timeouts: 1, failures: 1 }),
    orders("a write during a load", 3, { gets: ["a", "a"], writes: ["a1"] }),
    orders("a write during a load, and then an eviction", 2, { gets: ["a", "a", "a"], writes: ["a1"], evictions: 1 }, { gets: ["a", "a"], writes: ["a1", "a2"], evictions: 1 }),
    orders("a write, an eviction and a load that takes too long", 2, { gets: ["a", "a"], writes: ["a1"], evictions: 1, timeouts: 1 }),
  ],
});

/** Goes through all runs again, with what the answer did in them. */
function judged(script: Script, reply: Reply): { outcomes: Outcome[]; unwritten: string | undefined; draw(run: number): RunExcerpt } {
  const runs: (readonly Called[])[] = [];
  for (const { same, calls } of (reply as { value: Recorded[] }).value) runs.push([...(runs.at(-1) ?? []).slice(0, same), ...calls]);
  const unwritten = runs.flat().find(({ threw }) => threw !== undefined && /^Error: \w+ is still to do$/.test(threw))?.threw;
  const askIn = (run: number) => {
    let next = 0;
    return (): Called => runs[run]?.[next++] ?? { effects: [], threw: "nothing, but did something else when the run was repeated: all that a node knows must be in its state" };
  };
  const outcomes = explore(script, most, askIn);
  const draw = (run: number): RunExcerpt => {
    const [picture, choices] = [new FlightPicture(script.gets.length + new Set(script.gets).size), [...outcomes[run]!.choices]];
    play(script, () => choices.shift()!, askIn(run), picture);
    return picture.excerpt();
  };
  return { outcomes, unwritten: unwritten && /Error: (\w+)/.exec(unwritten)![1], draw };
}

/** A case: all orders in which what is in its scripts can happen. Of those that fail, the shortest is told; its seed is its number among all of them. */
function orders(name: string, points: number, ...scripts: readonly Script[]): Case {
  const requests: Request[] = scripts.map((script) => ({ on: "rig", call: "record", args: [script, most] }));
  const allOf = (replies: readonly Reply[]) => scripts.map((script, index) => judged(script, replies[index]!));
  return {
    name,
    points,
    requests,
    judge(replies) {
      const all = allOf(replies);
      const runs = all.flatMap(({ outcomes, draw }) => outcomes.map((outcome, run) => ({ ...outcome, draw: () => draw(run) })));
      const failed = runs.flatMap(({ wrong, story, draw }, index) => (wrong === undefined ? [] : [{ wrong, story, draw, seed: index + 1 }]));
      if (failed.length === 0) return undefined;
      const unwritten = all.find((one) => one.unwritten !== undefined)?.unwritten;
      if (unwritten !== undefined) return { message: notWritten(`\`${unwritten}\``) };
      const { wrong, story, seed, draw } = failed.reduce((least, one) => (one.story.length < least.story.length ? one : least));
      return { message: `${listed(story)}. Then ${wrong}.`, seed, run: { ...draw(), events: story.length } };
    },
    withSeed: (seed) => ({
      requests,
      judge(replies) {
        const { wrong, story } = allOf(replies).flatMap(({ outcomes }) => outcomes)[seed - 1] ?? { story: [] };
        return { message: wrong === undefined ? "Nothing went wrong in this run." : `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}.`, transcript: story.join("\n"), seed };
      },
    }),
  };
}

/** The same case, and a second node beside the first. */
function ofItsOwn(one: Case): Case {
  return {
    ...one,
    requests: [...one.requests, { on: "rig", call: "twoNodes", args: [] }],
    judge(replies) {
      const second = (replies[1] as { value: Called[] }).value;
      const failure = one.judge(replies);
      if (failure !== undefined || second.every(({ effects }, call) => effects.every(({ does }) => does === "load") && effects.length === 1 - call)) return failure;
      return { message: "Two nodes, each with an `init()` of its own: what the one has loaded, or has begun to, changes what the other does. All that a node knows must be in its state." };
    },
  };
}

/** The same case, and many clients who miss a few keys at once, then ask again when all is there. */
function inACrowd(one: Case): Case {
  const { clients, keys } = crowd;
  return {
    ...one,
    requests: [...one.requests, { on: "rig", call: "manyClients", args: [] }],
    judge(replies) {
      const failure = one.judge(replies);
      if (failure !== undefined) return failure;
      const calls = (replies[1] as { value: Called[] }).value;
      const effects = calls.flatMap((called, index) => called.effects.map((effect) => ({ ...effect, index })));
      const answered = (client: number): string[] => effects.flatMap((effect) => (effect.does === "answer" && effect.client === client ? [effect.value] : []));
      const start = `${clients} clients ask for ${keys} keys, ${clients / keys} for each; all is loaded, and each of them asks again`;
      const threw = calls.find((called) => called.threw !== undefined)?.threw;
      if (threw !== undefined) return { message: `${start}: ${/asked for more than/.test(threw) ? "one load answers more than those who wait for its key" : `a handler threw ${threw}`}.` };
      const loads = effects.flatMap((effect) => (effect.does === "load" ? [effect] : []));
      const twice = loads.find(({ key }, index) => loads.findIndex((other) => other.key === key) < index);
      if (twice !== undefined) return { message: `${start}: "${twice.key}" is loaded twice. ${twice.index < clients ? "One load is enough, however many wait for it" : `It had come back with ${JSON.stringify(valueIn(twice.key))}, and was not evicted${valueIn(twice.key) === "" ? ": an empty text is a value" : ""}`}.` };
      for (let client = 1; client <= 2 * clients; client++) {
        const given = answered(client);
        const should = valueIn(keyOf(client));
        if (given.length !== 1 || given[0] !== should) return { message: `${start}: client ${client > clients ? `${client - clients}, the second time,` : client} gets ${given.length === 0 ? "no answer" : `${given.map((value) => JSON.stringify(value)).join(" and ")}`}, and should get ${JSON.stringify(should)} once.` };
      }
      return undefined;
    },
  };
}

/** What happened, as a sentence. */
const listed = (story: readonly string[]): string => story.map((line, index) => `(${index + 1}) ${line}`).join(" ");
