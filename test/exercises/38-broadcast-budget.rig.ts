import type { HostileRun } from "../../lib/check/hostileRun.js";
import { callHandler, carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { isSameJson } from "../../lib/course/grading/jsonCopy.js";
import type { Declaration, Invariant, NodeView } from "../../lib/promises.js";
import type { Context, NodeId, Protocol, TimerKey, Types } from "../../lib/protocol.js";
import { deriveRandom } from "../../lib/random.js";
import { changed } from "./change.js";
import { isNode, mostCalls, record, type RunCall, type Stage } from "./stage.js";

/** The answer: what the learner exports. */
export interface Answer {
  broadcast(): unknown;
}

/** The learner's protocol; of its types only inputs and outputs are known here. */
interface Learned extends Types {
  State: object;
  Timer: TimerKey;
  Input: number;
  Output: number;
}

/** A node on which the answer runs: its own state, and what we know of it. */
export interface Broadcast {
  State: {
    own: object;
    /** Values that clients have given to this node; all that have reached it; all that it has told. */
    given: number[];
    heard: Record<number, true>;
    told: Record<number, true>;
  };
  Message: unknown;
  Timer: TimerKey;
  Input: number;
  Output: number;
}

/** A cluster in which every handler of every node is the answer's. */
export const stage: Stage<Broadcast, Protocol<Learned>> = {
  declaration,
  run,
  protocol(ask) {
    const handle = (state: Broadcast["State"], moment: string, context: Context<Broadcast>, use: (protocol: Protocol<Learned>, own: object, recorder: Context<Learned>) => unknown): void => {
      const before = state.own;
      const call = ask({
        part: before,
        moment,
        context,
        use(protocol, own: object, recorder) {
          const call = (asked: Protocol<Learned>, its: object, noting: Context<Types>): unknown => {
            const returned = use(asked, its, noting as unknown as Context<Learned>);
            mustBePlain(its);
            return returned;
          };
          // Nobody changes what stood there before: the answer works on a copy, which then takes its place.
          memory?.push({ self: context.self, now: context.now, part: before, call });
          return call(protocol, own, recorder as unknown as Context<Types>);
        },
      });
      state.own = call.state as object;
      carryOut<Types>({ ...call, state: {} }, {}, told(state, context));
    };
    return {
      init: () => ({ own: {}, given: [], heard: {}, told: {} }),
      onStart(state, context) {
        handle(state, "it started", context, (protocol, own, recorder) => {
          Object.assign(own, protocol.init(context.self, context.size));
          return protocol.onStart?.(own, recorder);
        });
      },
      onInput(state, value, context) {
        state.given.push(value);
        state.heard[value] = true;
        handle(state, `a client gave it the value ${value}`, context, (protocol, own, recorder) => protocol.onInput?.(own, value, recorder));
      },
      onMessage(state, from, message, context) {
        for (const value of valuesIn(message)) state.heard[value] = true;
        handle(state, `a message from node ${from} arrived`, context, (protocol, own, recorder) => protocol.onMessage(own, from, message, recorder));
      },
      onTimer(state, timer, context) {
        handle(state, `its timer ${JSON.stringify(timer)} fired`, context, (protocol, own, recorder) => protocol.onTimer?.(own, timer, recorder));
      },
    };
  },
  wrongWith,
};

/** What a recorded call is carried out on: the node's context, with a note of what the node tells. */
function told(state: Broadcast["State"], context: Context<Broadcast>): Context<Types> {
  const noting: Pick<Context<Broadcast>, "send" | "setTimer" | "cancelTimer" | "output"> = {
    send: (to, message) => context.send(to, message),
    setTimer: (timer, delay) => context.setTimer(timer, delay),
    cancelTimer: (timer) => context.cancelTimer(timer),
    output(value) {
      context.output(value);
      state.told[value] = true;
    },
  };
  return noting as unknown as Context<Types>;
}

/** All values in a message. They are so large that nothing else in a message looks like one, whatever form they have there. */
export const valuesIn = (message: unknown): number[] => (JSON.stringify(message)?.match(/\d{7,}/g) ?? []).map(Number);

/** Whoever keeps a Set in its state finds an empty object there the next time: better to say so at once. */
function mustBePlain(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > 4) return;
  if (value instanceof Set || value instanceof Map) throw new Error(`the state holds a ${value instanceof Set ? "Set" : "Map"}, which is no plain data: take a list or an object`);
  for (const part of Array.isArray(value) ? value.slice(0, 30) : Object.values(value).slice(0, 30)) mustBePlain(part, depth + 1);
}

