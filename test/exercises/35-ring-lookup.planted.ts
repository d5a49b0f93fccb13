import type { Planted } from "./planted.js";

const SORT = "return ring.sort((a, b) => a.position - b.position || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));";
const LENGTH = "length: weight * points";
const FIRST = "const first = firstAt(ring, position);";
const WALK = "for (let step = 0; step < ring.length && nodes.length < count; step++) {";
const STEP = "const { node } = ring.at((first + step) % ring.length);";
const SKIP = "if (!nodes.includes(node)) nodes.push(node);";
const SEARCH = `  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // Where it is equal we go on to the left: an equal point may stand there as well.
    if (ring.at(middle).position < position) low = middle + 1;
    else high = middle;
  }
  return low % ring.length;`;

// The cases.
const ORDER = "all points stand in the order of their positions";
const WEIGHT = "a node of weight 3 has three times as many";
const LISTED = "it does not matter in which order nodes are listed";
const OWNER = "the owner is the first point at or after the key";
const WRAP = "after the last point comes the first";
const COLLIDE = "of points at one position, the first by name owns it";
const COPIES = "copies lie on different nodes";
const FEW = "there are no more copies than nodes";
const ENDLESS = "a ring of 2^30 points";

// What is told.
const RISE = /they must rise, as numbers do/;
const BY_NAME = /should come first: by name/;
const STAY = /Points at one position all stay/;
const COUNT = /points of node \w+, expected \d+: its weight is/;
const NUMBERED = /from a#0 on/;
const HALVED = /Error: 100 looks at points were not enough.*can be halved 30 times/;
const ROUND = /looks at points were not enough.*Once round the ring all nodes have been seen/;
const OUTSIDE = /threw RangeError: at\(\d+\): the points are numbered from 0/;
const TWICE = /replicasOf returned.*Two copies on node \w+ would be lost together/;
const BEYOND = /It lies beyond the last point, and after that comes the first/;
const SEVERAL = /several nodes have one there, \w+(, \w+)+ in the order of the ring/;
const RIGHT_AT = /There is a point right at \d+, and it counts/;
const NEXT = /The first point after it lies at \d+/;
const SAYS = /The first point at or after it says whose it is/;

