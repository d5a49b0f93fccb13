import { fileURLToPath } from "node:url";
import { transcript } from "../../lib/check/transcript.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import type { Reply, Request } from "../../lib/course/grading/exchange.js";
import { lastVotes } from "./22-vote.excerpt.js";
import { registerGrader, type Case, type Failure } from "./grader.js";
import type { Watched } from "./J1-invariant.rig.js";
import { engines, playJudged, truthOf, witness, type JudgedRun, type Led } from "./J1-invariant.runs.js";

/** The first runs of an engine, by seed, in which two nodes lead one term. */
function guiltyRuns(engine: JudgedRun["engine"], wanted: number): JudgedRun[] {
  const found: JudgedRun[] = [];
  for (let seed = 1; found.length < wanted && seed <= 1000; seed++) if (truthOf({ engine, seed }).twice !== undefined) found.push({ engine, seed });
  if (found.length < wanted) throw new Error(`of 1000 runs of the engine ${engine} only ${found.length} elect two leaders in one term; expected ${wanted}`);
  return found;
}

const script = (engine: JudgedRun["engine"], name: NonNullable<JudgedRun["script"]>, seed = 1): JudgedRun => ({ engine, seed, script: name });
const hostile = (engine: JudgedRun["engine"], count: number): JudgedRun[] => Array.from({ length: count }, (_, index) => ({ engine, seed: index + 1 }));

const bothLead = script("votesTwice", "leader cut off");
const half = script("half", "split vote");
const duplicates = script("duplicates", "answers come twice");
const forgetful = script("forgetful", "voter crashes");
const gone = [script("votesTwice", "leader down", 1), script("votesTwice", "leader gone", 2)];
const unheard = [script("silent", "leader cut off", 1), script("votesTwice", "leader unheard", 2)];
/** Who accuses anybody at all accuses one of these. */
const sample = [bothLead, half, duplicates, forgetful, ...gone, ...unheard];

registerGrader({
  exercise: "J1-invariant",
  file: "invariant.ts",
  exports: [],
  rig: fileURLToPath(new URL("J1-invariant.rig.ts", import.meta.url)),
  limit: 30_000,
  notWritten: (replies) => (replies.every(saysNothing) ? notWritten("`oneLeaderATerm` states no fact") : undefined),
  cases: [
    // First, so that the first run it sees is the first that the answer ever saw.
    judgesAfresh("each run is judged by itself", 1, [script("sound", "node 0 is elected", 1), script("sound", "node 1 is elected", 2)]),
    acquits("two leaders at once, in different terms, are not accused", 2, [script("sound", "deposed")], "An old leader that is cut off cannot know of its successor, and in its own term it is still the only one."),
    acquits("a term without a leader is not accused", 1, [script("sound", "split vote")], "Node 0 and node 1 both stood in term 1 and got two votes of four each: nobody led it, and that is allowed."),
    acquits("a server may lead several terms", 1, [script("sound", "leads again")], "Node 0 leads term 1 and term 3, and nobody else does."),
    acquits("Raft is not accused, whatever fails", 2, hostile("sound", 300)),
    acquits("Raft with pre-vote and check-quorum is not accused", 2, hostile("stable", 150)),
    convicts("servers that vote twice are accused", 1, [bothLead]),
    convicts("candidates to whom half is enough are accused", 1, [half]),
    convicts("candidates that count a vote twice are accused", 1, [duplicates]),
    convicts("servers that forget their vote are accused", 1, [forgetful]),
    convicts("the first leader may be gone when the second comes", 2, gone, "By then the first had crashed: comparing the nodes as they are now does not show it."),
    convicts("a leader leads before anybody hears of it", 2, unheard, "Nobody was told of it, neither a client nor another node: only the nodes' states show it."),
    convicts("two leaders of a term are accused, whatever else fails", 1, guiltyRuns("votesTwice", 20)),
    names("an accusation names the term and both leaders", 2, sample),
  ],
});

function request(run: JudgedRun): Request {
  return { on: "rig", call: "watch", args: [run] };
}

/** What came back, believed only as far as its shape goes. */
function watched(reply: Reply): Watched {
  const { accusation, spoke, failed } = ("value" in reply ? reply.value : { failed: "did not come through the run" }) as Watched;
  if (failed !== undefined) return { spoke: true, failed: String(failed) };
  if (accusation === undefined) return { spoke };
  if (typeof accusation.message !== "string" || !Number.isInteger(accusation.step)) throw new Error("no accusation");
  return { spoke, accusation };
}

const saysNothing = (reply: Reply): boolean => "value" in reply && (reply.value as Watched).failed === undefined && !(reply.value as Watched).spoke;

/** A finding in one run; `steps` says how long it took to see. */
interface Finding {
  readonly message: string;
  readonly steps: number;
}

