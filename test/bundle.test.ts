import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Message } from "esbuild";
import { describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("..", import.meta.url));
const sources = readdirSync(`${repository}/lib`, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.startsWith("course/"));

/** Bundles a module for a browser, where node:* does not resolve; returns the code, or esbuild's errors. */
async function bundle(contents: string): Promise<{ code: string; errors: readonly Message[] }> {
  try {
    const result = await build({ stdin: { contents, resolveDir: `${repository}/lib`, loader: "ts" }, bundle: true, write: false, format: "esm", platform: "browser", target: "es2022", logLevel: "silent", absWorkingDir: repository });
    return { code: result.outputFiles[0]!.text, errors: [] };
  } catch (error) {
    return { code: "", errors: (error as { errors: Message[] }).errors };
  }
}

describe("outside lib/course", () => {
  it("everything bundles for a browser, with no module of Node's", async () => {
    const { code, errors } = await bundle(sources.map((name, i) => `export * as m${i} from "./${name.replace(/\.ts$/, ".js")}";`).join("\n"));
    expect(errors.map(({ text, location }) => `${text} in ${location?.file}`)).toEqual([]);
    expect(sources.length).toBeGreaterThan(30);
    expect(code).not.toMatch(/(from|import|require\()\s*["']node:/);
  });

  it("the bundle runs: a cluster elects a leader without a machine around it", async () => {
    const { code } = await bundle('import { simulate } from "./sim/cluster.js"; import { raft } from "./replication/raft/raft.js"; const c = simulate(raft(), { size: 5, seed: 1 }); c.run(1000); export const { digest } = c; export const leaders = c.outputs.length;');
    const run = (await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as { digest: string; leaders: number };
    const { simulate } = await import("../lib/sim/cluster.js");
    const { raft } = await import("../lib/replication/raft/raft.js");
    const here = simulate(raft(), { size: 5, seed: 1 });
    here.run(1000);
    expect(run).toMatchObject({ digest: here.digest, leaders: 5 });
  });

  it("a module of Node's would be noticed", async () => {
    const { errors } = await bundle('import { readFileSync } from "node:fs"; export { readFileSync };');
    expect(errors.length).toBeGreaterThan(0);
    expect((await bundle('export * from "./course/doctor.js";')).errors.length).toBeGreaterThan(0);
  });
});
