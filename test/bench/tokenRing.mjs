import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "../../dist/index.js";
import { median, report } from "./measure.mjs";

const NODES = 5;

/** A token that goes round: each node passes it on when it arrives. */
const tokenRing = {
  init: () => ({}),
  onStart: (_state, context) => {
    if (context.self === 0) context.send(1, { type: "Token" });
  },
  onMessage: (_state, _from, token, context) => context.send((context.self + 1) % context.size, token),
};

function ourMessagesPerSecond(messages) {
  const cluster = simulate(tokenRing, { size: NODES, seed: 1, latency: "uniform:1,10" });
  const started = process.hrtime.bigint();
  while (cluster.events < messages) cluster.step();
  return messages / (Number(process.hrtime.bigint() - started) / 1e9);
}

/** The same model in SimPy: a process a node, a store a mailbox, a process a message under way. */
const SIMPY = `
import random, sys, time
import simpy
messages = int(sys.argv[1])
env = simpy.Environment()
random.seed(1)
boxes = [simpy.Store(env) for _ in range(${NODES})]
count = 0
done = env.event()
def deliver(to, token):
    yield env.timeout(random.uniform(1, 10))
    yield boxes[to].put(token)
def node(self):
    global count
    while True:
        token = yield boxes[self].get()
        count += 1
        if count == messages:
            done.succeed()
        env.process(deliver((self + 1) % ${NODES}, token))
for i in range(${NODES}):
    env.process(node(i))
env.process(deliver(1, "token"))
started = time.perf_counter()
env.run(done)
print(messages / (time.perf_counter() - started))
`;

/** A Python with SimPy in a folder of its own outside the repository; undefined if none can be made. */
function simpyPython() {
  const folder = join(tmpdir(), "leaderlab-bench-simpy");
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const has = () => existsSync(python) && spawnSync(python, ["-c", "import simpy"]).status === 0;
  if (has()) return python;
  const base = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (base && spawnSync(base, ["-m", "venv", folder]).status === 0) spawnSync(python, ["-m", "pip", "install", "--quiet", "simpy==4.1.1"], { stdio: "inherit" });
  return has() ? python : undefined;
}

/** A token ring through the public contract beside the same model in SimPy, in messages a second. */
export async function benchTokenRing() {
  const python = simpyPython();
  if (!python) return console.log("skipped: token ring beside SimPy needs Python and the package simpy");
  const peer = (messages) => Number(spawnSync(python, ["-c", SIMPY, String(messages)], { encoding: "utf8" }).stdout);
  ourMessagesPerSecond(1_000_000);
  const own = [];
  const theirs = [];
  for (let round = 0; round < 5; round++) {
    theirs.push(peer(100_000));
    own.push(ourMessagesPerSecond(3_000_000));
  }
  report("token ring, times the messages a second of SimPy", median(own) / median(theirs), ["at least", 50], `${(median(own) / 1e6).toFixed(2)} million against ${(median(theirs) / 1e6).toFixed(3)} million`);
}