/** A case of many runs, with what is wrong in each; of those that fail the shortest is told. */
function overRuns(name: string, points: number, runs: readonly JudgedRun[], look: (watched: Watched, run: JudgedRun) => Finding | undefined, mustAccuse?: readonly JudgedRun[]): Case {
  const judgeOne = (run: JudgedRun, reply: Reply): Finding | undefined => {
    const one = watched(reply);
    return one.failed === undefined ? look(one, run) : { message: `Your invariant ${one.failed}.`, steps: 0 };
  };
  const told = (run: JudgedRun, { message }: Finding, last: number): Failure => {
    const { cluster } = playJudged(run, [witness(last).invariant], true);
    const trace = [...cluster.trace!];
    const excerpt = lastVotes(trace);
    return { message, seed: run.seed, transcript: transcript(trace).join("\n"), ...(excerpt === undefined ? {} : { run: { ...excerpt, events: cluster.events } }) };
  };
  /** Up to the accusation, or to the second leader where there is none. */
  const end = (reply: Reply): number => watched(reply).accusation?.step ?? Infinity;
  return {
    name,
    points,
    requests: [...runs, ...(mustAccuse ?? [])].map(request),
    judge(replies) {
      const found = runs.flatMap((run, index) => {
        const finding = judgeOne(run, replies[index]!);
        return finding === undefined ? [] : [{ finding, run, last: end(replies[index]!) }];
      });
      if (found.length > 0) {
        const { run, finding, last } = found.reduce((shortest, one) => (one.finding.steps < shortest.finding.steps ? one : shortest));
        return told(run, finding, last);
      }
      const others = replies.slice(runs.length);
      if (mustAccuse !== undefined && !others.some((reply) => watched(reply).accusation !== undefined)) return { message: `Your invariant lets ${mustAccuse.length} runs pass in which two servers led one term: that it lets innocents pass, too, says nothing.` };
      return undefined;
    },
    withSeed: (seed) => {
      const run = runs.find((one) => one.seed === seed) ?? { ...runs[0]!, seed };
      return {
        requests: [request(run)],
        judge: ([reply]) => told(run, judgeOne(run, reply!) ?? { message: "Your invariant judges this run rightly, at least when it has seen no other run before.", steps: 0 }, end(reply!)),
      };
    },
  };
}

/** Runs that must not be accused, by an invariant that does accuse others. */
function acquits(name: string, points: number, runs: readonly JudgedRun[], because?: string): Case {
  return overRuns(name, points, runs, ({ accusation }, run) => (accusation === undefined ? undefined : { message: [wrongly(accusation, run), because].join(" ").trimEnd(), steps: accusation.step }), sample);
}

function wrongly({ message, step }: NonNullable<Watched["accusation"]>, run: JudgedRun): string {
  return `Your invariant accuses ${engines[run.engine].says}: “${message}”. By then ${whoLed(truthOf(run).leaders.filter((led) => led.step <= step))}.`;
}

function whoLed(leaders: readonly Led[]): string {
  if (leaders.length === 0) return "nobody had led any term";
  const words = leaders.map(({ node, term }, index) => `node ${node} had led term ${term}`.replace(index > 0 ? "had led " : "", ""));
  if (words.length === 1) return `only ${words[0]}`;
  return words.length > most ? `${words.slice(0, most).join(", ")} and so on, no term twice` : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}: no term had two`;
}

/** Runs of two clusters, one after the other: what was seen in the first must not count in the second. */
function judgesAfresh(name: string, points: number, [first, second]: readonly [JudgedRun, JudgedRun]): Case {
  const base = overRuns(
    name,
    points,
    [first, second],
    ({ accusation }, run) => {
      if (accusation === undefined) return undefined;
      const message = wrongly(accusation, run);
      return { message: run === second ? `${message} In the run before, of another cluster, node 0 led term 1: keep what you remember in the facts, which are new in each run, not in variables of your own.` : message, steps: run === first ? 0 : accusation.step };
    },
    sample,
  );
  // Alone, the second run would show nothing.
  const { withSeed: _, ...rest } = base;
  return { ...rest, judge: (replies) => { const failure = base.judge(replies); return failure === undefined ? undefined : { message: failure.message }; } };
}

/** Runs that must be accused: when the second leader of a term is there, not before, and not much later. */
function convicts(name: string, points: number, runs: readonly JudgedRun[], because?: string): Case {
  return overRuns(name, points, runs, ({ accusation }, run) => {
    const truth = truthOf(run);
    const [one, other] = truth.twice!;
    // What is said inside a handler is said before its step counts.
    if (accusation === undefined) return { message: `Your invariant does not accuse ${engines[run.engine].says}: in this run node ${one.node} led term ${one.term}, and later node ${other.node} led term ${one.term} too.${because === undefined ? "" : ` ${because}`}`, steps: other.step };
    if (accusation.step < other.step - 1) return { message: `Your invariant accuses ${engines[run.engine].says} of something else, before any term has two leaders: “${accusation.message}”. By then ${whoLed(truth.leaders.filter(({ step }) => step <= accusation.step))}.`, steps: accusation.step };
    const late = accusation.step - other.step;
    if (late > most) return { message: `Your invariant accuses ${engines[run.engine].says} too late: “${accusation.message}”, ${late} steps after node ${other.node} became the second leader of term ${one.term}. Expected: within ${most} steps, while one can still see how it came about.`, steps: accusation.step };
    return undefined;
  });
}

/** Accusations that help whoever looks for the bug: all three numbers are in their words. */
function names(name: string, points: number, runs: readonly JudgedRun[]): Case {
  return overRuns(
    name,
    points,
    runs,
    ({ accusation }, run) => {
      const [one, other] = truthOf(run).twice!;
      if (accusation === undefined || accusation.step < other.step - 1) return undefined;
      const missing = ([["the term", one.term], ["the first leader", one.node], ["the second", other.node]] as const).filter(([, number]) => !numbersIn(accusation.message).includes(number));
      if (missing.length === 0) return undefined;
      return { message: `The accusation says “${accusation.message}” without ${missing.map(([what, number]) => `${what} (${number})`).join(", ")}: whoever looks for the bug must know of which term and of which nodes you speak.`, steps: accusation.step };
    },
    runs,
  );
}

/** How many steps of all nodes an accusation may take; how many leaders a sentence may hold. */
const most = 5;

const numbersIn = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
