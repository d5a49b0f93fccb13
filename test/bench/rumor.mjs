import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { rumorBySite } from "../../dist/experiments/rumorBySite.js";
import { AveragingColumns } from "../../dist/gossip/rumor/averagingColumns.js";
import { RumorColumns } from "../../dist/gossip/rumor/rumorColumns.js";
import { createRandom } from "../../dist/random.js";
import { each, medians, report } from "./measure.mjs";
import { buildPeerSim } from "./peersim.mjs";

const MILLION = 1_000_000;
const ENDLESS = { variant: "push-pull", stop: "never" };

let seed = 1;
const spread = (n) => each(1, () => void new RumorColumns(n, ENDLESS, createRandom(seed++)).run());

/** The unit of cost: for each of a million nodes, one random index, and the element there is read. */
const nodes = new Uint8Array(MILLION);
const indices = createRandom(1);
function drawAndRead() {
  let sum = 0;
  const took = each(1, () => {
    for (let i = 0; i < MILLION; i++) sum += nodes[(indices() * MILLION) | 0];
  });
  if (sum !== 0) throw new Error("nothing was ever written there");
  return took;
}

const values = Float64Array.from({ length: MILLION }, (_, i) => i);
const averaging = new AveragingColumns(values, createRandom(2));
const CYCLES = 10;
const average = () => each(CYCLES, () => {
  for (let cycle = 0; cycle < CYCLES; cycle++) averaging.step();
});

/** Largest memory of a process of its own that spreads a rumour over ten million nodes, in MB. */
function peakMemory() {
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "memory"], { encoding: "utf8" });
  return Number(stdout) / 1024;
}

/** Rumours and averages over a million nodes, beside a loop that only draws, our own readable engine, and PeerSim. */
export async function benchRumor() {
  const milliseconds = (nanoseconds) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
  const { loop, million, averaged } = await medians({ loop: drawAndRead, million: () => spread(MILLION), averaged: average }, 11);
  report("push-pull over 1,000,000 nodes until all know, in loops that draw and read", million / loop, ["at most", 50], `${milliseconds(million)} against ${milliseconds(loop)}`);
  const { ten, one } = await medians({ ten: () => spread(10 * MILLION), one: () => spread(MILLION) }, 7);
  report("10,000,000 nodes, times as long as 1,000,000", ten / one, ["at most", 16], `${milliseconds(ten)} against ${milliseconds(one)}`);
  report("memory of that process, MB", peakMemory(), ["at most", 100], "Node.js itself included");
  report("a cycle of averaging over 1,000,000 nodes, in loops", averaged / loop, ["at most", 10], milliseconds(averaged));
  const small = await medians({ columns: () => spread(100_000) }, 7);
  const readable = each(1, () => void rumorBySite(100_000, ENDLESS, 1));
  report("columns, times faster than the readable engine at 100,000 nodes", readable / small.columns, ["at least", 100], `${milliseconds(small.columns)} against ${milliseconds(readable)}`);
  const peersim = buildPeerSim();
  if (!peersim) return;
  const [rumor, averages] = [peersim("rumor.txt"), peersim("average.txt")];
  report("push-pull over 1,000,000 nodes, times faster than PeerSim", rumor.took / million, ["at least", 40], `PeerSim: ${milliseconds(rumor.took)}, ${rumor.cycles} cycles`);
  report("averaging over 1,000,000 nodes, times faster than PeerSim", averages.took / averages.cycles / averaged, ["at least", 10], `PeerSim: ${milliseconds(averages.took / averages.cycles)} a cycle`);
}

if (process.argv[2] === "memory" && process.argv[1] === fileURLToPath(import.meta.url)) {
  spread(10 * MILLION);
  console.log(process.resourceUsage().maxRSS);
}
