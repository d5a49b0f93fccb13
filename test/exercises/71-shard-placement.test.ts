import { fileURLToPath } from "node:url";
import { inWords } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { createRandom } from "../../lib/random.js";
import { leastMoves, lowerBound, movesBetween, type Placement, shares } from "./71-shard-placement.least.js";
import { isPlacement, type Run } from "./71-shard-placement.rig.js";
import { type Case, registerGrader } from "./grader.js";
import { type PureReply, stillToDo } from "./pureCalls.js";

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** A level placement, as a seed decides: each shard on the nodes that hold fewest, led by any of them that does not lead too many. */
function spread(shards: number, nodes: readonly number[], copies: number, seed: number): Placement {
  const random = createRandom(seed);
  const held = new Map(nodes.map((node) => [node, 0]));
  const led = new Map(held);
  const inOrder = (list: readonly number[], rank: (node: number) => number): number[] => list.map((node) => ({ node, rank: rank(node) + random() })).sort((one, other) => one.rank - other.rank).map(({ node }) => node);
  const most = Math.ceil(shards / nodes.length) + 1;
  return range(0, shards).map(() => {
    const shard = inOrder(inOrder(nodes, (node) => held.get(node)!).slice(0, copies), (node) => (led.get(node)! < most ? 0 : led.get(node)!));
    for (const node of shard) held.set(node, held.get(node)! + 1);
    led.set(shard[0]!, led.get(shard[0]!)! + 1);
    return shard;
  });
}

const empty = (shards: number): Placement => range(0, shards).map(() => []);
const once = (first: Placement, nodes: readonly number[], copies: number): Run => ({ first, steps: [nodes], copies });
const without = (nodes: readonly number[], ...gone: readonly number[]): number[] => nodes.filter((node) => !gone.includes(node));

/** Nodes that come and go, as a seed decides. */
function comings(seed: number, shards: number, start: number, copies: number, changes: number): Run {
  const random = createRandom(seed);
  let nodes = range(0, start);
  let next = start;
  const steps = [nodes];
  for (let step = 0; step < changes; step++) {
    const draw = random();
    if (draw < 0.55 && nodes.length > copies + 1) nodes = without(nodes, nodes[Math.floor(nodes.length * random())]!);
    if (draw > 0.45 && nodes.length < 10) nodes = [...nodes, next++];
    steps.push(nodes);
  }
  return { first: empty(shards), steps, copies };
}

const fresh = [once(empty(12), range(0, 4), 2), once(empty(7), range(0, 5), 3), once(empty(40), range(0, 9), 3), once(empty(3), [8], 1), once(empty(5), [4, 9], 3), once(empty(2), range(0, 6), 2)];
const lost = [
  once(spread(12, range(0, 4), 2, 1), [0, 1, 3], 2),
  once(spread(20, range(0, 5), 3, 2), [0, 1, 2, 3], 3),
  once(spread(30, range(0, 10), 3, 3), without(range(0, 10), 4), 3),
  once(spread(24, range(0, 8), 2, 4), without(range(0, 8), 1, 6), 2),
  once(spread(60, range(0, 12), 3, 5), without(range(0, 12), 0), 3),
];
const joined = [
  once(spread(12, range(0, 3), 2, 6), [0, 1, 2, 7], 2),
  once(spread(20, range(0, 4), 3, 7), range(0, 5), 3),
  once(spread(30, range(0, 9), 3, 8), [...range(0, 9), 20], 3),
  once(spread(24, range(0, 6), 2, 9), range(0, 8), 2),
  once(spread(16, range(0, 3), 1, 10), range(0, 4), 1),
  once(spread(60, range(0, 4), 4, 18), range(0, 12), 4),
  once([...spread(10, [0, 1], 2, 11), ...spread(10, [0, 1, 2, 3], 2, 11)], range(0, 5), 2),
];
const same = [once(spread(12, range(0, 4), 2, 12), range(0, 4), 2), once(spread(31, range(0, 7), 3, 13), range(0, 7).reverse(), 3), once(spread(9, range(0, 5), 4, 14), [3, 0, 4, 1, 2], 4)];
const few = [once(spread(8, range(0, 3), 3, 15), [1, 2], 3), { first: empty(10), steps: [range(0, 2), range(0, 3), range(0, 4), [3]], copies: 3 }];
/** The nodes stay, and something must move all the same. */
const lopsided = [once([...spread(10, [0, 1], 2, 16), ...spread(2, [2, 3], 2, 16)], range(0, 4), 2), once([...spread(6, [0, 1, 2], 3, 17), ...spread(15, [3, 4, 5, 6], 3, 17)], range(0, 7), 3)];
const many = [comings(21, 24, 6, 3, 12), comings(22, 40, 8, 3, 12), comings(23, 15, 5, 3, 12), comings(24, 32, 7, 3, 12)];
const all = [...fresh, ...lost, ...joined, ...same, ...few, ...lopsided, ...many];

