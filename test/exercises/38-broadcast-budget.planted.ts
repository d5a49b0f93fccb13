import type { Planted } from "./planted.js";

const HEAD = "/** The protocol: the same rules for every node. */\nexport function broadcast(): Protocol<Broadcast> {";
const TYPES = '  State: State;\n  Message: Message;\n  Timer: "tick";';
const START = 'onStart(_state, context) {\n      // <answer> TODO: what must be set for anything to happen later?\n      context.setTimer("tick", period);';
const AGAIN = '      }\n      context.setTimer("tick", period);';
const INPUT = "learn(state, [value], null, context);";
const CONFIRMED = "link.pending = link.pending.filter(({ value }) => !confirmed.includes(value) && !values.includes(value));";
const CONFIRM = "link.toConfirm.push(...values);";
const DUE = "const due = link.pending.filter(({ sent }) => sent === null || context.now - sent >= patience);";
const SENT = "for (const one of due) one.sent = context.now;";
const SEND = "context.send(link.neighbour, { values: due.map(({ value }) => value), confirmed: link.toConfirm });";
const CHILDREN = "const children = Array.from({ length: 5 }, (_, child) => 5 * self + 1 + child).filter((node) => node < size);";
const TREE = "return self === 0 ? children : [Math.floor((self - 1) / 5), ...children];";
const KNOWN = "if (state.seen.includes(value)) continue;";
const QUEUE = "for (const { neighbour, pending } of state.links) if (neighbour !== from) pending.push({ value, sent: null });";

/** Another protocol in its place; what is left of the solution's own is not used. */
const instead = (protocol: string): Planted["changes"] => [[TYPES, '  State: any;\n  Message: any;\n  Timer: string;'], [HEAD, `${protocol}\nfunction unused(): Protocol<Broadcast> {`]];

const byHub = `export function broadcast(): Protocol<Broadcast> {
  return {
    // Node 0 keeps one list of all values; each of the others knows how long a beginning of it has reached it.
    init: (_self, size) => ({ list: [], own: [], told: [], next: new Array(size).fill(0), confirmed: new Array(size).fill(0), since: new Array(size).fill(0) }),
    onStart: (_state, context) => context.setTimer(context.self === 0 ? "hub" : "again", context.self === 0 ? 300 : 800),
    onInput(state, value, context) {
      context.output(value);
      state.told.push(value);
      if (context.self === 0) return void state.list.push(value);
      state.own.push(value);
      context.send(0, { add: [value], length: null });
    },
    onMessage(state, from, { add, length, first }, context) {
      if (context.self === 0) {
        for (const value of add) {
          if (!state.list.includes(value)) state.list.push(value);
          if (!state.told.includes(value)) (state.told.push(value), context.output(value));
        }
        if (length !== null && length > state.confirmed[from]) state.confirmed[from] = length;
        return;
      }
      if (first <= state.list.length) {
        for (const value of add.slice(state.list.length - first)) {
          state.list.push(value);
          state.own = state.own.filter((one: number) => one !== value);
          if (!state.told.includes(value)) (state.told.push(value), context.output(value));
        }
      }
      context.send(0, { add: [], length: state.list.length });
    },
    onTimer(state, timer, context) {
      if (timer === "again") {
        if (state.own.length > 0) context.send(0, { add: state.own, length: null });
        return context.setTimer("again", 800);
      }
      for (let node = 1; node < context.size; node++) {
        if (state.confirmed[node] < state.next[node] && context.now - state.since[node] > 900) state.next[node] = state.confirmed[node];
        if (state.next[node] === state.list.length) continue;
        context.send(node, { first: state.next[node], add: state.list.slice(state.next[node]) });
        state.next[node] = state.list.length;
        state.since[node] = context.now;
      }
      context.setTimer("hub", 300);
    },
  };
}`;

