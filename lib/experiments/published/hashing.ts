import { Maglev, populate } from "../../hashing/maglev.js";
import { crc16, slotOf } from "../../hashing/slots.js";
import { boundedLoad } from "../boundedLoad.js";
import { chordPath } from "../chordPath.js";
import { keyMovement } from "../keyMovement.js";
import { ringLoad } from "../ringLoad.js";
import { runExperiment } from "../runExperiment.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

/** Keys a node on a ring of 10,000 nodes with 1,000,000 keys, by virtual nodes a node, as read from Chord's Figure 9. */
export const CHORD_FIGURE_9 = [
  { points: 1, p1: 0, p99: 477 },
  { points: 2, p1: 7, p99: 347 },
  { points: 5, p1: 24, p99: 220 },
  { points: 10, p1: 38, p99: 186 },
  { points: 20, p1: 50, p99: 161 },
] as const;

/** Standard deviation of a bucket's size on a ring, relative to the mean, by points a bucket (Lamping and Veach 2014). */
export const RING_DEVIATIONS = [
  { points: 1, published: 0.998 },
  { points: 10, published: 0.315 },
  { points: 100, published: 0.0997 },
  { points: 1000, published: 0.0316 },
] as const;

/** Maglev's worked example, Table 1: three backends, seven entries; who has each, at first and after backend 1 has left. */
export const MAGLEV_TABLE_1 = {
  size: 7,
  permutations: [{ offset: 3, skip: 4 }, { offset: 0, skip: 2 }, { offset: 3, skip: 1 }],
  before: [1, 0, 1, 0, 2, 2, 0],
  after: [0, 0, 0, 0, 2, 2, 2],
} as const;

/** What was published of placing keys. */
export const hashingComparisons: readonly Comparison[] = [
  { source: "Stoica et al. 2001, Figure 9", compare: chordLoads },
  { source: "Stoica et al. 2001, Figure 10", compare: chordPaths },
  { source: "Lamping and Veach 2014", compare: lampingAndVeach },
  { source: "Eisenbud et al. 2016, §3.4", compare: maglev },
  { source: "Mirrokni, Thorup and Zadimoghaddam 2016", compare: boundedLoads },
  { source: "Redis cluster specification", compare: redisSlots },
];

function chordLoads(source: string): Published[] {
  return CHORD_FIGURE_9.flatMap(({ points, p1, p99 }) => {
    const row = runExperiment(ringLoad, { nodes: 10_000, keys: 1_000_000, points }, { seed: 1, trials: 3 }).rows[0]!;
    const of = `keys a node, ${points} virtual ${points === 1 ? "node" : "nodes"}`;
    const noKey = 1 / (1 + 100);
    const note = points === 1 ? `a node has no key with probability ${noKey.toFixed(4)}, so that about ${Math.round(10_000 * noKey)} of 10,000 have none: the 1st percentile, the 100th smallest load, is 0 in some trials and 1 in others` : undefined;
    return [cell(source, `1st percentile of ${of}`, p1, row.p1 as number, 0.07, note), cell(source, `99th percentile of ${of}`, p99, row.p99 as number, 0.07)];
  });
}

/** Half the bits of a distance are ones: ½ log₂ n, for large n up to a constant of about 0.14. */
function chordPaths(source: string): Published[] {
  return [256, 1024, 4096, 16384].map((nodes) => closedForm(cell(source, `mean hops, ${nodes} nodes`, Math.log2(nodes) / 2, runExperiment(chordPath, { nodes }, { seed: 1 }).rows[0]!.mean as number, 0.04)));
}

function lampingAndVeach(source: string): Published[] {
  const deviations = RING_DEVIATIONS.map(({ points, published }) => {
    const row = runExperiment(ringLoad, { nodes: 1000, keys: 1000, points }, { seed: 1, trials: points === 1000 ? 5 : 20 }).rows[0]!;
    return cell(source, `ring, ${points} ${points === 1 ? "point" : "points"} a bucket, relative standard deviation`, published, row.relativeDeviation as number, 0.03);
  });
  const moved = ([["jump", 1 / 6], ["modulo", 5 / 6]] as const).map(([scheme, published]) => {
    const row = runExperiment(keyMovement, { scheme, from: 10, to: 12 }, { seed: 1 }).rows[0]!;
    return closedForm(cell(source, `${scheme}, share of the keys that move from 10 to 12 buckets`, published, row.moved as number, 0.01));
  });
  return [...deviations, ...moved];
}

function maglev(source: string): Published[] {
  const { size, permutations, before, after } = MAGLEV_TABLE_1;
  const first = populate(permutations, size);
  const without = populate([permutations[0], permutations[2]], size).map((place) => (place === 0 ? 0 : 2));
  const counts = new Int32Array(1000);
  for (const place of new Maglev(Array.from({ length: 1000 }, (_, i) => i)).entries) counts[place]!++;
  return [
    ...before.map((backend, entry) => cell(source, `worked example, entry ${entry}: its backend`, backend, first[entry]!, 0)),
    ...after.map((backend, entry) => cell(source, `worked example without backend 1, entry ${entry}: its backend`, backend, without[entry]!, 0)),
    closedForm(cell(source, "1000 backends, 65,537 entries: fewest a backend", Math.floor(65537 / 1000), Math.min(...counts), 0)),
    closedForm(cell(source, "1000 backends, 65,537 entries: most a backend", Math.ceil(65537 / 1000), Math.max(...counts), 0)),
  ];
}

function boundedLoads(source: string): Published[] {
  return [1.05, 1.25, 2].flatMap((c) => {
    const row = runExperiment(boundedLoad, { nodes: 30, keys: 10_000, c }, { seed: 1 }).rows[0]!;
    return [closedForm(cell(source, `c = ${c}, 10,000 keys on 30 nodes: most keys a node`, Math.ceil((c * 10_000) / 30), row.capacity as number, 0), "too"), closedForm(cell(source, `c = ${c}: nodes above that`, 0, row.above as number, 0))];
  });
}

function redisSlots(source: string): Published[] {
  return [cell(source, 'CRC-16 of "123456789"', 0x31c3, crc16("123456789"), 0), cell(source, 'slot of "123456789"', 12739, slotOf("123456789"), 0), cell(source, 'slot of "{123456789}.messages"', 12739, slotOf("{123456789}.messages"), 0)];
}