registerGrader({
  exercise: "71-shard-placement",
  file: "placement.ts",
  exports: ["place"],
  rig: fileURLToPath(new URL("71-shard-placement.rig.ts", import.meta.url)),
  limit: 15_000,
  cases: [
    each("copies lie apart, on nodes that are there", 5, all, ({ next, nodes, copies }) => notApart(next, nodes, copies)),
    each("no node holds much more than another", 5, all, ({ next, nodes }) => notLevel(next, nodes)),
    each("no node leads much more than its share", 4, all, ({ next, nodes }) => notLed(next, nodes)),
    each("when nothing has changed, nothing changes", 2, [...same, ...lost], (step) => (step.before.length === step.nodes.length ? (wrong(step) ?? changes(step)) : undefined) ?? (step.changed ? "place has changed its own arguments, which stay as they are: look for what is sorted, filled or filtered in place" : undefined)),
    each("a node is lost", 5, lost, (step) => wrong(step) ?? tooManyMoves([step])),
    each("a node joins", 4, joined, (step) => wrong(step) ?? tooManyMoves([step])),
    together("nodes come and go", 3, [...many, ...lopsided], tooManyMoves),
    together("leaders stay", 2, [...lost, ...joined.filter(({ copies }) => copies > 1), ...many], handedOver),
  ],
});

/** One change, and what the answer made of it. */
interface Step {
  readonly previous: Placement;
  readonly next: Placement;
  readonly nodes: readonly number[];
  readonly copies: number;
  /** The nodes before, or nothing at the beginning. */
  readonly before: readonly number[];
  /** Whether `place` has changed what it was given. */
  readonly changed: boolean;
}

/** The steps of a run as far as they go, and why they go no further. */
function stepsOf({ first, steps, copies }: Run, replies: readonly PureReply[]): { readonly taken: Step[]; readonly unusable: string | undefined } {
  const taken: Step[] = [];
  let previous = first;
  for (const [index, nodes] of steps.entries()) {
    const { reply, changed } = replies[index] ?? { reply: { odd: "nothing" }, changed: false };
    const before = [...new Set(previous.flat())].sort((one, other) => one - other);
    const unwritten = stillToDo(reply);
    if (unwritten !== undefined) return { taken, unusable: notWritten(`\`${unwritten}\``) };
    if (!("value" in reply) || !isPlacement(reply.value, first.length)) return { taken, unusable: `${situation({ previous, nodes, copies, before })}: place ${"value" in reply && Array.isArray(reply.value) ? `returned ${reply.value.length === first.length ? "something else" : `a list of ${reply.value.length}`}` : inWords(reply)}; expected a list of ${first.length} lists of nodes.` };
    taken.push({ previous, next: reply.value, nodes, copies, before, changed });
    previous = reply.value;
  }
  return { taken, unusable: undefined };
}

/** A case about single changes: the first wrong one is told. */
function each(name: string, points: number, runs: readonly Run[], look: (step: Step) => string | undefined): Case {
  return ofRuns(name, points, runs, (taken) => {
    for (const step of taken) {
      const message = look(step);
      if (message !== undefined) return `${situation(step)}: ${message}.`;
    }
    return undefined;
  });
}

/** A case about whole runs. */
function together(name: string, points: number, runs: readonly Run[], look: (steps: readonly Step[]) => string | undefined): Case {
  return ofRuns(name, points, runs, (taken) => {
    const bad = taken.find((step) => wrong(step) !== undefined);
    if (bad !== undefined) return `${situation(bad)}: ${wrong(bad)}.`;
    const message = look(taken);
    return message && `${taken.length === 1 ? situation(taken[0]!) : `${taken.length} changes, ${taken[0]!.next.length} shards of ${taken[0]!.copies} copies, ${Math.min(...taken.map(({ nodes }) => nodes.length))} to ${Math.max(...taken.map(({ nodes }) => nodes.length))} nodes`}: ${message}.`;
  });
}

