import { callHandler, carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Declaration, Invariant } from "../../lib/promises.js";
import type { Context, NodeId, Protocol } from "../../lib/protocol.js";
import { createRandom, type Random } from "../../lib/random.js";
import { record, type RunCall, type Stage, wrongEffect } from "./stage.js";

/** What the answer sees of a node. */
export interface Site {
  knows: boolean;
  spreading: boolean;
  useless: number;
}

export type SiteMessage = { readonly type: "Rumor" } | { readonly type: "Answer"; readonly news: boolean };

/** The answer's protocol. */
interface Spread {
  State: Site;
  Message: SiteMessage;
  Timer: "cycle";
  Input: { readonly type: "tell" };
}

/** The answer: what the learner exports. */
export interface Answer {
  onInput(state: Site, input: Spread["Input"], context: Context<Spread>): unknown;
  onTimer(state: Site, timer: "cycle", context: Context<Spread>): unknown;
  onMessage(state: Site, from: NodeId, message: SiteMessage, context: Context<Spread>): unknown;
}

/** A node in a run: the answer's part, and the engine's. */
export interface Sites {
  State: { site: Site; timed: boolean };
  Message: SiteMessage;
  Timer: "cycle";
  Input: { readonly type: "tell" };
}

/** ms. */
const PERIOD = 100;

const fresh = (): Site => ({ knows: false, spreading: false, useless: 0 });

/** A client tells one site. A kind of run is a cluster, written as "50 sites" or "50 sites, 0.3 lost". */
export const stage: Stage<Sites, Answer> = {
  declaration: (kind) => declaration(settingOf(kind)),
  run(kind, seed) {
    const { size, loss } = settingOf(kind);
    return { seed, size, latency: "uniform:1,10", loss, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, schedule: [{ at: 10, command: { type: "input", node: seed % size, input: { type: "tell" } } }], calmAt: CYCLES * PERIOD, clients: 0, operations: 0 };
  },
  protocol(ask): Protocol<Sites> {
    function act(state: Sites["State"], moment: string, context: Context<Sites>, use: (answer: Answer, own: Site, recorder: Context<Spread>) => unknown): void {
      const call = ask({ part: state.site, moment, context, use: (answer, own: Site, recorder) => use(answer, own, recorder as unknown as Context<Spread>) });
      carryOut<Sites>({ ...call, state: {} }, {} as Sites["State"], context);
      state.site = call.state as Site;
      // A site's cycles begin at some moment of its own.
      if (state.site.spreading && !state.timed) context.setTimer("cycle", moment === CYCLE ? PERIOD : PERIOD * context.random());
      state.timed ||= state.site.spreading;
    }
    return {
      init: () => ({ site: fresh(), timed: false }),
      onInput: (state, input, context) => act(state, "a client told it the rumour", context, (answer, own, recorder) => answer.onInput(own, input, recorder)),
      onTimer(state, timer, context) {
        state.timed = false;
        if (state.site.spreading) act(state, CYCLE, context, (answer, own, recorder) => answer.onTimer(own, timer, recorder));
      },
      onMessage: (state, from, message, context) => act(state, message.type === "Rumor" ? `node ${from} told it the rumour` : `node ${from} answered that it ${message.news ? "was news" : "had known it"}`, context, (answer, own, recorder) => answer.onMessage(own, from, message, recorder)),
    };
  },
  wrongWith: (call, _before, size) => wrongWith(call, size),
  reword: (message) => message.replace(/, \d+ ms after the last fault$/, `, after ${CYCLES} cycles`),
};

const CYCLE = "a cycle began";

/** In so many cycles every rumour that stops has stopped: among 200 sites after about 17, and after 35 where messages are lost. */
export const CYCLES = 60;

/** Rumours a site, on average, at which a run ends: far beyond what may be sent, and few enough to be recorded. */
const avalanche = (loss: number): number => (loss > 0 ? 12 : 8);

/** What a cluster is like, read from its kind. */
export function settingOf(kind: string): { readonly size: number; readonly loss: number } {
  const [, size, loss = "0"] = /^(\d+) sites(?:, (0\.\d+) lost)?$/.exec(kind)!;
  return { size: Number(size), loss: Number(loss) };
}

