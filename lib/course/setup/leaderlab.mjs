#!/usr/bin/env node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError, ensureReady, isInstalled, root, runScript } from "./ensure.mjs";

// npx leaderlab …: the course's command. It builds what has changed, but leaves installing to the two commands.
await runScript(async () => {
  if (!existsSync(join(root, "node_modules")) || !isInstalled()) {
    throw new SetupError("the course's dependencies are not installed (or not those of package-lock.json): run `npm start` or `npm test` first.");
  }
  await ensureReady();
  const { main } = await import(pathToFileURL(join(root, "dist", "course", "cli", "main.js")).href);
  return main(process.argv.slice(2));
});
