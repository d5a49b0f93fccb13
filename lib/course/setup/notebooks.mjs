import { ensureReady, runScript } from "./ensure.mjs";

const usage = `npm run notebooks builds notebooks/NAME.ipynb from notebooks/NAME.md, run and with its outputs.

Usage: npm run notebooks [-- [--check] [NAME ...]]

  NAME      only these chapters (a beginning is enough: 02)
  --check   build in memory, compare with what is there, and fail on any difference, error or stderr
`;

// npm run notebooks [-- --check] [-- NAME ...]
await runScript(async () => {
  const words = process.argv.slice(2);
  if (words.includes("--help") || words.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = words.find((word) => word.startsWith("-") && word !== "--check");
  if (unknown !== undefined) return misuse(`there is no option ${unknown}`);
  // npm keeps options that come before a separate "--" for itself, and the check would silently be a build.
  if (process.env.npm_config_check && !words.includes("--check")) return misuse("npm kept --check for itself: write npm run notebooks -- --check");

  // Ctrl-C must end the kernels too, which a signal alone does not.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
  await ensureReady();
  const { buildNotebooks } = await import("../../../dist/course/notebooks/buildNotebooks.js");
  const failed = await buildNotebooks({ names: words.filter((word) => word !== "--check"), check: words.includes("--check") }).catch((error) => {
    process.stderr.write(`leaderlab: ${error.message}\n`);
    return -1;
  });
  return failed === 0 ? 0 : failed < 0 ? 2 : 1;
});

function misuse(message) {
  process.stderr.write(`leaderlab: ${message}\n\n${usage}`);
  return 2;
}