/** What makes a call unfit to be carried out. */
function wrongWith({ failed, effects }: HandlerCall, _part: object, size: number): string | undefined {
  if (failed !== undefined) return failed;
  for (const effect of effects) {
    if (effect.type === "send" && !isNode(effect.to, size)) return `sent a message to ${JSON.stringify(effect.to)}, which is no node`;
    if (effect.type === "send" && (effect.message === undefined || effect.message === null)) return "sent a message without content";
    if (effect.type === "setTimer" && !(typeof effect.delay === "number" && effect.delay >= 1 && effect.delay < 1e6)) return `set a timer to fire in ${JSON.stringify(effect.delay)} ms; here it takes 1 ms at least`;
    if ((effect.type === "setTimer" || effect.type === "cancelTimer") && typeof effect.timer !== "string" && (typeof effect.timer !== "object" || effect.timer === null)) return `named a timer ${JSON.stringify(effect.timer)}`;
    if (effect.type === "output" && !Number.isInteger(effect.output)) return `told its client ${JSON.stringify(effect.output)}, which is no value`;
    if (!["send", "setTimer", "cancelTimer", "output"].includes(effect.type)) return `called context.${effect.type}: nothing crashes here, and no disk is needed`;
  }
  return undefined;
}

/** What every run is judged by. */
const invariants: readonly Invariant<Broadcast>[] = [
  {
    name: "a node tells each value once",
    source: "the exercise",
    onOutput({ id }, value, facts) {
      facts.must(facts.known("told", `${id} ${value}`) === undefined, () => `node ${id} told ${value} before`);
      facts.agree("told", `${id} ${value}`, value);
    },
  },
  {
    name: "a node tells only what a client gave it or a message brought it",
    source: "the exercise",
    onOutput: ({ id, state }, value, facts) => facts.must(state.heard[value] === true, () => `nothing that reached node ${id} has the value ${value} in it`),
  },
];

/** The same for all kinds of runs. Who takes a long way may take it: that is the business of the budgets. */
function declaration(): Declaration<Broadcast> {
  return {
    name: "broadcast",
    summary: "the answer",
    source: "the exercise",
    engine: () => {
      throw new Error("the answer is the engine");
    },
    tolerates: [],
    sizes: [],
    invariants,
    reachables: [],
    progress: [{ name: "every node tells every value", source: "the exercise", missing: lacking }],
    calm: 8000,
  };
}

function lacking(nodes: readonly NodeView<Broadcast>[]): string | undefined {
  const given = nodes.flatMap(({ state }) => state.given);
  for (const { id, state } of nodes) {
    const missing = given.filter((value) => state.told[value] === undefined);
    if (missing.length > 0) return `node ${id} has not told ${missing[0]}${missing.length > 1 ? ` and ${missing.length - 1} more` : ""}${given.length > 1 ? ` of the ${given.length} values` : ""}`;
  }
  return undefined;
}

/** How many nodes runs of a kind have, by seed. `small`: nothing fails; `late`: messages are late, overtaken and repeated; `divided`: a partition that heals; `busy`: 25 nodes, 50 values a second; `settled`: a partition while many values and confirmations are on their way, and a long time after it. */
const sizes: Readonly<Record<string, readonly number[]>> = { small: [1, 2, 3, 5, 9, 14], many: [25], late: [5, 9], divided: [4, 9, 9, 25], busy: [25], settled: [9] };

