import { fileURLToPath } from "node:url";
import { inWords, type Reply, type Request } from "../../lib/course/grading/exchange.js";
import type { Effect, HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { SELF, settingOf, SIZE, type Site, type SiteMessage, type Sites, stage, type Step, STOPPED, wrongWith } from "./31-rumor.rig.js";
import { busiest, curve, lastWords } from "./31-rumor.shown.js";
import { type Case, type Failure, registerGrader } from "./grader.js";
import { judgeStage, type StageVerdict, transcriptOf } from "./judgeStage.js";
import type { RunCall } from "./stage.js";

/** Something that happens to the site, and what must be so afterwards: the end of "your node …", and why. */
type Event = Step & { readonly look?: readonly Look[] };
type Look = (call: HandlerCall | null, site: Site) => string | undefined;

const told: Step = { step: "told" };
const cycle: Step = { step: "cycle" };
const rumor = (from: number): Step => ({ step: "rumor", from });
const known = (from: number): Step => ({ step: "answer", from, news: false });
const news = (from: number): Step => ({ step: "answer", from, news: true });

registerGrader({
  exercise: "31-rumor",
  file: "spread.ts",
  exports: ["onInput", "onTimer", "onMessage"],
  rig: fileURLToPath(new URL("31-rumor.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(isIdle) ? notWritten("`onInput`, `onTimer` and `onMessage`") : undefined),
  cases: [
    talks("who hears the rumour spreads it", 2, [
      story("a client told it the rumour", { ...told, look: [knows, spreads(true)] }, { ...cycle, look: [tellsOne] }, news(2), { ...cycle, look: [tellsOne] }),
      story("another site told it the rumour", { ...rumor(7), look: [knows, spreads(true)] }, { ...cycle, look: [tellsOne] }),
    ]),
    talks("it answers whether that was news", 2, [
      story("nobody had told it before", { ...rumor(7), look: [answers(7, true)] }),
      story("it knew it already", rumor(7), { ...rumor(2), look: [answers(2, false), spreads(true)] }, { ...rumor(7), look: [answers(7, false)] }),
      story("a client had told it already", told, { ...rumor(2), look: [answers(2, false), spreads(true)] }),
      story("it knows the rumour, also if it spreads it no more", rumor(7), known(1), known(2), known(3), { ...rumor(2), look: [answers(2, false)] }),
    ]),
    chance("one other site a cycle, whichever chance will have", 3),
    talks("three in a row that knew it are enough", 3, [
      story("two had known it; it takes three", told, cycle, known(1), cycle, { ...known(2), look: [spreads(true)] }, { ...cycle, look: [tellsOne] }),
      story("three in a row had known it", told, cycle, known(1), cycle, known(2), cycle, { ...known(3), look: [spreads(false)] }),
      story("three in a row had known it, and it does not matter who had told it", rumor(7), cycle, known(7), cycle, known(2), cycle, { ...known(7), look: [spreads(false)] }),
    ]),
    talks("who needed it sets the count back", 3, [
      story("the one before had needed it: not three in a row knew it", told, cycle, known(1), cycle, known(2), cycle, news(3), cycle, { ...known(5), look: [spreads(true)] }, cycle, { ...known(6), look: [spreads(true)] }),
      story("three in a row had known it, whoever had needed it before", told, cycle, news(1), cycle, known(2), cycle, known(3), cycle, { ...known(5), look: [spreads(false)] }),
    ]),
    talks("silence proves nothing", 2, [
      story("nobody answered: the messages may all be lost", told, cycle, cycle, cycle, cycle, { ...cycle, look: [tellsOne, spreads(true)] }),
      story("two had known it, and the others did not answer", told, cycle, known(1), cycle, cycle, cycle, cycle, known(2), cycle, cycle, cycle, { ...cycle, look: [tellsOne, spreads(true)] }),
      story("three answers in a row said that it was known, and what lies between them was no answer", told, cycle, known(1), cycle, cycle, known(2), cycle, cycle, cycle, { ...known(3), look: [spreads(false)] }),
    ]),
    talks("who has stopped does not begin again", 2, [
      story("it had lost interest, and that is for good", { ...told, look: [spreads(true)] }, cycle, known(1), cycle, known(2), cycle, { ...known(3), look: [spreads(false)] }, { ...rumor(8), look: [spreads(false)] }),
      story("it had lost interest before that late answer came", { ...told, look: [spreads(true)] }, cycle, cycle, known(1), cycle, known(2), cycle, known(3), { ...news(5), look: [spreads(false)] }),
    ]),
    spreading("almost all hear of it, and it dies", 4, ["50 sites", "200 sites"], 4, { residue: 0.028, messages: 9.6 }),
    spreading("also where three messages in ten get lost", 4, ["120 sites, 0.3 lost"], 5, { residue: 0.015, messages: 15.5 }),
  ],
});

interface Story {
  readonly says: string;
  readonly events: readonly Event[];
}

function story(says: string, ...events: readonly Event[]): Story {
  return { says, events };
}

/** A case about one site, node 4 of 10, to which things happen one after the other. */
function talks(name: string, points: number, list: readonly Story[]): Case {
  return {
    name,
    points,
    requests: list.map(({ events }): Request => ({ on: "rig", call: "talk", args: [events.map(({ look: _, ...step }) => step)] })),
    judge(replies) {
      for (const [index, one] of list.entries()) {
        const message = wrongTalk(one, replies[index]!);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function wrongTalk({ says, events }: Story, reply: Reply): string | undefined {
  if (!("value" in reply)) return `A handler ${inWords(reply)}.`;
  const calls = reply.value as (HandlerCall | null)[];
  let site: Site = { knows: false, spreading: false, useless: 0 };
  for (const [index, { look = [] }] of events.entries()) {
    const call = calls[index]!;
    const before = `${capital(inOneLine(events.slice(0, index + 1)))}: `;
    const wrong = call && wrongWith(call, SIZE);
    if (wrong) return `${before}your handler ${wrong}.`;
    if (call) site = call.state as Site;
    for (const one of look) {
      const fault = one(call, site);
      if (fault !== undefined) return `${before}your node ${fault}, although ${says}.`;
    }
  }
  return undefined;
}

/** What happened, cycles without an event between them together. */
function inOneLine(steps: readonly Step[]): string {
  const told: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.step === "cycle" && steps[index + 1]?.step === "cycle") continue;
    const cycles = step.step === "cycle" ? index - steps.slice(0, index).findLastIndex((one) => one.step !== "cycle") : 0;
    told.push(cycles > 1 ? `${cycles} cycles begin` : inShort(step));
  }
  return told.join(", ");
}

function inShort(step: Step): string {
  if (step.step === "told") return "a client tells it the rumour";
  if (step.step === "cycle") return "a cycle begins";
  return step.step === "rumor" ? `node ${step.from} tells it the rumour` : `node ${step.from} answers that it ${step.news ? "was news" : "had known it"}`;
}

type Sent = Extract<Effect, { type: "send" }> & { readonly message: SiteMessage };

function sentIn(call: HandlerCall | null): Sent[] {
  return (call?.effects ?? []) as Sent[];
}

function knows(_call: HandlerCall | null, site: Site): string | undefined {
  return site.knows ? undefined : "has state.knows at false";
}

function spreads(wanted: boolean): Look {
  return (_call, site) => (site.spreading === wanted ? undefined : wanted ? "does not spread it" : "still spreads it");
}

function tellsOne(call: HandlerCall | null): string | undefined {
  if (call === null) return "has stopped spreading it";
  const sent = sentIn(call);
  if (sent.some(({ message }) => message.type !== "Rumor")) return "sends an answer, and nobody has told it anything";
  if (sent.length !== 1) return sent.length === 0 ? "tells nobody" : `tells ${sent.length} sites in one cycle, and one is enough`;
  return sent[0]!.to === SELF ? "tells the rumour to itself" : undefined;
}

function answers(to: number, wanted: boolean): Look {
  return (call) => {
    const sent = sentIn(call);
    if (sent.length === 0) return "does not answer";
    if (sent.length > 1) return `sends ${sent.length} messages instead of one answer`;
    const { message } = sent[0]!;
    if (message.type !== "Answer") return "passes the rumour on at once instead of answering";
    if (sent[0]!.to !== to) return `sends its answer to node ${sent[0]!.to} instead of node ${to}`;
    return message.news === wanted ? undefined : `answers that it ${message.news ? "was news" : "had known it"}`;
  };
}

/** How far the count of one site may be from what is expected in 1,600 cycles: 4.5 standard deviations. Whoever is drawn half as often is 78 off. */
const CHANCE = 56;

/** Whom it tells: all others, each about as often as the next, itself never; and by the context's own chance. */
function chance(name: string, points: number): Case {
  const nodes = [SELF, 0, SIZE - 1];
  const cycles = 1600;
  const steps = [told, ...Array.from({ length: cycles }, () => [cycle, news(1)]).flat()];
  return {
    name,
    points,
    requests: nodes.map((self): Request => ({ on: "rig", call: "talkTwice", args: [steps, self] })),
    judge(replies) {
      for (const [index, self] of nodes.entries()) {
        const reply = replies[index]!;
        if (!("value" in reply)) return { message: `A handler ${inWords(reply)}.` };
        const message = wrongChance(reply.value as (HandlerCall | null)[][], self, cycles);
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function wrongChance([first, again]: (HandlerCall | null)[][], self: number, cycles: number): string | undefined {
  for (const call of first!) {
    const wrong = call && wrongWith(call, SIZE);
    if (wrong) return `Your handler ${wrong}.`;
  }
  const calls = first!.filter((_, index) => index % 2 === 1);
  const silent = calls.find((call) => sentIn(call).length !== 1);
  if (silent !== undefined) return `In a cycle your node told ${silent === null ? "nobody any more" : `${sentIn(silent).length} others`}, although all that it had told before had needed it; expected one.`;
  const targets = calls.map((call) => sentIn(call)[0]!.to);
  if (targets.includes(self)) return `Your node ${self} of ${SIZE} told the rumour to itself, in ${targets.filter((to) => to === self).length} of ${cycles} cycles.`;
  const counts = Array.from({ length: SIZE }, (_, node) => targets.filter((to) => to === node).length);
  const never = counts.findIndex((count, node) => node !== self && count === 0);
  if (never >= 0) return `In ${cycles} cycles your node ${self} of ${SIZE} never told node ${never}: every other site must have its chance.`;
  const odd = counts.findIndex((count, node) => node !== self && Math.abs(count - cycles / (SIZE - 1)) > CHANCE);
  if (odd >= 0) return `In ${cycles} cycles your node ${self} of ${SIZE} told node ${odd} ${counts[odd]} times, where ${Math.round(cycles / (SIZE - 1))} are to be expected: all others must be equally likely.`;
  const others = again!.filter((_, index) => index % 2 === 1).map((call) => sentIn(call)[0]?.to);
  if (others.join() !== targets.join()) return "With the same chance your node told others in the same situation: draw from `context.random()`, or no run can be repeated.";
  return calls.every((call) => call!.draws === 0) ? "Your node chooses without `context.random()`: two sites that know the same order walk behind each other, and tell each other's neighbours what they know." : undefined;
}

interface Bounds {
  /** Share of sites that may never hear of it, on average. */
  readonly residue: number;
  /** Rumours and answers together, for each site, on average. */
  readonly messages: number;
}

interface Outcome {
  readonly seed: number;
  readonly size: number;
  readonly verdict: StageVerdict<Sites>;
  /** Sites that never heard of it. */
  readonly missed: number;
  readonly sent: number;
}

/** A case of whole runs: what must not happen in any, and what may not be too much in all together. */
function spreading(name: string, points: number, kinds: readonly string[], count: number, { residue, messages }: Bounds): Case {
  const trials = kinds.flatMap((kind, group) => Array.from({ length: count }, (_, index) => ({ kind, seed: group * count + index + 1 })));
  const request = ({ kind, seed }: (typeof trials)[number]): Request => ({ on: "rig", call: "run", args: [kind, seed] });
  const outcome = ({ kind, seed }: (typeof trials)[number], reply: Reply, trace?: boolean): Outcome => {
    const calls = (reply as { value: RunCall[] }).value;
    const verdict = judgeStage(stage, calls, kind, seed, trace);
    const { nodes } = verdict.cluster;
    return { seed, size: settingOf(kind).size, verdict, missed: nodes.filter(({ state }) => !state.site.knows).length, sent: calls.reduce((sum, { effects }) => sum + effects.length, 0) };
  };
  /** With a picture of what one site was told, and told. */
  const drawn = (failure: Failure, reply: Reply, chosen: (verdict: StageVerdict<Sites>) => number | undefined): Failure => {
    const { verdict } = outcome(trials[failure.seed! - 1]!, reply, true);
    const site = chosen(verdict) ?? busiest(verdict);
    return { ...failure, run: { ...lastWords(verdict, site), events: verdict.cluster.events } };
  };
  return {
    name,
    points,
    requests: trials.map(request),
    judge(replies) {
      const outcomes = trials.map((one, index) => outcome(one, replies[index]!));
      const failed = outcomes.filter(({ verdict }) => verdict.message !== undefined);
      if (failed.length > 0) {
        const { seed, verdict } = failed.reduce((shortest, one) => (one.verdict.cluster.events < shortest.verdict.cluster.events ? one : shortest));
        return drawn({ message: verdict.message!, seed }, replies[seed - 1]!, ({ witnesses }) => witnesses.at(-1)?.node);
      }
      const failure = tooMuch(outcomes, { residue, messages });
      return failure?.seed === undefined ? failure : drawn(failure, replies[failure.seed - 1]!, busiest);
    },
    withSeed(seed) {
      const chosen = trials[seed - 1] ?? trials[0]!;
      return {
        requests: [request(chosen)],
        judge([reply]) {
          const { verdict, missed, sent, size } = outcome(chosen, reply!, true);
          return { message: verdict.message ?? `In this run ${missed} of ${size} sites never heard of the rumour, and ${sent} messages were sent.`, transcript: `${transcriptOf(verdict)}\n\n${curve(verdict, size)}`, seed };
        },
      };
    },
  };
}

function tooMuch(outcomes: readonly Outcome[], { residue, messages }: Bounds): Failure | undefined {
  const sites = outcomes.reduce((sum, { size }) => sum + size, 0);
  const missed = outcomes.reduce((sum, one) => sum + one.missed, 0) / sites;
  const sent = outcomes.reduce((sum, one) => sum + one.sent, 0) / sites;
  const worst = (measure: (one: Outcome) => number) => outcomes.reduce((most, one) => (measure(one) > measure(most) ? one : most));
  if (missed > residue) {
    const { seed, size, missed: most } = worst((one) => one.missed / one.size);
    return { message: `In ${outcomes.length} runs ${percent(missed)} of the sites never heard of the rumour before it died, and at most ${percent(residue)} may; in the run with this seed ${most} of ${size} did not. Sites stop too early, or do not tell whom they should.`, seed };
  }
  if (sent > messages) {
    const { seed, size, sent: most } = worst((one) => one.sent / one.size);
    return { message: `In ${outcomes.length} runs ${sent.toFixed(1)} messages a site were sent, rumours and answers, and at most ${messages} may be; in the run with this seed ${(most / size).toFixed(1)} were. Sites go on after they have learnt that there is nothing left to tell.`, seed };
  }
  // Where nothing happens nothing goes wrong.
  return outcomes.some(({ verdict }) => verdict.reached.has(STOPPED)) ? undefined : { message: `In ${outcomes.length} runs no site ever lost interest, so they say nothing.` };
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether an answer did nothing wrong, but nothing else either: as the skeleton. */
function isIdle(reply: Reply): boolean {
  if (!("value" in reply)) return false;
  const calls = [reply.value].flat(2) as (HandlerCall | RunCall | null)[];
  return calls.every((call) => call === null || (call.failed === undefined && call.effects.length === 0 && !("state" in call && (call.state as Site).knows)));
}
