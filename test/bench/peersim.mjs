import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Compiles what PeerSim is to run beside us. PeerSim 1.0.5 itself is in no package registry: whoever has it names its
 * classes and the two jars that it needs in PEERSIM, as a Java class path, or puts them into the folder
 * `leaderlab-bench-peersim` beside other temporary files. Undefined where it or Java is missing.
 */
export function buildPeerSim() {
  const folder = join(tmpdir(), "leaderlab-bench-peersim");
  const found = existsSync(join(folder, "classes")) ? ["classes", ...readdirSync(folder).filter((name) => name.endsWith(".jar"))].map((name) => join(folder, name)).join(delimiter) : undefined;
  const peersim = process.env.PEERSIM ?? found;
  if (peersim === undefined) {
    console.log("skip rumours beside PeerSim: set PEERSIM to the class path of PeerSim 1.0.5, jep-2.3.0.jar and djep-1.0.0.jar");
    return undefined;
  }
  const source = fileURLToPath(new URL("peersim", import.meta.url));
  const own = join(folder, "own");
  mkdirSync(own, { recursive: true });
  try {
    execFileSync("javac", ["-d", own, "-cp", peersim, ...readdirSync(source).filter((name) => name.endsWith(".java")).map((name) => join(source, name))], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    console.log(`skip rumours beside PeerSim: ${error.code === "ENOENT" ? "there is no Java" : String(error.stderr ?? error)}`);
    return undefined;
  }
  /** Nanoseconds that the cycles of a simulation took, and how many there were. */
  return (configuration) => {
    const output = execFileSync("java", ["-Xmx2g", "-cp", [own, peersim].join(delimiter), "peersim.Simulator", join(source, configuration)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [, took, cycles] = /took (\d+) (\d+)/.exec(output) ?? [];
    if (took === undefined) throw new Error(`expected the time that PeerSim took, found ${output}`);
    return { took: Number(took), cycles: Number(cycles) };
  };
}
