import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureReady, root, runScript } from "./ensure.mjs";

// npm run bench [-- names]: measures the built engines; --expose-gc lets a measurement begin with a clean heap.
await runScript(async () => {
  await ensureReady();
  const result = spawnSync(process.execPath, ["--expose-gc", join(root, "test", "bench", "main.mjs"), ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
  return result.status ?? 1;
});
