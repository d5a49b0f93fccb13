import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Builds the benchmarks of etcd's Raft in a folder outside the repository; undefined where there is no Go. */
export function buildEtcd(folder) {
  const source = join(folder, "etcd");
  cpSync(fileURLToPath(new URL("etcd", import.meta.url)), source, { recursive: true });
  const program = join(source, process.platform === "win32" ? "bench.exe" : "bench");
  try {
    execFileSync("go", ["test", "-c", "-o", program, "go.etcd.io/raft/v3/rafttest"], { cwd: source, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, GOFLAGS: "-mod=mod" } });
    return program;
  } catch (error) {
    console.log(`skip proposals beside etcd: ${error.code === "ENOENT" ? "there is no Go" : String(error.stderr ?? error)}`);
    return undefined;
  }
}

/**
 * Nanoseconds a proposal in etcd's BenchmarkProposal3Nodes: one goroutine proposes to one of three nodes in memory, each
 * proposal when the one before it is in the leader's log, while all nodes send what has gathered every millisecond, each
 * message up to nine milliseconds later. Committed need they not be when the clock stops. On all cores.
 */
export function timeEtcd(program, proposals) {
  const output = execFileSync(program, ["-test.run=^$", "-test.bench=^BenchmarkProposal3Nodes$", `-test.benchtime=${proposals}x`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [, nanoseconds] = /\s([\d.]+) ns\/op/.exec(output) ?? [];
  if (nanoseconds === undefined) throw new Error(`expected the result of a Go benchmark, found ${output}`);
  return Number(nanoseconds);
}
