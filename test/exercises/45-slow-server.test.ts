import { fileURLToPath } from "node:url";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { type Copy, kinds, type Outcome, type Recorded, replay, servers } from "./45-slow-server.rig.js";
import { type Case, registerGrader } from "./grader.js";

/** What a hundredth of all requests may exceed, ms, and when all servers are slow; extra requests, for each request; the least part of its share that a server must get again. */
const most = { slow: 60, allSlow: 200, extra: 0.05 };
const least = 0.1;
/** How long a server has that has recovered until it is looked how much it gets, ms. */
const grace = 3000;
const seeds: Readonly<Record<string, readonly number[]>> = { calm: [1], slow: [2, 3], fails: [4], allSlow: [14] };

/** A run that is judged. */
interface Run extends Outcome {
  readonly kind: string;
  /** How long each request took until its first good answer, ms. */
  readonly took: readonly number[];
}

/** Several cases look at the same runs. */
const runs = new WeakMap<Reply, Run>();

registerGrader({
  exercise: "45-slow-server",
  file: "balancer.ts",
  exports: ["balancer"],
  rig: fileURLToPath(new URL("45-slow-server.rig.ts", import.meta.url)),
  limit: 20_000,
  notWritten: (replies) => (replies.every((reply) => / is still to do/.test(failureOf(reply) ?? "")) ? notWritten("`balancer`") : undefined),
  cases: [
    over("nothing happens", 2, ["calm"], (run) => tooSlow(run, 0, kinds["calm"]!.end, most.slow) ?? undone(run)),
    over("one of ten servers becomes ten times slower", 9, ["slow"], (run) => whileSlow(run) ?? undone(run)),
    over("a server that has recovered works again", 5, ["slow"], (run) => whileSlow(run) ?? idle(run)),
    over("a server answers with errors, at once", 6, ["fails"], (run) => tooSlow(run, kinds["fails"]!.from, kinds["fails"]!.to, most.slow) ?? undone(run)),
    over("all become slower, and nobody is to blame", 3, ["allSlow"], (run) => tooSlow(run, kinds["allSlow"]!.from, kinds["allSlow"]!.to, most.allSlow) ?? undone(run)),
    over(`at most ${100 * most.extra} % extra requests`, 5, ["calm", "slow", "fails", "allSlow"], tooDear),
  ],
});

/** A case that looks at some kinds of runs; the first one in which something is wrong is told. */
function over(name: string, points: number, which: readonly string[], wrong: (run: Run) => string | undefined): Case {
  const list = which.flatMap((kind) => seeds[kind]!.map((seed) => ({ kind, seed })));
  const request = (kind: string, seed: number) => ({ on: "rig", call: "run", args: [kind, seed] }) as const;
  const judged = (reply: Reply, kind: string, seed: number): { readonly message?: string; readonly transcript?: string } => {
    const failed = failureOf(reply);
    if (failed !== undefined) return { message: `Your balancer did not get to the end of a run, ${setting(kind)}: ${failed}.` };
    const run = runs.get(reply) ?? judgedRun(kind, seed, (reply as { value: { value: Recorded } }).value.value);
    runs.set(reply, run);
    const message = wrong(run);
    return { transcript: transcriptOf(run), ...(message === undefined ? {} : { message: `${message}.` }) };
  };
  return {
    name,
    points,
    requests: list.map(({ kind, seed }) => request(kind, seed)),
    judge(replies) {
      for (const [index, { kind, seed }] of list.entries()) {
        const { message } = judged(replies[index]!, kind, seed);
        if (message !== undefined) return { message, seed };
      }
      return undefined;
    },
    withSeed(seed) {
      const kind = list.find((one) => one.seed === seed)?.kind ?? which[0]!;
      return { requests: [request(kind, seed)], judge: ([reply]) => ({ message: "Nothing went wrong in this run.", ...judged(reply!, kind, seed), seed }) };
    },
  };
}

/** Why a run was not finished. */
function failureOf(reply: Reply): string | undefined {
  if (!("value" in reply)) return inWords(reply);
  const inner = reply.value as Reply;
  return "value" in inner ? (inner.value as Recorded).failed : inWords(inner);
}

function judgedRun(kind: string, seed: number, { done }: Recorded): Run {
  const outcome = replay(kind, seed, done);
  const took = outcome.came.map(() => Infinity);
  for (const { request, ok, ended } of outcome.copies) if (request !== null && ok) took[request] = Math.min(took[request]!, ended - outcome.came[request]!);
  return { ...outcome, kind, took };
}

const seconds = (time: number): string => `${time / 1000} s`;

function setting(kind: string, odd?: number): string {
  const { what, from, to } = kinds[kind]!;
  const one = odd === undefined ? "one server" : `server ${odd}`;
  const when = `from ${seconds(from)} to ${seconds(to)}`;
  return what === "nothing" ? "in which nothing happens" : what === "slow" ? `in which ${one} takes ten times as long ${when}` : what === "fails" ? `in which ${one} answers with an error after 1 ms ${when}` : `in which all servers take twice as long ${when}`;
}

