import type { Context, NodeId, Protocol } from "../../protocol.js";
import { backUp } from "./backUp.js";
import { compareTimestamps, expire, type Item, take } from "./deathCertificates.js";
import { losesInterest } from "./interest.js";
import { hotRumors, learn, noteNew, peer, persist } from "./replica.js";
import { completeRules } from "./rumorRules.js";
import type { Rumor, RumorMessage, RumorMongering, RumorOptions, RumorState, Verdict } from "./types.js";

/**
 * Rumour mongering (Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987, §1.4), with direct
 * mail (§1.2), anti-entropy as its back-up (§1.5) and death certificates (§2). Every site keeps a copy of a database. What
 * a client writes at one of them is a hot rumour there: once a cycle a site calls another, drawn at random, and hands
 * over what is hot, asks for what is hot there, or both. Whoever learns something spreads it, from its next cycle on,
 * until it has found often enough that others know it already. Throws a `RangeError` for options out of range.
 */
export function rumorMongering(options: RumorOptions = {}): Protocol<RumorMongering> {
  const rules = completeRules(options);
  const { variant, mode, useful, connectionLimit } = rules;
  const { period = 100, startWithin = period, directMail = false, antiEntropy, retention = 2 } = options;
  const { certificates = { active: 10_000, dormant: 30 * 86_400_000 } } = options;
  for (const ms of [period, antiEntropy?.period ?? period]) if (!(ms > 0 && ms < Infinity)) throw new RangeError(`expected a period above 0 ms, not ${ms}`);
  if (!(startWithin >= 0 && startWithin < Infinity)) throw new RangeError(`expected a time from 0 ms, not ${startWithin}`);
  if (!(certificates.active >= 0 && certificates.dormant >= 0)) throw new RangeError(`expected times from 0 ms, not ${certificates.active} and ${certificates.dormant}`);
  if (!(Number.isInteger(retention) && retention >= 1)) throw new RangeError(`expected 1 retention site or more, not ${retention}`);
  const comparing = antiEntropy && backUp(antiEntropy);

  /** One cycle ends, the next begins. */
  function onCycle(state: RumorState, context: Context<RumorMongering>): void {
    loseInterest(state, context);
    for (const rumor of Object.values(state.hot)) Object.assign(rumor, { fresh: false, useful: 0, useless: 0 });
    state.cycle++;
    state.learnt = [];
    state.connections = 0;
    state.hunts = rules.hunts;
    call(state, context);
    context.setTimer("cycle", period);
  }

  function loseInterest(state: RumorState, context: Context<RumorMongering>): void {
    let changed = expire(state, context.self, certificates, context.now);
    for (const [key, rumor] of Object.entries(state.hot)) {
      const item = state.items[key];
      if (item && (rumor.fresh || !losesInterest(rumor, rules, () => context.random()))) continue;
      delete state.hot[key];
      changed = true;
      if (item) context.output({ type: "lost interest", key, timestamp: item.timestamp });
    }
    if (changed) persist(state, context);
  }

  function call(state: RumorState, context: Context<RumorMongering>): void {
    if (context.size < 2) return;
    const rumors = variant === "pull" ? [] : hotRumors(state);
    const pull = variant !== "push";
    if (rumors.length > 0 || pull) context.send(peer(context), { type: "Call", cycle: state.cycle, rumors, pull });
  }

  function onCall(state: RumorState, from: NodeId, message: Call, context: Context<RumorMongering>): void {
    if (state.connections >= connectionLimit) return context.send(from, { type: "Busy", cycle: message.cycle });
    state.connections++;
    const rumors = message.pull ? hotRumors(state) : [];
    const verdicts = judge(state, message.rumors, context);
    if (rumors.length > 0 || verdicts.length > 0) context.send(from, { type: "Answer", cycle: message.cycle, own: state.cycle, verdicts, rumors });
  }

  function onAnswer(state: RumorState, from: NodeId, { cycle, own, verdicts, rumors }: Answer, context: Context<RumorMongering>): void {
    heed(state, cycle, verdicts);
    const given = judge(state, rumors, context);
    if (given.length > 0) context.send(from, { type: "Feedback", cycle: own, verdicts: given });
  }

  /** Refused: hunts for another site, within the same cycle. */
  function onBusy(state: RumorState, cycle: number, context: Context<RumorMongering>): void {
    if (cycle !== state.cycle || state.hunts === 0) return;
    state.hunts--;
    call(state, context);
  }

  /** Takes rumours, and says of each whether it was needed: to those who are blind nothing. */
  function judge(state: RumorState, rumors: readonly Rumor[], context: Context<RumorMongering>): Verdict[] {
    const before = [...state.learnt];
    const were = learn(state, rumors, true, context);
    if (mode === "blind" && rules.count === "cycle") return [];
    return rumors.map(({ key, item: { timestamp } }, i) => {
      const same = state.items[key] !== undefined && compareTimestamps(state.items[key]!.timestamp, timestamp) === 0;
      return { key, timestamp, needed: were[i]! || (useful === "start" && same && before.includes(key)) };
    });
  }

  /** What comes late is of a cycle that has been counted already. */
  function heed(state: RumorState, cycle: number, verdicts: readonly Verdict[]): void {
    if (cycle !== state.cycle) return;
    for (const { key, timestamp, needed } of verdicts) {
      const rumor = state.hot[key];
      const item = state.items[key];
      if (!rumor || rumor.fresh || !item || compareTimestamps(item.timestamp, timestamp) !== 0) continue;
      if (needed) rumor.useful++;
      else rumor.useless++;
    }
  }

  function onWrite(state: RumorState, key: string, value: string | number | null, context: Context<RumorMongering>): void {
    // Newer than all that this site has seen, whatever its clock says.
    const time = Math.max(Math.floor(context.now), state.latest + 1);
    const timestamp = { time, node: context.self };
    const item: Item = value === null ? { timestamp, value, activated: context.now, retention: retentionSites(context) } : { timestamp, value };
    state.latest = time;
    take(state, key, item, context.now);
    context.output({ type: "wrote", key, item });
    noteNew(state, key, true, context);
    persist(state, context);
    if (directMail) for (let node = 0; node < context.size; node++) if (node !== context.self) context.send(node, { type: "Mail", rumors: [{ key, item }] });
  }

  function retentionSites(context: Context<RumorMongering>): NodeId[] {
    const sites = [context.self];
    while (sites.length < Math.min(retention, context.size)) {
      const site = peer(context);
      if (!sites.includes(site)) sites.push(site);
    }
    return sites;
  }

  return {
    init: (_self, _size, stored) => ({
      items: { ...stored?.items },
      dormant: { ...stored?.dormant },
      hot: Object.fromEntries((stored?.hot ?? []).map((key) => [key, { counter: 0, fresh: true, useful: 0, useless: 0 }])),
      learnt: [],
      cycle: 0,
      connections: 0,
      hunts: 0,
      latest: stored?.latest ?? 0,
    }),
    onStart(_state, context) {
      context.setTimer("cycle", startWithin === 0 ? period : startWithin * context.random());
      if (antiEntropy) context.setTimer("anti-entropy", antiEntropy.period * context.random());
    },
    onTimer: (state, timer, context) => (timer === "cycle" ? onCycle(state, context) : comparing?.onTimer(state, context)),
    onInput: (state, { key, value }, context) => onWrite(state, key, value, context),
    onMessage(state, from, message, context) {
      switch (message.type) {
        case "Call":
          return onCall(state, from, message, context);
        case "Answer":
          return onAnswer(state, from, message, context);
        case "Busy":
          return onBusy(state, message.cycle, context);
        case "Feedback":
          return heed(state, message.cycle, message.verdicts);
        case "Mail":
          return void learn(state, message.rumors, true, context);
        case "Digest":
          return comparing?.onDigest(state, from, message, context);
        case "Items":
          return comparing?.onItems(state, from, message, context);
      }
    },
  };
}

type Call = Extract<RumorMessage, { type: "Call" }>;
type Answer = Extract<RumorMessage, { type: "Answer" }>;