const whenNeeded = `export function broadcast(): Protocol<Broadcast> {
  const links = (self: NodeId, size: number): NodeId[] => [...(self > 0 ? [Math.floor((self - 1) / 4)] : []), ...[1, 2, 3, 4].map((child) => 4 * self + child)].filter((node) => node < size);
  const wake = (state: any, context: Context<Broadcast>, delay: number): void => {
    if (state.awake) return;
    state.awake = true;
    context.setTimer("send", delay);
  };
  const take = (state: any, value: number, from: NodeId | null, context: Context<Broadcast>): void => {
    if (state.open[value] !== undefined) return;
    state.open[value] = links(context.self, context.size).filter((node) => node !== from);
    context.output(value);
  };
  return {
    // By value: who is still to confirm it, and when it was sent last.
    init: () => ({ open: {}, at: {}, thanks: {}, awake: false }),
    onInput(state, value, context) {
      take(state, value, null, context);
      wake(state, context, 80);
    },
    onMessage(state, from, { news, thanks }, context) {
      for (const value of thanks) state.open[value] = state.open[value].filter((node: NodeId) => node !== from);
      for (const value of news) take(state, value, from, context);
      if (news.length > 0) (state.thanks[from] ??= []).push(...news);
      if (news.length > 0) wake(state, context, 60 + 40 * context.random());
    },
    onTimer(state, _timer, context) {
      state.awake = false;
      let open = false;
      for (const node of links(context.self, context.size)) {
        const waiting = Object.keys(state.open).map(Number).filter((value) => state.open[value].includes(node));
        const news = waiting.filter((value) => context.now - (state.at[node + " " + value] ?? -1e9) >= 600);
        const thanks = state.thanks[node] ?? [];
        open ||= waiting.length > 0;
        if (news.length + thanks.length === 0) continue;
        for (const value of news) state.at[node + " " + value] = context.now;
        context.send(node, { news, thanks });
        delete state.thanks[node];
      }
      if (open) wake(state, context, 120);
    },
  };
}`;

const flood = `export function broadcast(): Protocol<Broadcast> {
  const everywhere = (state: any, value: number, from: NodeId | null, context: Context<Broadcast>): void => {
    if (state.seen.includes(value)) return;
    state.seen.push(value);
    context.output(value);
    for (let node = 0; node < context.size; node++) if (node !== context.self && node !== from) context.send(node, value);
  };
  return {
    init: () => ({ seen: [] }),
    onInput: (state, value, context) => everywhere(state, value, null, context),
    onMessage: (state, from, value, context) => everywhere(state, value, from, context),
  };
}`;

/** Each value to all the others, from where it was given, until they have confirmed it. */
const direct = `export function broadcast(): Protocol<Broadcast> {
  return {
    init: () => ({ seen: [], open: [] }),
    onStart: (_state, context) => context.setTimer("again", 700),
    onInput(state, value, context) {
      context.output(value);
      state.seen.push(value);
      for (let node = 0; node < context.size; node++) if (node !== context.self) (state.open.push({ node, value }), context.send(node, { value }));
    },
    onMessage(state, from, { value, thanks }, context) {
      if (thanks !== undefined) return void (state.open = state.open.filter((one: any) => one.node !== from || one.value !== thanks));
      if (!state.seen.includes(value)) (state.seen.push(value), context.output(value));
      context.send(from, { thanks: value });
    },
    onTimer(state, _timer, context) {
      for (const { node, value } of state.open) context.send(node, { value });
      context.setTimer("again", 700);
    },
  };
}`;

const telepathy = `const known: number[] = [];
export function broadcast(): Protocol<Broadcast> {
  return {
    init: () => ({ told: 0 }),
    onStart: (_state, context) => context.setTimer("look", 100),
    onInput: (_state, value) => void known.push(value),
    onMessage() {},
    onTimer(state, _timer, context) {
      while (state.told < known.length) context.output(known[state.told++]!);
      context.setTimer("look", 100);
    },
  };
}`;

// The cases.
const SMALL = "every node tells every value, once";
const MANY = "25 nodes, 100 ms from each to each";
const LATE = "messages are late, overtaken and repeated";
const DIVIDED = "a partition comes and goes";
const MESSAGES = "fewer than 20 messages for each value";
const QUICK = "half of the values arrive within 1 s, all within 2 s";
const CARRIED = "what a neighbour has is not sent again and again";

// What is told.
const CUT_SHORT = /for each, when the run was cut short/;
const TOO_MANY = /messages were sent for 60 values, \d+\.\d for each; fewer than 20 are allowed/;
const MEDIAN = /the median must be below 1000 ms/;
const AGAIN_AND_AGAIN = /at most 100 are allowed/;
const LACKING = /“every node tells every value”\. Node \d+ has not told \d+/;
const TWICE = /“a node tells each value once”\. Node \d+ told \d+ before/;
const INVENTED = /Nothing that reached node \d+ has the value \d+ in it/;
const FORGETFUL = /did something else when it was asked the same once more/;
const PLAIN = /the state holds a Set, which is no plain data/;
const THREW = /Your function threw TypeError/;

