import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("plots bundle for a browser", async () => {
  const { errors, warnings } = await build({ entryPoints: [fileURLToPath(new URL("../../lib/plot/index.ts", import.meta.url))], bundle: true, platform: "browser", format: "esm", write: false, logLevel: "silent" });
  expect([...errors, ...warnings]).toEqual([]);
});
