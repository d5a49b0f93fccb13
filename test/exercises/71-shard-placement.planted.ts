import type { Planted } from "./planted.js";

const WHOLE = "  const shards = previous.map((shard) => shard.filter((node) => nodes.includes(node)));\n  fillUp(shards, nodes, copies);\n  level(shards, nodes, previous);\n  chooseLeaders(shards, nodes, previous);\n  return shards;";
const LEFT = "const shards = previous.map((shard) => shard.filter((node) => nodes.includes(node)));";
const LEADERS = "  chooseLeaders(shards, nodes, previous);\n";
const ENOUGH = "while (shard.length < Math.min(copies, nodes.length)) {";
const ABLE = "const able = nodes.filter((node) => !shard.includes(node));";
const FEWEST = "shard.push(able.reduce((least, node) => (held(shards, node) < held(shards, least) ? node : least)));";
const DONE = "if (held(shards, most) - held(shards, least) <= 1) return;";
const FOREVER = "  for (;;) {\n    const byLoad";
const LEAST = "const [least, most] = [byLoad[0]!, byLoad.at(-1)!];";
const LOOP = `  for (;;) {
    const byLoad = [...nodes].sort((one, other) => held(shards, one) - held(shards, other));
    const [least, most] = [byLoad[0]!, byLoad.at(-1)!];
    if (held(shards, most) - held(shards, least) <= 1) return;
    // Who holds more holds one that the other does not.
    const movable = shards.flatMap((shard, index) => (shard.includes(most) && !shard.includes(least) ? [index] : []));
    // A copy that has yet to be made may as well be made elsewhere; and a leader should stay where it is.
    const cost = (index: number): number => (!previous[index]!.includes(most) ? 0 : previous[index]![0] !== most ? 1 : 2);
    const chosen = movable.reduce((cheapest, index) => (cost(index) < cost(cheapest) ? index : cheapest));
    shards[chosen]![shards[chosen]!.indexOf(most)] = least;
  }`;
const MOVABLE = "shard.includes(most) && !shard.includes(least) ? [index] : []";
const COST = "(!previous[index]!.includes(most) ? 0 : previous[index]![0] !== most ? 1 : 2)";
const KEPT = "const leaders = shards.map((shard, index) => shard.find((node) => node === previous[index]![0]));";
const SHARE = "const most = Math.ceil(shards.length / nodes.length) + 1;";
const HANDING = "if (burdened.length === 0) break;";

// The cases.
const APART = "copies lie apart, on nodes that are there";
const LEVEL = "no node holds much more than another";
const LED = "no node leads much more than its share";
const SAME = "when nothing has changed, nothing changes";
const LOST = "a node is lost";
const JOINED = "a node joins";
const MANY = "nodes come and go";
const STAY = "leaders stay";

// What is told.
const DEAR = /\d+ copies move of \d+\. The least possible is \d+, and one more is allowed: right, but dear/;
const DEAR_RUN = /\d+ copies move\. The least possible is \d+, and 12 more are allowed, one for each change: right, but dear/;
const HANDED = /\d+ shards get another leader although the old one still holds them/;
const UNEVEN = /node \d+ holds \d+ copies and node \d+ holds \d+: they may differ by one/;
const LEADS = /node \d+ leads \d+ of \d+ shards; with \d+ nodes at most \d+ are allowed, and shard \d+ could be handed to node \d+/;
const LOPSIDED = /now the same nodes are there, but they hold too much or too little: node \d+ holds/;
const YOURS = /place has changed its own arguments, which stay as they are/;
const GONE = /you put shard \d+ on node \d+, which is not there/;
const TWICE = /you put two copies of shard \d+ on node \d+, where they would be lost together/;
const MORE = /shard 0 has 3 copies, expected 2: there are no more nodes|you put two copies/;