/** Mistakes in a broadcast; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "has one node send everything to all, in batches, and confirms how far its list goes", changes: instead(byHub), fails: {} },
  { bug: "wakes up only where there is something to do", changes: instead(whenNeeded), fails: {} },
  { bug: "makes everybody a neighbour of everybody", changes: [[CHILDREN, "const children = Array.from({ length: size }, (_, node) => node).filter((node) => node !== self);"], [TREE, "return children;"]], fails: { [MESSAGES]: CUT_SHORT, [QUICK]: CUT_SHORT, [CARRIED]: CUT_SHORT } },
  { bug: "floods every link at once, and confirms nothing", changes: instead(flood), fails: { [DIVIDED]: LACKING, [MESSAGES]: CUT_SHORT, [QUICK]: CUT_SHORT, [CARRIED]: CUT_SHORT } },
  { bug: "sends each value from where it was given to everybody", changes: instead(direct), fails: { [MESSAGES]: TOO_MANY } },
  { bug: "lets each value go alone", changes: [[SEND, "for (const { value } of due) context.send(link.neighbour, { values: [value], confirmed: [] });\n        for (const value of link.toConfirm) context.send(link.neighbour, { values: [], confirmed: [value] });"]], fails: { [MESSAGES]: TOO_MANY } },
  { bug: "sends each value once", changes: [[SENT, "link.pending = [];"]], fails: { [DIVIDED]: LACKING } },
  { bug: "gives up after the second time", changes: [[DUE, "const due = link.pending.filter((one) => one.sent === null || context.now - one.sent >= patience);\n        for (const one of due) if (one.sent !== null) link.pending = link.pending.filter((other) => other !== one);"]], fails: { [DIVIDED]: LACKING } },
  { bug: "makes a tree of two children each", changes: [[CHILDREN, CHILDREN.replace("5 *", "2 *").replace("length: 5", "length: 2")], [TREE, TREE.replace("/ 5", "/ 2")]], fails: { [QUICK]: MEDIAN } },
  { bug: "lets values gather for half a second at every step", changes: [["const period = 200;", "const period = 500;"]], fails: { [QUICK]: MEDIAN } },
  { bug: "sets its timer anew whenever something comes", changes: [[START, "onStart(_state, _context) {"], [AGAIN, "      }"], [QUEUE, `${QUEUE}\n    context.setTimer("tick", period);`], [CONFIRM, `${CONFIRM}\n      context.setTimer("tick", period);`], [DUE, `${DUE}\n        if (link.pending.length > 0) context.setTimer("tick", period);`]], fails: { [MESSAGES]: LACKING, [QUICK]: LACKING, [CARRIED]: LACKING } },
  { bug: "sends all that it has seen, to be sure", changes: [[DUE, "const due = state.seen.map((value) => ({ value, sent: null as number | null }));"]], fails: { [CARRIED]: AGAIN_AND_AGAIN } },
  { bug: "sends again what is not confirmed yet at every tick", changes: [[DUE, "const due = link.pending;"], ["const period = 200;", "const period = 50;"]], fails: { [MESSAGES]: TOO_MANY, [CARRIED]: AGAIN_AND_AGAIN } },
  { bug: "confirms a value only when it is new", changes: [[CONFIRM, "link.toConfirm.push(...values.filter((value) => !state.seen.includes(value)));"]], fails: { [CARRIED]: /s after its end, when all nodes have told all values, node \d still sends \d+ to node \d/ } },
  { bug: "does not look whether a value is new", changes: [[KNOWN, "if (state.seen.length > 1e6) continue;"]], fails: { [LATE]: TWICE } },
  { bug: "tells the others and not its own client", changes: [[INPUT, "state.seen.push(value);\n      for (const { pending } of state.links) pending.push({ value, sent: null });"]], fails: { [SMALL]: LACKING, [MANY]: LACKING, [LATE]: LACKING, [DIVIDED]: LACKING, [MESSAGES]: LACKING, [QUICK]: LACKING, [CARRIED]: LACKING } },
  { bug: "takes any confirmation for one of all", changes: [[CONFIRMED, "if (confirmed.length > 0) link.pending = [];"]], fails: { [SMALL]: LACKING, [MANY]: LACKING, [LATE]: LACKING, [DIVIDED]: LACKING, [MESSAGES]: LACKING, [QUICK]: LACKING, [CARRIED]: LACKING } },
  { bug: "talks to children only", changes: [[TREE, "return children;"]], fails: { [SMALL]: THREW, [MANY]: THREW, [LATE]: THREW, [DIVIDED]: THREW, [MESSAGES]: THREW, [QUICK]: THREW, [CARRIED]: THREW } },
  { bug: "confirms and does not pass on", changes: [[QUEUE, QUEUE.replace("if (neighbour !== from)", "if (from === null && neighbour !== from)")]], fails: { [SMALL]: LACKING, [MANY]: LACKING, [LATE]: LACKING, [DIVIDED]: LACKING, [MESSAGES]: LACKING, [QUICK]: LACKING, [CARRIED]: LACKING } },
  { bug: "remembers in a variable that all nodes share", changes: [["/** The protocol: the", "const everSeen: number[] = [];\n/** The protocol: the"], [KNOWN, "if (everSeen.includes(value)) continue;\n    everSeen.push(value);"]], fails: { [SMALL]: FORGETFUL, [MANY]: FORGETFUL, [LATE]: FORGETFUL, [DIVIDED]: FORGETFUL, [MESSAGES]: FORGETFUL, [QUICK]: FORGETFUL, [CARRIED]: FORGETFUL } },
  { bug: "confirms by a variable that all nodes share", changes: [["/** The protocol: the", "const has = new Set<string>();\n/** The protocol: the"], [DUE, "link.pending = link.pending.filter(({ value }) => !has.has(link.neighbour + \" \" + value));\n        link.toConfirm = [];\n        const due = link.pending.filter(({ sent }) => sent === null || context.now - sent >= patience);"], [KNOWN, `has.add(context.self + " " + value);\n    ${KNOWN}`]], fails: { [SMALL]: FORGETFUL, [MANY]: FORGETFUL, [LATE]: FORGETFUL, [DIVIDED]: FORGETFUL, [MESSAGES]: FORGETFUL, [QUICK]: FORGETFUL, [CARRIED]: FORGETFUL } },
  { bug: "chooses neighbours with a die of its own", changes: [[TREE, "return self === 0 ? children : [Math.floor((self - 1) / 5), ...children].sort(() => Math.random() - 0.5);"]], fails: { [SMALL]: FORGETFUL, [MANY]: FORGETFUL, [LATE]: FORGETFUL, [DIVIDED]: FORGETFUL, [MESSAGES]: FORGETFUL, [QUICK]: FORGETFUL, [CARRIED]: FORGETFUL } },
  { bug: "lets nodes read each other's minds", changes: instead(telepathy), fails: { [SMALL]: FORGETFUL, [MANY]: FORGETFUL, [LATE]: FORGETFUL, [DIVIDED]: FORGETFUL, [MESSAGES]: FORGETFUL, [QUICK]: FORGETFUL, [CARRIED]: FORGETFUL } },
  { bug: "writes values in a shorter way", changes: [["onMessage(state, from, { values, confirmed }, context) {", "onMessage(state, from, message, context) {\n      const { confirmed } = message;\n      const values = message.values.map((text) => Number.parseInt(text as never, 36));"], [SEND, SEND.replace("=> value)", "=> value.toString(36) as never)")]], fails: { [SMALL]: INVENTED, [MANY]: INVENTED, [LATE]: INVENTED, [DIVIDED]: INVENTED, [MESSAGES]: INVENTED, [QUICK]: INVENTED, [CARRIED]: INVENTED } },
  { bug: "keeps a Set in its state", changes: [["return { seen: [], links:", "return { seen: new Set() as never, links:"], [KNOWN, "if ((state.seen as never as Set<number>).has(value)) continue;"], ["state.seen.push(value);", "(state.seen as never as Set<number>).add(value);"]], fails: { [SMALL]: PLAIN, [MANY]: PLAIN, [LATE]: PLAIN, [DIVIDED]: PLAIN, [MESSAGES]: PLAIN, [QUICK]: PLAIN, [CARRIED]: PLAIN } },
];
