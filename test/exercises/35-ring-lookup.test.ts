import { fileURLToPath } from "node:url";
import { inWords, type Reply } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { deriveRandom } from "../../lib/random.js";
import type { Question } from "./35-ring-lookup.rig.js";
import { endless, endlessNodesFrom, hashOf, type Member, nodesFrom, type Point, points, randomRing, wholeRing } from "./35-ring-lookup.rings.js";
import { type Case, registerGrader } from "./grader.js";

/** Looks at the endless ring that are allowed for one key: three for each of the thirty times that it can be halved. */
const budget = 100;

const distinct = points("10a 20b 30c 45a 60b 75c 90a");
const sparse = [points("10a 20b 30c"), distinct, points("0b 50a"), points("7a")];
const colliding = [points("10a 20c 20b 30a"), points("5b 5a 5c 9a"), points("9c 20a 20b 20c"), points("20d 20c 20b 20a"), points("0b 0a 40c 40a"), points("10b 20b 20a 20c 20d 20e 30f"), ...[1, 2, 3].map((seed) => randomRing(seed, 5, 14, 20))];
const inARow = points([..."aaaaaaaaaaaaaaaaaaaaaaaabaaaaac"].map((node, index) => `${10 * index + 10}${node}`).join(" "));
const random = [11, 12, 13, 14].map((seed) => randomRing(seed, 6, 40, 1000));

registerGrader({
  exercise: "35-ring-lookup",
  file: "ring.ts",
  exports: ["buildRing", "ownerOf", "replicasOf"],
  rig: fileURLToPath(new URL("35-ring-lookup.rig.ts", import.meta.url)),
  limit: 10_000,
  cases: [
    rings("all points stand in the order of their positions", 3, [
      { members: members("a1"), count: 5, bits: 32 },
      { members: members("a1 b1 c1"), count: 4, bits: 32 },
      { members: members("berlin1 tokyo1 lima1 oslo1"), count: 50, bits: 32 },
    ]),
    rings("a node of weight 3 has three times as many", 2, [
      { members: members("a1 b3"), count: 2, bits: 32 },
      { members: members("a2 b1 c5"), count: 20, bits: 32 },
    ]),
    rings("it does not matter in which order nodes are listed", 2, [
      { members: members("c1 a1 b1"), count: 20, bits: 5 },
      { members: members("b1 c1 a1"), count: 20, bits: 5 },
      { members: members("d1 b1 a1 c1"), count: 30, bits: 4 },
      { members: members("n101 n91 n111"), count: 10, bits: 3 },
    ], true),
    lookups("the owner is the first point at or after the key", 3, [...sparse, ...random].map((ring) => asks(ring, (position) => alone(ring, position) && position <= ring.at(-1)!.position))),
    lookups("after the last point comes the first", 2, [...sparse, ...random].map((ring) => asks(ring, (position) => position > ring.at(-1)!.position))),
    lookups("of points at one position, the first by name owns it", 2, colliding.map((ring) => asks(ring, (position) => !alone(ring, position)))),
    lookups("copies lie on different nodes", 3, [
      ...[distinct, points("10a 20a 30b 40a 50b 60c"), points("10a 20b 30b 40b 50a"), points("10c 20a 30a 40a"), ...random].map((ring) => asks(ring, () => true, [1, 2, Math.min(3, nodesFrom(ring, 0).length)])),
      ...colliding.map((ring) => asks(ring, () => true, [2])),
      // By chance many points of one node may follow each other.
      asks(inARow, () => true, [2, 3]),
    ]),
    lookups("there are no more copies than nodes", 1, [...sparse, points("10a 20a 30b 40a")].map((ring) => asks(ring, () => true, [4, 5, 9]))),
    onEndless("a ring of 2^30 points", 2),
  ],
});

/** Reads "a1 b3": nodes and their weights, in this order. */
function members(text: string): Member[] {
  return text.split(" ").map((word) => ({ name: word.slice(0, -1), weight: Number(word.at(-1)) }));
}

interface Made {
  readonly members: readonly Member[];
  readonly count: number;
  readonly bits: number;
}

