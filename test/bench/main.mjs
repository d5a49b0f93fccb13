import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { benchExplore } from "./explore.mjs";
import { benchGrowth } from "./growth.mjs";
import { benchHashing } from "./hashing.mjs";
import { benchHostile } from "./hostile.mjs";
import { benchLinearizability } from "./linearizability.mjs";
import { benchEtcd, benchProposals } from "./proposals.mjs";
import { benchQueue } from "./queue.mjs";
import { benchColdStart, benchEvent, benchRecords } from "./raft.mjs";
import { benchRandom } from "./random.mjs";
import { benchRumor } from "./rumor.mjs";
import { benchSupermarket } from "./supermarket.mjs";
import { benchSweep } from "./sweep.mjs";
import { benchTokenRing } from "./tokenRing.mjs";

// npm run bench [-- NAME …]: ratios to named peers, medians of runs interleaved with them. Never a test: machines are
// noisy. Several are run in a process each, so that none is compiled for what another one did.
const benches = { queue: benchQueue, event: benchEvent, start: benchColdStart, records: benchRecords, ring: benchTokenRing, random: benchRandom, sweep: benchSweep, linearizability: benchLinearizability, explore: benchExplore, hostile: benchHostile, hashing: benchHashing, rumor: benchRumor, supermarket: benchSupermarket, growth: benchGrowth, proposals: benchProposals, etcd: benchEtcd };
const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown) {
  console.error(`no benchmark "${unknown}": expected ${Object.keys(benches).join(", ")}, or none for all`);
  process.exitCode = 2;
} else if (names.length === 1) {
  await benches[names[0]]();
} else {
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