/** What is wrong with the requests that came in a time: not more than one in a hundred may take too long. */
function tooSlow({ kind, came, took, copies, odd }: Run, from: number, to: number, bound: number): string | undefined {
  const these = took.filter((_, request) => came[request]! >= from && came[request]! < to);
  const slower = these.filter((one) => one >= bound).length;
  if (slower < these.length / 100) return undefined;
  const never = these.filter((one) => one === Infinity).length;
  const { what } = kinds[kind]!;
  const counts = Array.from({ length: servers }, (_, server) => copies.filter((copy) => copy.server === server && copy.sent >= from && copy.sent < to).length);
  const where = what === "slow" ? `. That server was sent ${counts[odd]!} meanwhile` : what === "fails" ? `. ${whileFailing(copies, odd)}` : `. Meanwhile ${counts.reduce((sum, one) => sum + one, 0)} copies were sent for them, ${Math.min(...counts)} to ${Math.max(...counts)} to each server`;
  return `In a run ${setting(kind, odd)}, ${slower} of the ${these.length} requests ${what === "nothing" ? "" : "of that time "}took ${bound} ms or more${never === 0 ? "" : `, and ${never === slower ? "all of them" : `${never} of them`} had no good answer 2 s after the end`}; it may be one in a hundred${where}`;
}

/** Whoever is late is judged by how many may be; but what has come must be done. */
function undone({ kind, took, copies, odd }: Run): string | undefined {
  const never = took.filter((one) => one === Infinity).length;
  if (never === 0) return undefined;
  const sent = new Set(copies.map(({ request }) => request));
  const unsent = took.filter((_, request) => !sent.has(request)).length;
  return `In a run ${setting(kind, odd)}, ${never} of ${took.length} requests had no good answer 2 s after the end${unsent > 0 ? `, ${unsent === never ? "and" : `and ${unsent} of them`} were sent to nobody` : ": an error is no answer, and the request is still to be done"}`;
}

function whileFailing(copies: readonly Copy[], odd: number): string {
  const { from, to } = kinds["fails"]!;
  return `While it failed, server ${odd} was sent ${copies.filter(({ server, sent }) => server === odd && sent >= from && sent < to).length}: who answers with errors at once has never anything outstanding`;
}

function whileSlow(run: Run): string | undefined {
  const { from, to } = kinds["slow"]!;
  return tooSlow(run, from, to, most.slow);
}

function idle({ kind, came, copies, odd }: Run): string | undefined {
  const { to, end } = kinds[kind]!;
  const from = to + grace;
  const requests = came.filter((time) => time >= from).length;
  const got = copies.filter(({ request, server, sent }) => request !== null && server === odd && sent >= from && sent < end).length;
  const share = requests / servers;
  return got >= least * share ? undefined : `From ${seconds(to)} on server ${odd} was as fast as the others again. Of the ${requests} requests from ${seconds(from)} to ${seconds(end)} it got ${got}; a tenth would be its share, and it must get ${Math.ceil(least * share)} at least`;
}

function extraOf(copies: readonly Copy[], from = 0, to = Infinity): { readonly again: number; readonly probes: number } {
  const first = new Set<number>();
  let [again, probes] = [0, 0];
  for (const { request, sent } of copies) {
    const counts = sent >= from && sent < to;
    if (request === null) probes += counts ? 1 : 0;
    else if (first.has(request)) again += counts ? 1 : 0;
    else first.add(request);
  }
  return { again, probes };
}

function tooDear({ kind, came, took, copies, odd }: Run): string | undefined {
  const never = took.filter((one) => one === Infinity).length;
  // Who leaves requests undone saves at the wrong end; who is late is judged elsewhere.
  if (never > came.length / 2) return `In a run ${setting(kind, odd)}, ${never} of ${came.length} requests had no good answer`;
  // What is sent after the last request has come is nobody's loss.
  const { again, probes } = extraOf(copies, 0, kinds[kind]!.end);
  if (again + probes <= most.extra * came.length) return undefined;
  return `In a run ${setting(kind, odd)}, ${again + probes} extra requests were sent for ${came.length}, which is ${((100 * (again + probes)) / came.length).toFixed(1)} %: ${again} were sent again, ${probes} were probes. It may be ${100 * most.extra} %${kind === "fails" ? `. ${whileFailing(copies, odd)}` : ""}`;
}

/** The run, second by second. */
function transcriptOf(run: Run): string {
  const { kind, came, took, copies, odd } = run;
  const { end, what } = kinds[kind]!;
  const rows = [`A run ${setting(kind, odd)}.`, `second  requests  slowest hundredth (ms)${what === "nothing" || what === "all slow" ? "" : `  sent to server ${odd}`}  sent again  probes`];
  for (let from = 0; from < end; from += 1000) {
    const these = took.filter((_, request) => came[request]! >= from && came[request]! < from + 1000).sort((one, other) => one - other);
    const slowest = these[Math.floor(0.99 * these.length)] ?? 0;
    const sent = copies.filter((copy) => copy.server === odd && copy.sent >= from && copy.sent < from + 1000).length;
    const { again, probes } = extraOf(copies, from, from + 1000);
    rows.push([String(from / 1000).padStart(6), String(these.length).padStart(10), (slowest === Infinity ? "never" : slowest.toFixed(1)).padStart(24), ...(what === "nothing" || what === "all slow" ? [] : [String(sent).padStart(18)]), String(again).padStart(12), String(probes).padStart(8)].join(""));
  }
  return rows.join("\n");
}
