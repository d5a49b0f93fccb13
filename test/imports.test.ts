import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom, by folder of lib: what is not listed is not allowed. Within a folder everybody may; the file
 * lib/index.ts is the one door to all.
 */
const OPEN = ["protocol", "promises", "random", "hashing"];
const ENGINES = ["gossip", "election", "replication"];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  promises: ["protocol"],
  random: [],
  hashing: [],
  gossip: OPEN,
  election: [...OPEN, "gossip"],
  replication: [...OPEN, "gossip", "election"],
  sim: OPEN,
  check: [...OPEN, "sim"],
  systems: [...OPEN, ...ENGINES, "sim"],
  experiments: [...OPEN, ...ENGINES, "sim", "check", "systems"],
  // Traces, histories and rows, not engines.
  plot: [...OPEN, "sim", "check", "experiments"],
  course: [...OPEN, ...ENGINES, "sim", "check", "systems", "experiments", "plot", "index"],
  index: [...OPEN, ...ENGINES, "sim", "check", "systems", "experiments", "plot"],
};
/** Packages by folder; `course` may import any, and alone `node:*`, linkedom, worker threads and the terminal. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  random: ["seedrandom"],
  experiments: ["fastest-levenshtein"],
  plot: ["@observablehq/plot"],
};
/** What reads a clock, draws from an unseeded source, waits, or differs between versions of Node. */
const IMPURE = /\bMath\.(random|pow)\b|\*\*=?|\bDate\b|\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\bperformance\b|(?<![.\w])process\s*(?:\?\.|[.[])|\bcrypto\b/;

interface Source {
  /** Its path from the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** All breaches of the rules in these files, in words. */
function breaches(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const code = withoutComments(text);
    const [root = "", ...rest] = path.split("/");
    const found: string[] = [];
    for (const target of imports(code)) {
      const wrong = root === "lib" ? wrongInLib(path, areaOf(rest), target) : wrongOutside(target);
      if (wrong) found.push(`${path} imports ${target}: ${wrong}`);
    }
    const pure = root !== "lib" || areaOf(rest) !== "course";
    const impure = pure && IMPURE.exec(code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""'));
    if (impure) found.push(`${path} uses ${impure[0]}: only lib/course may know the time, chance or machine, and ** and Math.pow differ between versions of Node`);
    return found;
  });
}

/** A folder of lib, or the name of a file that stands beside them. */
const areaOf = (rest: readonly string[]) => rest[0]!.replace(/\.ts$/, "");

function wrongInLib(path: string, area: string, target: string): string | undefined {
  const allowed = ALLOWED[area];
  if (!allowed) return `"${area}" stands in no rule: add it to test/imports.test.ts`;
  if (!target.startsWith(".")) {
    if (area === "course" && !target.startsWith("leaderlab")) return undefined;
    return PACKAGES[area]?.includes(target.split("/").slice(0, target.startsWith("@") ? 2 : 1).join("/")) ? undefined : `${area} may import no such package`;
  }
  if (!/\.m?js$/.test(target)) return "relative imports end in .js";
  const [root, ...rest] = posix.join(posix.dirname(path), target.replace(/\.js$/, ".ts")).split("/");
  if (root !== "lib") return "lib imports lib";
  const other = areaOf(rest);
  return other === area || allowed.includes(other) ? undefined : `${area} may import ${allowed.join(", ") || "nothing of ours"}`;
}

const wrongOutside = (target: string) => (target === "leaderlab" || /^\.\/[^/]+$/.test(target) ? undefined : "exercises and solutions import leaderlab and files of their own folder");

const imports = (code: string) => [...code.matchAll(/(?:(?<!["'])\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g)].map((match) => match[2]!);

/** Leaves line breaks where they were; a comment in a string is taken for one, which errs on no rule here. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");

const repository = fileURLToPath(new URL("..", import.meta.url));
const read = (folder: string): Source[] =>
  readdirSync(`${repository}/${folder}`, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(`${repository}/${folder}/${name}`, "utf8") }));

describe("who may import whom, and who may know the machine", () => {
  it.each([["lib", 30], ["exercises", 2], ["solutions", 2]])("%s keeps the rules", (folder, least) => {
    const sources = read(folder);
    expect(sources.length).toBeGreaterThanOrEqual(least);
    expect(breaches(sources)).toEqual([]);
  });

  it("reads imports of every form", () => {
    const forms = ['import { a } from "./a.js";', 'import type { B } from "./b.js";', 'export * from "./c.js";', 'import "./d.js";', 'const e = await import("./e.js");', 'import {\n  f,\n} from "./f.js";', 'const g = require("./g.js");'];
    expect(imports(forms.join("\n"))).toEqual(["a", "b", "c", "d", "e", "f", "g"].map((name) => `./${name}.js`));
  });

  it.each([
    ["lib/random.ts", 'import { x } from "./sim/cluster.js";'],
    ["lib/protocol.ts", 'import type { x } from "./random.js";'],
    ["lib/hashing/ring.ts", 'import { x } from "../random.js";'],
    ["lib/gossip/rumor.ts", 'import { x } from "../replication/raft/raft.js";'],
    ["lib/election/bully.ts", 'export { x } from "../replication/raft/raft.js";'],
    ["lib/replication/raft/raft.ts", 'import type { x } from "../../sim/cluster.js";'],
    ["lib/sim/cluster.ts", 'import { x } from "../replication/raft/raft.js";'],
    ["lib/sim/cluster.ts", 'import { x } from "../check/invariants.js";'],
    ["lib/check/explore.ts", 'import { x } from "../replication/raft/raft.js";'],
    ["lib/systems/cache.ts", 'import { x } from "../experiments/registry.js";'],
    ["lib/experiments/a.ts", 'import { x } from "../plot/index.js";'],
    ["lib/plot/spaceTime.ts", 'import { x } from "../replication/raft/raft.js";'],
    ["lib/sim/cluster.ts", 'import { x } from "../course/run.js";'],
    ["lib/sim/cluster.ts", 'import { readFileSync } from "node:fs";'],
    ["lib/plot/figure.ts", 'import { parseHTML } from "linkedom";'],
    ["lib/experiments/a.ts", 'const { x } = await import("worker_threads");'],
    ["lib/sim/cluster.ts", 'import { x } from "leaderlab";'],
    ["lib/sim/cluster.ts", 'import { x } from "./queue";'],
    ["lib/sim/cluster.ts", 'import { x } from "../../test/sim/puppet.js";'],
    ["lib/misc/x.ts", 'import { x } from "../random.js";'],
    ["lib/sim/x.ts", "const now = Date.now();"],
    ["lib/sim/x.ts", "const start = performance.now();"],
    ["lib/experiments/x.ts", "const u = Math.random();"],
    ["lib/experiments/x.ts", "setTimeout(f, 5);"],
    ["lib/plot/x.ts", "const area = r ** 2;"],
    ["lib/random.ts", "const power = Math.pow(2, x);"],
    ["solutions/21-quorum/quorum.ts", 'import { x } from "../22-vote/vote.js";'],
    ["exercises/21-quorum/quorum.ts", 'import { x } from "../../solutions/21-quorum/quorum.js";'],
    ["exercises/21-quorum/quorum.ts", 'import { readFileSync } from "node:fs";'],
    ["exercises/21-quorum/quorum.ts", "export const majority = (n: number) => Math.random() * n;"],
  ])("%s must not say %s", (path, text) => expect(breaches([{ path, text }])).toHaveLength(1));

  it.each([
    ["lib/sim/cluster.ts", '/** Not `Date.now`, not node:fs. */ import { x } from "../random.js"; // Math.random'],
    ["lib/course/run.ts", 'import { x } from "node:fs"; setTimeout(f, Date.now() * Math.random());'],
    ["lib/experiments/a.ts", 'import { x } from "../replication/raft/raft.mutants.js"; const text = "Date.now";'],
    ["lib/plot/a.ts", 'import type { x } from "../sim/trace.js"; import type { Row } from "../experiments/experiment.js"; import * as Plot from "@observablehq/plot";'],
    ["solutions/21-quorum/quorum.ts", 'import { x } from "leaderlab"; import { y } from "./helper.js";'],
  ])("%s may say %s", (path, text) => expect(breaches([{ path, text }])).toEqual([]));
});
