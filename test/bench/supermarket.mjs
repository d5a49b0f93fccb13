import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDistribution } from "../../dist/random.js";
import { balance } from "../../dist/systems/balancer/balance.js";
import { leastConnections } from "../../dist/systems/balancer/policies/leastConnections.js";
import { powerOfChoices } from "../../dist/systems/balancer/policies/powerOfChoices.js";
import { roundRobin } from "../../dist/systems/balancer/policies/roundRobin.js";
import { always } from "../../dist/systems/balancer/steps.js";
import { supermarket } from "../../dist/systems/balancer/supermarket.js";
import { hold } from "./hold.mjs";
import { median, medians, report } from "./measure.mjs";

const ARRIVALS = 300_000;
const REQUESTS = 400_000;
const exponential = parseDistribution("exp:1");
const ten = parseDistribution("exp:0.1");

/** Nanoseconds of processor time that one of `count` repetitions takes: SimPy's, too, is told in these, and other processes do not count. */
function cpuEach(count, run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

/** ns an arrival at n queues, two choices, λ = 0.9. */
const arrivals = (queues, more = {}) => cpuEach(ARRIVALS, () => void supermarket({ queues, choices: 2, load: 0.9, service: exponential, replacement: false, stale: 0, arrivals: ARRIVALS, warmUp: 0, ...more }, 1));

/** ns a request of the model with everything in it: n servers of 10 ms, used by 80 %; one balancer for ten of them. */
function requests(servers, policy, more = {}) {
  const until = (REQUESTS / (0.08 * servers)) | 0;
  let sent = 0;
  const took = cpuEach(1, () => void (sent = balance({ speeds: Array.from({ length: servers }, () => always(1)), service: ten, clients: { loop: "open", rate: always(0.08 * servers) }, policy, until, balancers: Math.ceil(servers / 10), ...more }, 1).sent.reduce((a, b) => a + b, 0)));
  return took / sent;
}

/** The supermarket in SimPy: a process for each customer, a resource for each server. */
const SUPERMARKET = `
import random, sys, time
import simpy
queues, arrivals = int(sys.argv[1]), int(sys.argv[2])
env = simpy.Environment()
random.seed(1)
servers = [simpy.Resource(env, capacity=1) for _ in range(queues)]
total = 0.0
def length(server):
    return server.count + len(server.queue)
def customer(server):
    global total
    came = env.now
    with server.request() as turn:
        yield turn
        yield env.timeout(random.expovariate(1))
    total += env.now - came
def source():
    for _ in range(arrivals):
        yield env.timeout(random.expovariate(0.9 * queues))
        env.process(customer(min(random.sample(servers, 2), key=length)))
env.process(source())
started = time.process_time()
env.run()
print((time.process_time() - started) / arrivals * 1e9, total / arrivals)
`;

/** Least connections in SimPy, with what a run of ours does and draws: clients' addresses, ties broken at random, every latency kept. */
const BALANCER = `
import random, sys, time
import simpy
n, arrivals = int(sys.argv[1]), int(sys.argv[2])
env = simpy.Environment()
random.seed(1)
servers = [simpy.Resource(env, capacity=1) for _ in range(n)]
weights = [1] * n
connections = [0] * n
sent = [0] * n
came_at, latencies = [], []
def request(came, work, address):
    costs = [connections[i] / weights[i] for i in range(n)]
    best = min(costs)
    equal = [i for i in range(n) if costs[i] == best]
    server = equal[0] if len(equal) == 1 else equal[int(random.random() * len(equal))]
    connections[server] += 1
    sent[server] += 1
    with servers[server].request() as turn:
        yield turn
        yield env.timeout(work)
    connections[server] -= 1
    came_at.append(came)
    latencies.append(env.now - came)
def source():
    for _ in range(arrivals):
        yield env.timeout(random.expovariate(0.08 * n))
        env.process(request(env.now, random.expovariate(0.1), int(random.random() * 1000000)))
env.process(source())
started = time.process_time()
env.run()
print((time.process_time() - started) / arrivals * 1e9, sum(latencies) / arrivals)
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

const ns = (value) => `${value.toFixed(0)} ns`;

/** What an arrival costs in the supermarket model and in front of servers that can do everything, in holds and beside SimPy. */
export async function benchSupermarket() {
  const tasks = {
    unit: () => cpuEach(500_000, hold),
    two: () => arrivals(100),
    stale: () => arrivals(100, { stale: 1 }),
    least: () => arrivals(100, { choices: 100 }),
    robin: () => requests(10, roundRobin),
    connections: () => requests(10, leastConnections),
    gossip: () => requests(10, powerOfChoices(), { loads: { kind: "gossip", every: 100 }, timeout: 10_000, health: { interval: 1000, timeout: 500, unhealthy: 3, healthy: 2 }, outliers: { consecutive: 5, slower: 3, sweep: 1000, base: 30_000, longest: 300_000, share: 0.1 } }),
    hundred: () => arrivals(100),
    tenThousand: () => arrivals(10_000),
    tenServers: () => requests(10, powerOfChoices()),
    thousandServers: () => requests(1000, powerOfChoices()),
  };
  const took = await medians(tasks, 5);
  const inHolds = (name, what, most = 8) => report(`${what}, in holds`, took[name] / took.unit, ["at most", most], `${ns(took[name])}; a hold is ${ns(took.unit)}`);
  inHolds("two", "supermarket, 100 queues, an arrival that compares two");
  inHolds("stale", "the same by a board of age 1");
  inHolds("least", "the same, the least loaded of all 100", 16);
  inHolds("robin", "balancer before 10 servers, round robin, a request");
  inHolds("connections", "the same, least connections");
  inHolds("gossip", "the same, two choices, gossip every 100 ms, probes and ejection");
  report("supermarket, 10,000 queues, times the cost of an arrival at 100", took.tenThousand / took.hundred, ["at most", 4], `${ns(took.tenThousand)} against ${ns(took.hundred)}`);
  report("balancers, 1000 servers, times the cost of a request at 10", took.thousandServers / took.tenServers, ["at most", 4], `${ns(took.thousandServers)} against ${ns(took.tenServers)}`);
  const python = simpyPython();
  if (!python) return console.log("skipped: supermarket beside SimPy needs Python and the package simpy");
  const peer = (program, servers) => {
    const [cost, time] = spawnSync(python, ["-c", program, String(servers), "20000"], { encoding: "utf8" }).stdout.split(" ").map(Number);
    return { cost, time };
  };
  const beside = (runOwn, runPeer) => {
    const runs = Array.from({ length: 5 }, () => [runOwn(), runPeer()]);
    const own = median(runs.map(([cost]) => cost));
    const theirs = median(runs.map(([, { cost }]) => cost));
    return { ratio: theirs / own, detail: `${ns(own)} against ${ns(theirs)} an arrival; mean time there ${runs[0][1].time.toFixed(2)}` };
  };
  // Like SimPy's, each run in a process of its own: compiled for what it does, and interleaved with the peer's.
  const alone = (servers) => Number(spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(servers)], { encoding: "utf8" }).stdout);
  const queues = beside(() => took.two, () => peer(SUPERMARKET, 100));
  report("supermarket, 100 queues, two choices, times as fast as SimPy", queues.ratio, ["at least", 40], queues.detail);
  const ten = beside(() => alone(10), () => peer(BALANCER, 10));
  report("balancer before 10 servers, as in the experiments, least connections, times as fast as SimPy", ten.ratio, ["at least", 40], ten.detail);
  // Here both look at each server for each request, and little else counts.
  const hundred = beside(() => alone(100), () => peer(BALANCER, 100));
  console.log(`     for comparison, before 100 servers: ${hundred.ratio.toFixed(2)} times  ${hundred.detail}`);
}

// Run by itself it says what a request costs in front of so many servers, ns.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const run = () => requests(Number(process.argv[2]), leastConnections, { balancers: 1 });
  console.log((await medians({ run }, 5)).run);
}
