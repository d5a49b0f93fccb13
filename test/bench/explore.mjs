import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { explore } from "../../dist/check/explore/index.js";
import { median, report } from "./measure.mjs";

const NODES = 4;
const ROUNDS = 3;

/** One election in one term; stateright/src/main.rs says the same in Rust, state for state. */
const election = {
  invariants: [{ name: "at most one leader", source: "", overall: (nodes, facts) => facts.must(nodes.filter(({ state }) => state.leads).length <= 1, "there are two") }],
  protocol: {
    init: () => ({ votedFor: null, votes: [], refusals: 0, leads: false, leader: null, late: false }),
    onStart: (_state, context) => context.setTimer("stand", 1),
    onTimer(state, _timer, context) {
      if (state.votedFor !== null) {
        state.late = true;
        return;
      }
      state.votedFor = context.self;
      state.votes = [context.self];
      broadcast("request", context);
    },
    onMessage(state, from, message, context) {
      if (message === "request") {
        const granted = state.votedFor === null;
        if (granted) state.votedFor = from;
        context.send(from, { granted });
      } else if (message === "lead") state.leader = from;
      else if (!message.granted) state.refusals++;
      else {
        state.votes = [...state.votes, from].sort((a, b) => a - b);
        if (state.leads || 2 * state.votes.length <= context.size) return;
        state.leads = true;
        state.leader = context.self;
        broadcast("lead", context);
      }
    },
  },
};

function broadcast(message, context) {
  for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, message);
}

/** The peer, built in a folder of its own outside the repository; undefined if it cannot be built. */
function stateright() {
  const folder = join(tmpdir(), "leaderlab-bench-stateright");
  if (spawnSync("cargo", ["--version"]).status !== 0) return undefined;
  cpSync(fileURLToPath(new URL("stateright", import.meta.url)), folder, { recursive: true });
  spawnSync("cargo", ["build", "--release", "--quiet"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  const program = join(folder, "target", "release", `leaderlab-stateright${process.platform === "win32" ? ".exe" : ""}`);
  return existsSync(program) ? program : undefined;
}

function theirs(program, threads) {
  const { stdout } = spawnSync(program, [String(NODES), String(threads)], { encoding: "utf8" });
  const [unique, states, seconds] = stdout.split(" ").map(Number);
  return { unique, states, rate: unique / seconds };
}

function ours() {
  const started = process.hrtime.bigint();
  const { unique, states, bytesPerState, complete } = explore(election, { size: NODES });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { unique, states, bytesPerState, complete, rate: unique / seconds };
}

/** The same small election explored to its end, in different states a second, beside stateright; both on one thread. */
export async function benchExplore() {
  const program = stateright();
  if (!program) return console.log("skipped: exploration beside stateright needs cargo (Rust) and the crate stateright");
  const rounds = Array.from({ length: ROUNDS }, () => ({ own: ours(), peer: theirs(program, 1) }));
  const { rate: twoThreads } = theirs(program, 2);
  const { own, peer } = rounds[0];
  if (!own.complete || own.unique !== peer.unique) throw new Error(`the two do not explore the same system: ${own.unique} different states here, ${peer.unique} in stateright`);
  const rate = (name) => median(rounds.map((round) => round[name].rate));
  const millions = (name) => `${(rate(name) / 1e6).toFixed(2)} million`;
  report("exploration, times the states a second of stateright", rate("own") / rate("peer"), ["at least", 0.5], `${millions("own")} against ${millions("peer")} different states a second (stateright with 2 threads: ${(twoThreads / 1e6).toFixed(2)} million); ${own.unique} states, ${own.states} and ${peer.states} generated, ${own.bytesPerState.toFixed(0)} bytes a state here`);
}
