import type { Planted } from "./planted.js";

const HEAD = "/** A balancer for so many servers, numbered from 0. */\nexport function balancer(servers: number): Balancer {";
const EXPECTED = "const expected = (one.outstanding + 1) * Math.max(5, latencyOf(one, context.now)) * (1 + 0.1 * context.random());";
const LATENCY = "const latencyOf = ({ latency, since }: Server, now: number): number => latency * Math.exp((since - now) / memory);";
const LAST = "const last = ok ? took : penalty;";
const RETRY = "if (!ok && request !== null) send(request, context);";
const TIMER = "onTimer(_about, _context) {";
const NOTHING = "// Nothing here needs a clock of its own.";
const FIRST = "onRequest: send,";

// The cases.
const CALM = "nothing happens";
const SLOW = "one of ten servers becomes ten times slower";
const RECOVERED = "a server that has recovered works again";
const ERRORS = "a server answers with errors, at once";
const ALL = "all become slower, and nobody is to blame";
const BUDGET = "at most 5 % extra requests";

// What is told.
const TOO_MANY_SLOW = /requests of that time took 60 ms or more.*it may be one in a hundred\. That server was sent \d+ meanwhile/;
const NO_ANSWER = /had no good answer 2 s after the end; it may be one in a hundred\. While it failed, server \d was sent \d+/;
const TOOK_200 = /in which all servers take twice as long from 1\.5 s to 4\.5 s, \d+ of the \d+ requests of that time took 200 ms or more/;
const IDLE = /was as fast as the others again\. Of the \d+ requests from 12 s to 15 s it got \d+/;
const UNSENT = /requests had no good answer 2 s after the end, and were sent to nobody/;
const DEAR = /extra requests were sent for \d+, which is \d+\.\d %/;

/** Another balancer in its place; what is left of the solution's own is not used. */
const instead = (body: string): Planted["changes"] => [[HEAD, `/** A list's places that hold its least value: one of them, by chance. */
function leastOf(list: readonly number[], context: Context): number {
  const least = Math.min(...list);
  const places = list.flatMap((one, place) => (one === least ? [place] : []));
  return places[Math.floor(context.random() * places.length)]!;
}

export function balancer(n: number): Balancer {
  const outstanding: number[] = new Array(n).fill(0);
${body}
}

function unused(servers: number): Balancer {`]];

/** Peak EWMA and two choices. */
const peak = `  const cost: number[] = new Array(n).fill(0);
  const stamp: number[] = new Array(n).fill(0);
  const observe = (server: number, took: number, now: number): void => {
    const weight = Math.exp((stamp[server]! - now) / 2000);
    cost[server] = Math.max(took, cost[server]! * weight + took * (1 - weight));
    stamp[server] = now;
  };
  const load = (server: number, now: number): number => {
    observe(server, 0, now);
    return Math.max(8, cost[server]!) * (outstanding[server]! + 1);
  };
  const send = (request: number, context: Context): void => {
    const one = Math.floor(context.random() * n);
    const other = (one + 1 + Math.floor(context.random() * (n - 1))) % n;
    const server = load(one, context.now) <= load(other, context.now) ? one : other;
    outstanding[server]!++;
    context.send(request, server);
  };
  return {
    onRequest: send,
    onEnd({ server, took, ok, request }, context) {
      outstanding[server]!--;
      observe(server, ok ? took : 1000, context.now);
      if (!ok && request !== null) send(request, context);
    },
    onTimer() {},
  };`;

/** Outliers are ejected, and probed. */
const ejecting = `  const lately: boolean[][] = outstanding.map(() => []);
  const good: (number | null)[] = outstanding.map(() => null);
  const all: number[] = [];
  let [usual, ended] = [10, 0];
  const send = (request: number, context: Context): void => {
    const server = leastOf(outstanding.map((one, place) => one + (good[place] === null ? 0 : 1000)), context);
    outstanding[server]!++;
    context.send(request, server);
  };
  return {
    onRequest: send,
    onEnd({ server, took, ok, request }, context) {
      outstanding[server]!--;
      if (good[server] === null && ok && all.push(took) > 200) all.shift();
      if (++ended % 50 === 0) usual = [...all].sort((one, other) => one - other)[all.length >> 1]!;
      const bad = !ok || took > 5 * usual;
      if (good[server] === null) {
        lately[server] = [...lately[server]!, bad].slice(-4);
        // Two of four are no chance any more. And where many are bad, it is not them.
        if ((!ok || lately[server]!.filter(Boolean).length >= 2) && good.filter((one) => one !== null).length < 3) {
          good[server] = 0;
          lately[server] = [];
          context.setTimer(server, 300);
        }
      } else if (request === null) {
        good[server] = bad ? 0 : good[server]! + 1;
        if (good[server]! >= 2) good[server] = null;
        else context.setTimer(server, 300);
      }
      if (!ok && request !== null) send(request, context);
    },
    onTimer(server, context) {
      outstanding[server]!++;
      context.probe(server);
    },
  };`;

