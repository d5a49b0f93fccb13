import { benchQueue } from "./queue.mjs";
import { benchRaft } from "./raft.mjs";
import { benchRandom } from "./random.mjs";
import { benchSweep } from "./sweep.mjs";
import { benchTokenRing } from "./tokenRing.mjs";

// npm run bench [-- NAME …]: ratios to named peers, medians of runs interleaved with them. Never a test: machines are noisy.
const benches = { queue: benchQueue, raft: benchRaft, ring: benchTokenRing, random: benchRandom, sweep: benchSweep };
const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown) {
  console.error(`no benchmark "${unknown}": expected ${Object.keys(benches).join(", ")}, or none for all`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(benches)) await benches[name]();
}