function ofRuns(name: string, points: number, runs: readonly Run[], look: (taken: readonly Step[]) => string | undefined): Case {
  return {
    name,
    points,
    requests: runs.map((run) => ({ on: "rig", call: "follow", args: [run] })),
    judge(replies) {
      for (const [index, run] of runs.entries()) {
        const { taken, unusable } = stepsOf(run, (replies[index] as { value: PureReply[] }).value);
        const message = (taken.length > 0 ? look(taken) : undefined) ?? unusable;
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

/** What was asked, as the beginning of a sentence. */
function situation({ previous, nodes, before, copies }: Pick<Step, "previous" | "nodes" | "before" | "copies">): string {
  const asked = `${previous.length} shards, ${copies} ${copies === 1 ? "copy" : "copies"} of each`;
  const gone = before.filter((node) => !nodes.includes(node));
  const came = nodes.filter((node) => !before.includes(node));
  if (before.length === 0) return `${asked}, placed for the first time on nodes ${nodes.join(", ")}`;
  const what = [gone.length > 0 ? `${gone.join(" and ")} ${gone.length > 1 ? "are" : "is"} gone` : "", came.length > 0 ? `${came.join(" and ")} ${came.length > 1 ? "have" : "has"} joined` : ""].filter((text) => text !== "");
  return `${asked}, on nodes ${before.join(", ")}; now ${what.length === 0 ? (notLevel(previous, nodes) === undefined ? `the same nodes are listed as ${nodes.join(", ")}` : "the same nodes are there, but they hold too much or too little") : what.join(" and ")}`;
}

/** What is wrong with a placement, whatever it costs. */
const wrong = ({ next, nodes, copies }: Step): string | undefined => notApart(next, nodes, copies) ?? notLevel(next, nodes) ?? notLed(next, nodes);

function notApart(next: Placement, nodes: readonly number[], copies: number): string | undefined {
  for (const [index, shard] of next.entries()) {
    const stranger = shard.find((node) => !nodes.includes(node));
    if (stranger !== undefined) return `you put shard ${index} on node ${stranger}, which is not there`;
    const twice = shard.find((node, place) => shard.indexOf(node) < place);
    if (twice !== undefined) return `you put two copies of shard ${index} on node ${twice}, where they would be lost together`;
    const wanted = Math.min(copies, nodes.length);
    if (shard.length !== wanted) return `shard ${index} has ${shard.length} copies, expected ${wanted}${wanted < copies ? ": there are no more nodes" : ""}`;
  }
  return undefined;
}

function notLevel(next: Placement, nodes: readonly number[]): string | undefined {
  const held = nodes.map((node) => next.filter((shard) => shard.includes(node)).length);
  const [least, most] = [Math.min(...held), Math.max(...held)];
  return most - least > 1 ? `node ${nodes[held.indexOf(most)]} holds ${most} copies and node ${nodes[held.indexOf(least)]} holds ${least}: they may differ by one` : undefined;
}

const mostLed = (next: Placement, nodes: readonly number[]): number => Math.ceil(next.length / nodes.length) + 1;
const ledBy = (placement: Placement, node: number): number => placement.filter(([leader]) => leader === node).length;

/** Who leads too many is at fault if one of them could be handed to somebody who leads fewer than the most. */
function notLed(next: Placement, nodes: readonly number[]): string | undefined {
  const most = mostLed(next, nodes);
  for (const [index, shard] of next.entries()) {
    const [leader, ...others] = shard.map((node) => ({ node, led: ledBy(next, node) }));
    const free = others.find(({ led }) => led < most);
    if (leader !== undefined && leader.led > most && free !== undefined) return `node ${leader.node} leads ${leader.led} of ${next.length} shards; with ${nodes.length} nodes at most ${most} are allowed, and shard ${index} could be handed to node ${free.node}, which leads ${free.led}. The first in a shard's list is its leader`;
  }
  return undefined;
}

/** Anything that is not as it was. */
function changes({ previous, next }: Step): string | undefined {
  const moves = movesBetween(previous, next);
  if (moves > 0) return `${moves} copies move, and none need`;
  const handed = next.findIndex(([leader], index) => leader !== previous[index]![0]);
  return handed < 0 ? undefined : `shard ${handed} has another leader, ${next[handed]![0]} instead of ${previous[handed]![0]}, and need not`;
}

/** Where more is moved than may be; what is placed for the first time costs nothing. */
function tooManyMoves(steps: readonly Step[]): string | undefined {
  const counted = steps.filter(({ before }) => before.length > 0);
  const moves = counted.reduce((sum, { previous, next }) => sum + movesBetween(previous, next), 0);
  const sumOf = (bound: typeof leastMoves): number => counted.reduce((sum, { previous, nodes, copies }) => sum + bound(previous, nodes, copies), 0);
  // To be exact takes time, and is only needed if the bound says nothing.
  if (moves <= sumOf(lowerBound) + counted.length) return undefined;
  const least = sumOf(leastMoves);
  if (moves <= least + counted.length) return undefined;
  const { wanted } = shares(counted[0]!.previous, counted[0]!.nodes, counted[0]!.copies);
  return `${moves} copies move${counted.length === 1 ? ` of ${counted[0]!.previous.length * wanted}` : ""}. The least possible is ${least}, and ${counted.length === 1 ? "one more is allowed" : `${counted.length} more are allowed, one for each change`}: right, but dear`;
}

/** Leaders that were changed although their node still held the shard and led no more than it may. */
function handedOver(steps: readonly Step[]): string | undefined {
  let needless = 0;
  for (const { previous, next, nodes } of steps) {
    for (const node of nodes) {
      const kept = previous.flatMap(([leader], index) => (leader === node && next[index]!.includes(node) ? [index] : []));
      const handed = kept.filter((index) => next[index]![0] !== node).length;
      needless += Math.max(0, handed - Math.max(0, kept.length - mostLed(next, nodes)));
    }
  }
  return needless > steps.length ? `${needless} shards get another leader although the old one still holds them and does not lead too many; ${steps.length === 1 ? "one is" : `${steps.length} are`} overlooked. Each change is a moment in which nobody can write` : undefined;
}