/** Least outstanding; a second copy after a while, as long as there is something in the purse; who has failed is left alone for a while. */
const hedging = `  const shunned: number[] = new Array(n).fill(0);
  const open = new Map<number, number>();
  let purse = 10;
  const send = (request: number, context: Context, not = -1): void => {
    const server = leastOf(outstanding.map((one, place) => one + (place === not ? 1e6 : 0) + (shunned[place]! > context.now ? 1000 : 0)), context);
    outstanding[server]!++;
    open.set(request, server);
    context.send(request, server);
  };
  return {
    onRequest(request, context) {
      purse = Math.min(20, purse + 0.04);
      send(request, context);
      context.setTimer(request, 30);
    },
    onEnd({ server, ok, request }, context) {
      outstanding[server]!--;
      if (!ok) shunned[server] = context.now + 500;
      if (request === null || !open.has(request)) return;
      if (ok) return void open.delete(request);
      purse--;
      send(request, context, server);
    },
    onTimer(request, context) {
      const first = open.get(request);
      if (first === undefined || purse < 1) return;
      purse--;
      send(request, context, first);
    },
  };`;

const alwaysTwo = `  return {
    onRequest(request, context) {
      for (let copy = 0, not = -1; copy < 2; copy++) {
        not = leastOf(outstanding.map((one, place) => one + (place === not ? 1000 : 0)), context);
        outstanding[not]!++;
        context.send(request, not);
      }
    },
    onEnd: ({ server }) => void outstanding[server]!--,
    onTimer() {},
  };`;

/** Whoever takes longer than this is left alone for two seconds; if nobody is left, requests wait until somebody is back. */
const absolute = `  const until: number[] = new Array(n).fill(0);
  const waiting: number[] = [];
  const send = (request: number, context: Context): void => {
    const server = leastOf(outstanding.map((one, place) => (until[place]! > context.now ? Infinity : one)), context);
    if (until[server]! > context.now) return void waiting.push(request);
    outstanding[server]!++;
    context.send(request, server);
  };
  return {
    onRequest: send,
    onEnd({ server, took, ok, request }, context) {
      outstanding[server]!--;
      if (!ok || took > 30) {
        until[server] = context.now + 2000;
        context.setTimer(server, 2000);
      }
      if (!ok && request !== null) send(request, context);
    },
    onTimer: (_, context) => waiting.splice(0).forEach((request) => send(request, context)),
  };`;

/** Mistakes of those who balance; and three right answers that have little in common with the solution. */
export const planted: readonly Planted[] = [
  { bug: "draws two, and takes the one with the lower peak", changes: instead(peak), fails: {} },
  { bug: "ejects outliers, and probes them", changes: instead(ejecting), fails: {} },
  { bug: "hedges what is late, from a purse", changes: instead(hedging), fails: {} },
  { bug: "goes round and round", changes: [["let chosen = 0;", "let chosen = next++ % servers;\n    if (servers > 0) return chosen;"], ["  /** The server that is to get", "  let next = 0;\n  /** The server that is to get"]], fails: { [SLOW]: TOO_MANY_SLOW, [RECOVERED]: TOO_MANY_SLOW, [BUDGET]: DEAR } },
  { bug: "looks at outstanding requests only", changes: [[EXPECTED, "const expected = one.outstanding + 0.5 * context.random();"]], fails: { [SLOW]: TOO_MANY_SLOW, [RECOVERED]: TOO_MANY_SLOW, [BUDGET]: DEAR } },
  { bug: "sends everything twice", changes: instead(alwaysTwo), fails: { [ALL]: TOOK_200, [BUDGET]: DEAR } },
  { bug: "hedges what is late, whatever it costs", changes: instead(hedging.replace(" || purse < 1", "")), fails: { [ALL]: TOOK_200, [BUDGET]: DEAR } },
  { bug: "never forgets that somebody was slow", changes: [[LATENCY, "const latencyOf = ({ latency }: Server, _now: number): number => latency;"]], fails: { [RECOVERED]: IDLE } },
  { bug: "ejects for good", changes: instead(ejecting.replace("context.setTimer(server, 300);\n        }", "}").replace("else context.setTimer(server, 300);", "")), fails: { [RECOVERED]: IDLE } },
  { bug: "takes an error for a quick answer", changes: [[LAST, "const last = took;"]], fails: { [BUDGET]: DEAR } },
  { bug: "does nothing about a request that has failed", changes: [[LAST, "const last = took;"], [RETRY, ""]], fails: { [ERRORS]: NO_ANSWER } },
  { bug: "probes all servers five times a second", changes: [[FIRST, "onRequest(request, context) {\n      if (request === 0) context.setTimer(0, 200);\n      send(request, context);\n    },"], [TIMER, "onTimer(_about, context) {"], [NOTHING, "for (const [server, one] of known.entries()) {\n        one.outstanding++;\n        context.probe(server);\n      }\n      context.setTimer(0, 200);"]], fails: { [BUDGET]: DEAR } },
  { bug: "leaves everybody alone who takes long", changes: instead(absolute), fails: { [ALL]: TOOK_200 } },
  { bug: "leaves a request that has failed, and avoids the server", changes: [[RETRY, ""]], fails: { [ERRORS]: /had no good answer 2 s after the end: an error is no answer, and the request is still to be done/ } },
  { bug: "turns away what would have to wait", changes: [["  onRequest: send,", "  onRequest(request, context) {\n      if (request % 200 > 0 || known.every(({ outstanding }) => outstanding === 0)) send(request, context);\n    },"]], fails: { [CALM]: UNSENT, [SLOW]: UNSENT, [ERRORS]: UNSENT, [ALL]: UNSENT } },
];