/** The run of a kind and a seed, counted from 1. */
function run(kind: string, seed: number): HostileRun<Broadcast> {
  const size = sizes[kind]![(seed - 1) % sizes[kind]!.length]!;
  const random = deriveRandom(seed, 400 + kind.length);
  const values = kind === "busy" ? busyValues : kind === "settled" ? 16 : kind === "many" ? 3 : kind === "divided" && size > 9 ? 2 : 5;
  const apart = kind === "busy" ? 20 : 90;
  const schedule: HostileRun<Broadcast>["schedule"][number][] = Array.from({ length: values }, (_, index) => ({ at: 300 + apart * index, command: { type: "input", node: Math.floor(size * random()), input: valueOf(index, random()) } }));
  const last = schedule.at(-1)!.at;
  if (kind === "divided") {
    // Some values are on their way when it begins; some are given on either side.
    const group = Array.from({ length: size }, (_, node) => node).filter((node) => node === 0 || random() < 0.5);
    schedule.push({ at: 300 + 90 * random(), command: { type: "partition", groups: [group.length < size ? group : [0]] } }, { at: last + [500, 2000, 4000][seed % 3]!, command: { type: "heal" } });
    schedule.sort((one, two) => one.at - two.at);
  }
  if (kind === "settled") {
    const group = Array.from({ length: size }, (_, node) => node).filter((node) => node % 2 === seed % 2);
    schedule.push({ at: 300 + apart * 6 + 40 * random(), command: { type: "partition", groups: [group] } }, { at: healedAt, command: { type: "heal" } });
    schedule.sort((one, two) => one.at - two.at);
  }
  const latency = kind === "late" ? "uniform:20,300" : kind === "small" ? "uniform:1,10" : "constant:100";
  const chance = kind === "late" ? 0.3 : 0;
  return { ...plain, seed, size, latency, duplication: chance, reordering: chance, schedule, calmAt: kind === "settled" ? healedAt + settling + 2500 : last + (kind === "busy" ? 1500 : kind === "divided" ? 4200 : 600) };
}

const plain = { loss: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, clients: 0, operations: 0 };

/** When the partition of a settled run ends, and how long after it nothing is left to be sent again, ms. */
export const [healedAt, settling] = [2200, 6000];

/** Values in a busy run. */
export const busyValues = 60;

/** All different, and of seven digits or more. */
const valueOf = (index: number, random: number): number => 10_000_000 + 1_000_000 * index + Math.floor(1_000_000 * random);

/** What a handler was asked in the run that is being recorded. */
interface Asked {
  readonly self: NodeId;
  /** Its clock, ms. */
  readonly now: number;
  /** Its state before. */
  readonly part: object;
  call(protocol: Protocol<Learned>, part: object, context: Context<Types>): unknown;
}
let memory: Asked[] | undefined;

/** Runs the answer's protocol, and records each call of it. */
function recordRun(answer: Answer, kind: string, seed: number): RunCall[] {
  const made = (): Protocol<Learned> => {
    const protocol = answer.broadcast() as Protocol<Learned> | null;
    if (typeof protocol?.init !== "function" || typeof protocol.onMessage !== "function") throw new Error("broadcast() must return a protocol: an object with the functions init and onMessage, and others");
    return protocol;
  };
  memory = [];
  const calls = record(stage, made(), kind, seed);
  const asked = memory;
  memory = undefined;
  return calls.length > mostCalls ? calls : markForgetful(calls, asked, made(), run(kind, seed));
}
export { recordRun as run };

/**
 * Asks everything once more, with the same states, but one node after the other. Who does something else then knows it from
 * elsewhere, as nodes that share a variable do, or leaves it to a chance that cannot be repeated.
 */
function markForgetful(calls: RunCall[], asked: readonly Asked[], protocol: Protocol<Learned>, { seed, size }: HostileRun<Broadcast>): RunCall[] {
  const nodes = Array.from({ length: size }, (_, self) => ({ self, random: deriveRandom(seed, self), turns: [] as number[] }));
  for (const [index, { self }] of asked.entries()) nodes[self]!.turns.push(index);
  for (const { self, random, turns } of nodes) {
    for (const index of turns) {
      const [one, call] = [asked[index]!, calls[index]];
      if (call === undefined) continue;
      const again = callHandler<Types>({ self, size, now: one.now, random }, one.part, (own, recorder) => one.call(protocol, own, recorder));
      if (call.failed === undefined && !(isSameJson(again.effects, call.effects) && isSameJson(again.state, changed(one.part, call.change)))) calls[index] = { ...call, failed: FORGETFUL };
    }
  }
  return calls;
}

const FORGETFUL = "did something else when it was asked the same once more: all that a node knows must be in its state, and what is left to chance comes from context.random()";