/** Mistakes in the placement of shards; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "fixes the shares first, takes what is too much, and deals that out", changes: [[WHOLE, `  const wanted = Math.min(copies, nodes.length);
  const shards = previous.map((shard) => shard.filter((node) => nodes.includes(node)));
  const total = wanted * shards.length;
  const share = new Map<NodeId, number>();
  [...nodes].sort((a, b) => held(shards, b) - held(shards, a)).forEach((node, place) => share.set(node, Math.floor(total / nodes.length) + (place < total % nodes.length ? 1 : 0)));
  const room = (node: NodeId): number => share.get(node)! - held(shards, node);
  for (const node of nodes) {
    while (room(node) < 0) {
      // A shard that lacks nothing yet, so that whoever joins can take what is dropped; its followers first.
      const from = [...shards].filter((shard) => shard.includes(node)).sort((a, b) => b.length - a.length || b.indexOf(node) - a.indexOf(node))[0]!;
      from.splice(from.indexOf(node), 1);
    }
  }
  for (const shard of [...shards].sort((a, b) => a.length - b.length)) {
    while (shard.length < wanted) {
      const able = nodes.filter((node) => !shard.includes(node)).sort((a, b) => room(b) - room(a));
      const node = able[0]!;
      if (room(node) <= 0) {
        // Whoever has room holds this shard already: another's copy goes there, and this one takes its place.
        const free = nodes.find((one) => room(one) > 0)!;
        const other = shards.find((one) => one.includes(node) && !one.includes(free))!;
        other[other.indexOf(node)] = free;
      }
      shard.push(node);
    }
  }
  chooseLeaders(shards, nodes, previous);
  return shards;`]], fails: {} },
  { bug: "counts loads once and keeps the count", changes: [
    [FEWEST, "shard.unshift(able.sort((one, other) => held(shards, one) - held(shards, other) || other - one)[0]!);"],
    [LOOP, `  const load = new Map(nodes.map((node) => [node, held(shards, node)]));
  while (Math.max(...load.values()) - Math.min(...load.values()) > 1) {
    const [most] = [...load].reduce((a, b) => (b[1] > a[1] ? b : a));
    const [least] = [...load].reduce((a, b) => (b[1] <= a[1] ? b : a));
    const sets = shards.map((shard) => new Set(shard));
    const able = [...sets.keys()].filter((index) => sets[index]!.has(most) && !sets[index]!.has(least)).reverse();
    const index = able.find((one) => !previous[one]!.includes(most)) ?? able.find((one) => previous[one]!.includes(least)) ?? able.find((one) => previous[one]![0] !== most) ?? able[0]!;
    shards[index] = [...shards[index]!.filter((node) => node !== most), least];
    load.set(most, load.get(most)! - 1);
    load.set(least, load.get(least)! + 1);
  }`],
  ], fails: {} },
  { bug: "levels any two nodes that differ, in whatever order they come", changes: [[LEAST, `const pairs = nodes.flatMap((one) => nodes.map((other) => [one, other] as const)).filter(([one, other]) => held(shards, other) - held(shards, one) > 1);
    if (pairs.length === 0) return;
    const [least, most] = pairs[0]!;`]], fails: { [JOINED]: DEAR } },
  { bug: "deals anew", changes: [[WHOLE, "  const wanted = Math.min(copies, nodes.length);\n  return previous.map((_, shard) => Array.from({ length: wanted }, (_, copy) => nodes[(shard + copy) % nodes.length]!));"]], fails: { [LEVEL]: UNEVEN, [SAME]: /\d+ copies move, and none need/, [LOST]: DEAR, [JOINED]: DEAR, [MANY]: UNEVEN, [STAY]: HANDED } },
  { bug: "deals anew, without a gap", changes: [[WHOLE, `  const wanted = Math.min(copies, nodes.length);
  const leads = new Map(nodes.map((node) => [node, 0]));
  let next = 0;
  return previous.map(() => {
    const dealt = Array.from({ length: wanted }, () => nodes[next++ % nodes.length]!).sort((a, b) => leads.get(a)! - leads.get(b)!);
    leads.set(dealt[0]!, leads.get(dealt[0]!)! + 1);
    return dealt;
  });`]], fails: { [SAME]: /\d+ copies move, and none need/, [LOST]: DEAR, [JOINED]: DEAR, [MANY]: DEAR_RUN, [STAY]: HANDED } },
  { bug: "lets hashes decide (rendezvous)", changes: [[WHOLE, "  const weight = (shard: number, node: number): number => {\n    let hash = (shard * 2654435761) ^ ((node + 1) * 40503);\n    for (let round = 0; round < 4; round++) hash = Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;\n    return hash;\n  };\n  return previous.map((_, shard) => [...nodes].sort((a, b) => weight(shard, b) - weight(shard, a)).slice(0, copies));"]], fails: { [LEVEL]: UNEVEN, [LED]: LEADS, [SAME]: UNEVEN, [LOST]: UNEVEN, [JOINED]: UNEVEN, [MANY]: UNEVEN, [STAY]: UNEVEN } },
  { bug: "only replaces what is lost", changes: [[DONE, "if (most !== undefined) return;"]], fails: { [LEVEL]: UNEVEN, [LOST]: UNEVEN, [JOINED]: UNEVEN, [MANY]: UNEVEN, [STAY]: UNEVEN } },
  { bug: "keeps what lies on nodes that are gone", changes: [[LEFT, "const shards = previous.map((shard) => [...shard]);"]], fails: { [APART]: GONE, [LOST]: GONE, [MANY]: GONE, [STAY]: GONE } },
  { bug: "gives each copy to the node with fewest, whatever it holds", changes: [[ABLE, "const able = nodes;"]], fails: { [APART]: TWICE, [LOST]: TWICE, [MANY]: TWICE, [STAY]: TWICE } },
  { bug: "wants more copies than there are nodes", changes: [[ENOUGH, "while (shard.length < copies) {"], [ABLE, "const able = nodes.filter((node) => !shard.includes(node)).concat(shard.length >= nodes.length ? nodes : []);"]], fails: { [APART]: MORE } },
  { bug: "gives all that is missing to the first that can take it, and levels what was there before", changes: [[FEWEST, "shard.push(able[0]!);"], [COST, "-Number(previous[index]!.includes(most))"]], fails: { [LOST]: DEAR, [MANY]: DEAR_RUN } },
  { bug: "takes only from those who hold more than their share", changes: [[DONE, "if (held(shards, most) <= Math.ceil((shards.length * Math.min(copies, nodes.length)) / nodes.length)) return;"], ["nodes: readonly NodeId[], previous: Placement): void {\n  // <answer> TODO: from", "nodes: readonly NodeId[], previous: Placement, copies = Math.max(...shards.map((shard) => shard.length))): void {\n  // <answer> TODO: from"]], fails: { [LEVEL]: UNEVEN, [MANY]: UNEVEN, [STAY]: UNEVEN } },
  { bug: "moves a copy to where there is one", changes: [[MOVABLE, "shard.includes(most) ? [index] : []"]], fails: { [APART]: TWICE, [JOINED]: TWICE, [MANY]: TWICE, [STAY]: TWICE } },
  { bug: "lets whoever stands first in a list lead", changes: [[LEADERS, ""]], fails: { [LED]: LEADS, [LOST]: LEADS, [JOINED]: LEADS, [MANY]: LEADS, [STAY]: LEADS } },
  { bug: "elects all leaders anew", changes: [[KEPT, "const leaders = shards.map((): NodeId | undefined => undefined);"]], fails: { [SAME]: /shard \d+ has another leader, \d+ instead of \d+, and need not/, [STAY]: HANDED } },
  { bug: "never takes a shard from a leader", changes: [[HANDING, "if (burdened.length >= 0) break;"]], fails: { [LED]: LEADS, [JOINED]: LEADS, [MANY]: LEADS, [STAY]: LEADS } },
  { bug: "spreads leaders more than it must", changes: [[SHARE, "const most = Math.ceil(shards.length / nodes.length);"]], fails: { [SAME]: /shard \d+ has another leader, \d+ instead of \d+, and need not/, [STAY]: HANDED } },
  { bug: "sorts the nodes where they are", changes: [[LEFT, `(nodes as NodeId[]).sort((one, other) => one - other);\n  ${LEFT}`]], fails: { [SAME]: YOURS } },
  { bug: "takes what is gone out of the old lists", changes: [[LEFT, "const shards = previous as NodeId[][];\n  for (const shard of shards) shard.splice(0, shard.length, ...shard.filter((node) => nodes.includes(node)));\n  previous = shards.map((shard) => [...shard]);"]], fails: { [SAME]: YOURS } },
  { bug: "changes nothing if no node has come or gone", changes: [[LEFT, `const held = new Set(previous.flat());\n  if (held.size === nodes.length && nodes.every((node) => held.has(node)) && previous.every((shard) => shard.length >= Math.min(copies, nodes.length))) return previous.map((shard) => [...shard]);\n  ${LEFT}`]], fails: { [LEVEL]: LOPSIDED, [LED]: LEADS, [MANY]: LOPSIDED } },
  { bug: "levels in fifty steps", changes: [[FOREVER, FOREVER.replace("for (;;)", "for (let step = 0; step < 50; step++)")]], fails: { [LEVEL]: UNEVEN, [JOINED]: UNEVEN, [STAY]: UNEVEN } },
];