/** A case of rings that are built, each with a hash of its own. With `untouched` the list of nodes must be the same afterwards. */
function rings(name: string, value: number, list: readonly Made[], untouched = false): Case {
  return {
    name,
    points: value,
    requests: list.map(({ members, count, bits }, seed) => ({ on: "rig", call: untouched ? "buildFrom" : "build", args: [members, count, bits, seed] })),
    judge(replies) {
      for (const [seed, made] of list.entries()) {
        const reply = replies[seed]!;
        const from = untouched && "value" in reply ? (reply.value as { ring: unknown; changed: boolean }) : undefined;
        const message = wrongRing(from === undefined ? reply : { value: from.ring }, made, seed);
        if (message !== undefined) return { message };
        if (from?.changed) return { message: `buildRing changed the list of nodes that it was given, ${made.members.map(({ name }) => name).join(", ")}: whoever holds that list reads another one now. Sort a copy.` };
      }
      return undefined;
    },
  };
}

function wrongRing(reply: Reply, { members, count, bits }: Made, seed: number): string | undefined {
  if (isUnbegun(reply)) return notWritten("`buildRing`");
  const asked = `Nodes ${members.map(({ name, weight }) => (weight === 1 ? name : `${name} (weight ${weight})`)).join(", ")}, listed in this order, with ${count} points for each weight 1`;
  if (!("value" in reply) || !isRing(reply.value)) return `${asked}: buildRing ${inWords(reply)}; expected a list of { position, node }.`;
  const [ring, right] = [reply.value, wholeRing(members, count, hashOf(bits, seed))];
  for (const { name, weight } of members) {
    const [has, should] = [ring, right].map((list) => list.filter(({ node }) => node === name).length);
    if (has !== should) return `${asked}: your ring has ${has} points of node ${name}, expected ${should}: its weight is ${weight}.${bits < 32 ? " Points at one position all stay." : ""}`;
  }
  const fall = ring.findIndex(({ position }, index) => index > 0 && position < ring[index - 1]!.position);
  if (fall > 0) return `${asked}: point ${fall} of your ring lies at ${ring[fall]!.position}, and the one before it at ${ring[fall - 1]!.position}: they must rise, as numbers do.`;
  const wrong = right.findIndex(({ position, node }, index) => ring[index]?.position !== position || ring[index].node !== node);
  if (wrong < 0) return ring.length === right.length ? undefined : `${asked}: your ring has ${ring.length} points, expected ${right.length}.`;
  const is = ring[wrong]!;
  if (is.position === right[wrong]!.position) return `${asked}: at position ${is.position} several points collide, and your ring has ${is.node} where ${right[wrong]!.node} should come first: by name, so that it is the same for everybody, however the nodes are listed.`;
  return `${asked}: point ${wrong} of your ring is ${inPoints([is])}, expected ${inPoints([right[wrong]!])}: point i of node a lies at hash("a#i"), from a#0 on.`;
}

const isRing = (value: unknown): value is Point[] => Array.isArray(value) && value.every((point: Partial<Point> | null) => typeof point?.position === "number" && typeof point.node === "string");

/** One ring, and what is asked about it. */
interface Asked {
  readonly ring: readonly Point[];
  readonly questions: readonly Question[];
}

/** Asks about every point of a ring, and about the positions right before and behind it, where `which` says so. */
function asks(ring: readonly Point[], which: (position: number) => boolean, counts?: readonly number[]): Asked {
  const positions = [...new Set([0, ...ring.flatMap(({ position }) => [position - 1, position, position + 1])])].filter((position) => position >= 0 && which(position));
  return { ring, questions: positions.flatMap((position): Question[] => counts?.map((count) => ({ position, count })) ?? [{ position }]) };
}

/** Whether no two points lie where the lookup of a position ends. */
function alone(ring: readonly Point[], position: number): boolean {
  const end = ring.find((point) => point.position >= position)?.position ?? ring[0]!.position;
  return ring.filter((point) => point.position === end).length === 1;
}

/** A case of lookups on rings that can be read in full; the first wrong one is told. */
function lookups(name: string, value: number, list: readonly Asked[]): Case {
  return {
    name,
    points: value,
    requests: list.map(({ ring, questions }) => ({ on: "rig", call: "lookUp", args: [ring, questions, 10 * ring.length + 100] })),
    judge(replies) {
      for (const [index, { ring, questions }] of list.entries()) {
        for (const [place, question] of questions.entries()) {
          const reply = (replies[index] as { value: Reply[] }).value[place]!;
          const message = wrongLookup(reply, question, nodesFrom(ring, question.position), ring);
          if (message !== undefined) return { message };
        }
      }
      return undefined;
    },
  };
}

