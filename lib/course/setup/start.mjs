import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureReady, root, runScript } from "./ensure.mjs";
import { parseStartOptions, usage } from "./options.mjs";

// npm start: installs and builds what is missing, then hands over to the built part, which opens JupyterLab.
await runScript(async () => {
  const options = parseStartOptions(process.argv.slice(2), process.env);
  if (options.error) {
    process.stderr.write(`leaderlab: ${options.error}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  await ensureReady();
  const { start } = await import(pathToFileURL(join(root, "dist", "course", "start", "start.js")).href);
  return start(options);
});
