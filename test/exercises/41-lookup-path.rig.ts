import { type Called, type Entry, play, type Question, questionOf, randomRun, type Run } from "./41-lookup-path.world.js";
import { attempt } from "./pureCalls.js";

/** The answer: what the learner exports. */
export type Answer = Readonly<Record<Question["call"], (store: Map<string, Entry>, ...args: unknown[]) => unknown>>;

/** Lets a run happen with the answer on its nodes, and records each call. Nothing is judged here: see the test. */
export function record(answer: Answer, run: Run): Called[] {
  const stores = Array.from({ length: run.own }, () => new Map<string, Entry>());
  const calls: Called[] = [];
  play(run, (question) => {
    const { node, call, args, around, filter } = question;
    const store = stores[node]!;
    const last = call === "tellReplica" ? around.now : { ...around, mayExist: (key: string) => filter.has(key) };
    const copies = args.map((one) => (typeof one === "object" && one !== null ? { ...one } : one));
    const reply = attempt(() => answer[call](store, ...copies, last));
    const called = { asked: questionOf(question), reply, keys: [...store.keys()].map(String) };
    calls.push(called);
    return called;
  });
  return calls;
}

/** The same for runs at random. */
export const recordSeeds = (answer: Answer, seeds: readonly number[]): Called[][] => seeds.map((seed) => record(answer, randomRun(seed)));
