import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureReady, root, runScript } from "./ensure.mjs";

// npm test [-- vitest's arguments]: installs and builds what is missing, then runs every test (or those named).
await runScript(async () => {
  await ensureReady();
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const result = spawnSync(process.execPath, [vitest, "run", "--config", "test/vitest.config.ts", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
  return result.status ?? 1;
});