function declaration({ size, loss }: ReturnType<typeof settingOf>): Declaration<Sites> {
  return {
    name: "rumor",
    summary: "a rumour that stops",
    source: "Demers et al. 1987, §1.4",
    engine: () => ({ init: () => ({ site: fresh(), timed: false }), onMessage() {} }),
    tolerates: [],
    sizes: [size],
    invariants: [staysStopped, noAvalanche(size, avalanche(loss))],
    reachables: [{ name: STOPPED, afterStep: ({ state }) => state.site.knows && !state.site.spreading }],
    progress: [
      {
        name: "a rumour stops",
        source: "Demers et al. 1987, §1.4",
        missing(nodes) {
          const all = nodes.filter(({ state }) => state.site.spreading);
          return all.length === 0 ? undefined : `${all.length} of ${nodes.length} nodes still spread it, such as node ${all[0]!.id}`;
        },
      },
    ],
    calm: 1,
  };
}

/** What must be reached. */
export const STOPPED = "a site that has lost interest";

const staysStopped: Invariant<Sites> = {
  name: "whoever has lost interest does not begin again",
  source: "Demers et al. 1987, §1.4",
  afterStep({ id, state: { site } }, facts) {
    if (site.knows && !site.spreading) facts.agree("stopped", id, "yes");
    facts.must(!site.spreading || facts.known("stopped", id) === undefined, () => `node ${id} had stopped spreading the rumour, and spreads it again; so a rumour never dies`);
  },
};

const noAvalanche = (size: number, most: number): Invariant<Sites> => ({
  name: "a rumour stops",
  source: "Demers et al. 1987, §1.4",
  onSend(_from, _to, message, facts) {
    if (message.type !== "Rumor") return;
    const sent = Number(facts.known("rumours", "all") ?? 0) + 1;
    facts.rises("rumours", "all", sent);
    facts.must(sent <= most * size, () => `it was told ${sent} times among ${size} nodes, and no end is in sight`);
  },
});

/** What makes a call unfit to be carried out. */
export function wrongWith(call: HandlerCall, size: number): string | undefined {
  if (call.failed !== undefined) return call.failed;
  const site = call.state as Partial<Record<keyof Site, unknown>>;
  for (const field of ["knows", "spreading"] as const) if (typeof site[field] !== "boolean") return `left state.${field} as ${JSON.stringify(site[field])}, which is neither true nor false`;
  if (typeof site.useless !== "number") return `left state.useless as ${JSON.stringify(site.useless)}, which is no number`;
  const wrong = wrongEffect(call.effects, size, ["send"]);
  if (wrong !== undefined) return wrong;
  for (const effect of call.effects) if (effect.type === "send" && !isMessage(effect.message)) return `sent ${JSON.stringify(effect.message)}, which is neither { type: "Rumor" } nor { type: "Answer", news }`;
  return undefined;
}

function isMessage(value: unknown): value is SiteMessage {
  const { type, news } = value as { readonly type?: unknown; readonly news?: unknown };
  return type === "Rumor" || (type === "Answer" && typeof news === "boolean");
}

/** Something that happens to a site. */
export type Step = { readonly step: "told" } | { readonly step: "cycle" } | { readonly step: "rumor"; readonly from: NodeId } | { readonly step: "answer"; readonly from: NodeId; readonly news: boolean };

/** Who is asked when the answer is asked alone. */
export const SELF = 4;
export const SIZE = 10;

/** Lets things happen to one site, node 4 of 10, one after the other; what its handlers did. A cycle is only for a site that spreads: null where it does not. */
export function talk(answer: Answer, steps: readonly Step[], seed = 1, self: NodeId = SELF): (HandlerCall | null)[] {
  let site = fresh();
  const random = createRandom(seed);
  return steps.map((step) => {
    if (step.step === "cycle" && !site.spreading) return null;
    const call = once(answer, site, step, self, random);
    if (call.failed === undefined) site = call.state as Site;
    return call;
  });
}

function once(answer: Answer, site: Site, step: Step, self: NodeId, random: Random): HandlerCall {
  const context = { self, size: SIZE, now: 1000, random };
  return callHandler<Spread>(context, site, (own, recorder) => {
    if (step.step === "told") return answer.onInput(own, { type: "tell" }, recorder);
    if (step.step === "cycle") return answer.onTimer(own, "cycle", recorder);
    return answer.onMessage(own, step.from, step.step === "rumor" ? { type: "Rumor" } : { type: "Answer", news: step.news }, recorder);
  });
}

/** The same twice, with the same chance. */
export const talkTwice = (answer: Answer, steps: readonly Step[], self: NodeId): (HandlerCall | null)[][] => [talk(answer, steps, 7, self), talk(answer, steps, 7, self)];

const recordRun = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);
export { recordRun as run };