/** What is wrong with a lookup, where the nodes from its position on are these. */
function wrongLookup(reply: Reply, { position, count }: Question, nodes: readonly string[], ring: readonly Point[] | "endless"): string | undefined {
  const right = count === undefined ? nodes[0]! : nodes.slice(0, count);
  if ("value" in reply && JSON.stringify(reply.value) === JSON.stringify(right)) return undefined;
  const call = count === undefined ? "ownerOf" : "replicasOf";
  if (isUnbegun(reply)) return notWritten(/"?Error: (\w+) is still/.test((reply as { threw: string }).threw) ? `\`${/Error: (\w+) is still/.exec((reply as { threw: string }).threw)![1]}\`` : `\`${call}\``);
  const on = ring === "endless" ? `a ring of ${endless.length} points` : ring.length > 14 ? `a ring of ${ring.length} points, of which ${inPoints(around(ring, position))} are next to it` : `the ring ${inPoints(ring)}`;
  return `${call} ${inWords(reply)} for position ${position}${count === undefined ? "" : ` and ${count === 1 ? "1 copy" : `${count} copies`}`} on ${on}; expected ${Array.isArray(right) ? right.join(", ") : right}. ${why(reply, position, count, ring)}.`;
}

/** The rule that a wrong lookup has broken, in words. */
function why(reply: Reply, position: number, count: number | undefined, ring: readonly Point[] | "endless"): string {
  if ("threw" in reply && /looks at points were not enough/.test(reply.threw)) return ring === "endless" ? `A list of ${endless.length} points can be halved 30 times; then one is left` : "Once round the ring all nodes have been seen, and it must end";
  const given = "value" in reply && Array.isArray(reply.value) ? (reply.value as unknown[]) : [];
  const twice = given.find((node, index) => given.indexOf(node) < index);
  if (twice !== undefined) return `Two copies on node ${String(twice)} would be lost together`;
  if (ring === "endless") return position > endless.at(endless.length - 1).position ? "It lies beyond the last point, and after that comes the first" : "The first point at or after it says whose it is, and those behind it who comes next";
  const first = ring.find((point) => point.position >= position);
  const place = (first ?? ring[0]!).position;
  const there = ring.filter((point) => point.position === place);
  const where = first === undefined ? `It lies beyond the last point, and after that comes the first, at ${place}` : place === position ? `There is a point right at ${place}, and it counts` : `The first point after it lies at ${place}`;
  const collided = there.length > 1 ? `; several nodes have one there, ${there.map(({ node }) => node).join(", ")} in the order of the ring` : "";
  return `${where}${collided}${count === undefined || count === 1 ? "" : "; from there the ring is followed upwards, and round, to the next nodes"}`;
}

function around(ring: readonly Point[], position: number): Point[] {
  const next = ring.findIndex((point) => point.position >= position);
  const from = next < 0 ? ring.length : next;
  return [-2, -1, 0, 1, 2].map((step) => ring[(from + step + ring.length) % ring.length]!);
}

const inPoints = (list: readonly Point[]): string => list.map(({ position, node }) => `${position} ${node}`).join(", ");

/** Keys on a ring of which nobody can see more than a little. */
function onEndless(name: string, value: number): Case {
  const draw = deriveRandom(35, 0);
  const last = endless.at(endless.length - 1).position;
  const positions = [0, 1, last, last + 1, ...Array.from({ length: 40 }, () => Math.floor(4294967296 * draw()))];
  const questions = positions.flatMap((position): Question[] => [{ position }, { position, count: 3 }]);
  return {
    name,
    points: value,
    requests: [{ on: "rig", call: "lookUp", args: ["endless", questions, budget] }],
    judge([reply]) {
      for (const [place, question] of questions.entries()) {
        const message = wrongLookup((reply as { value: Reply[] }).value[place]!, question, endlessNodesFrom(question.position, 3), "endless");
        if (message !== undefined) return { message };
      }
      return undefined;
    },
  };
}

function isUnbegun(reply: Reply): boolean {
  return "threw" in reply && / is still to do$/.test(reply.threw);
}