/** Mistakes on a hash ring; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "guesses where the key must be, as in a telephone book", changes: [[SEARCH, `  let [low, high] = [0, ring.length - 1];
  if (position > ring.at(high).position) return 0;
  while (low < high) {
    const [from, to] = [ring.at(low).position, ring.at(high).position];
    if (position <= from) return low;
    const guess = Math.min(high - 1, low + Math.floor(((position - from) / (to - from)) * (high - low)));
    if (ring.at(guess).position < position) low = guess + 1;
    else if (guess === low || ring.at(guess - 1).position < position) return guess;
    else high = guess - 1;
  }
  return low;`]], fails: {} },
  { bug: "collects nodes in a set, and counts down", changes: [
    [SORT, 'return [...ring].sort((a, b) => (a.position === b.position ? [a.node, b.node].sort()[0] === a.node ? -1 : 1 : a.position < b.position ? -1 : 1));'],
    [FIRST, "const found = new Set<string>();\n  let index = firstAt(ring, position);"],
    [WALK, "for (let left = ring.length; left > 0 && found.size < count; left--) {"],
    [STEP, "found.add(ring.at(index).node);"],
    [SKIP, "if (++index === ring.length) index = 0;"],
    ["  return nodes;", "  return [...found, ...nodes];"],
  ], fails: {} },
  { bug: "sorts positions as text", changes: [[SORT, "return ring.sort((a, b) => (`${a.position} ${a.node}` < `${b.position} ${b.node}` ? -1 : 1));"]], fails: { [ORDER]: RISE, [WEIGHT]: RISE, [LISTED]: RISE } },
  { bug: "leaves colliding points as the nodes are listed", changes: [[SORT, "return ring.sort((a, b) => a.position - b.position);"]], fails: { [LISTED]: BY_NAME } },
  { bug: "keeps one point a position", changes: [[SORT, `${SORT.slice(0, -1)}.filter(({ position }, i, all) => position !== all[i - 1]?.position);`]], fails: { [LISTED]: STAY } },
  { bug: "gives every node as many points", changes: [[LENGTH, "length: Math.max(points, 0 * weight)"]], fails: { [WEIGHT]: COUNT } },
  { bug: "numbers points from 1", changes: [["hash(`${name}#${i}`)", "hash(`${name}#${i + 1}`)"]], fails: { [ORDER]: NUMBERED, [WEIGHT]: NUMBERED, [LISTED]: BY_NAME } },
  { bug: "takes the first point after the key, never one at it", changes: [[SEARCH, SEARCH.replace("position < position", "position <= position")]], fails: { [OWNER]: RIGHT_AT, [COLLIDE]: SEVERAL, [COPIES]: RIGHT_AT, [FEW]: RIGHT_AT, [ENDLESS]: SAYS } },
  { bug: "takes the point before the key", changes: [[SEARCH, SEARCH.replace("position < position", "position <= position").replace("return low % ring.length", "return (low + ring.length - 1) % ring.length")]], fails: { [OWNER]: NEXT, [WRAP]: BEYOND, [COLLIDE]: SEVERAL, [COPIES]: NEXT, [FEW]: NEXT, [ENDLESS]: SAYS } },
  { bug: "gives what lies beyond the last point to the last", changes: [[SEARCH, SEARCH.replace("low % ring.length", "Math.min(low, ring.length - 1)")]], fails: { [WRAP]: BEYOND, [COLLIDE]: BEYOND, [COPIES]: BEYOND, [FEW]: BEYOND, [ENDLESS]: BEYOND } },
  { bug: "forgets that the circle has no end", changes: [[SEARCH, SEARCH.replace("low % ring.length", "low")]], fails: { [WRAP]: OUTSIDE, [COLLIDE]: OUTSIDE, [ENDLESS]: OUTSIDE } },
  { bug: "stops searching at any point that lies at the key", changes: [[SEARCH, SEARCH.replace("    // Where", "    if (ring.at(middle).position === position) return middle;\n    // Where")]], fails: { [COLLIDE]: SEVERAL, [COPIES]: SEVERAL } },
  { bug: "reads point after point", changes: [[SEARCH, "  for (let i = 0; i < ring.length; i++) if (ring.at(i).position >= position) return i;\n  return 0;"]], fails: { [ENDLESS]: HALVED } },
  { bug: "puts copies on the next points, whosever they are", changes: [[SKIP, "nodes.push(node);"]], fails: { [COPIES]: TWICE, [FEW]: TWICE, [ENDLESS]: TWICE } },
  { bug: "skips only a node that it has just had", changes: [[SKIP, "if (nodes.at(-1) !== node) nodes.push(node);"]], fails: { [COPIES]: TWICE, [FEW]: TWICE } },
  { bug: "ends its walk at the end of the list", changes: [[WALK, "for (let step = 0; first + step < ring.length && nodes.length < count; step++) {"]], fails: { [COPIES]: NEXT, [FEW]: NEXT, [ENDLESS]: SAYS } },
  { bug: "looks no farther than the next few points", changes: [[WALK, "for (let step = 0; step < Math.min(ring.length, 4 * count) && nodes.length < count; step++) {"]], fails: { [COPIES]: /on a ring of 31 points/ } },
  { bug: "puts the list that it was given in order", changes: [[SORT, "(members as Member[]).sort((a, b) => (a.name < b.name ? -1 : 1));\n  return ring.sort((a, b) => a.position - b.position || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));"]], fails: { [LISTED]: /buildRing changed the list of nodes that it was given, c, a, b/ } },
  { bug: "walks until it has enough", changes: [[WALK, "for (let step = 0; nodes.length < count; step++) {"]], fails: { [FEW]: ROUND } },
];
