import { rumorBySite } from "../../dist/experiments/rumorBySite.js";
import { serviceEngines } from "../../dist/experiments/serviceEngines.js";
import { serviceLoad } from "../../dist/experiments/serviceLoad.js";
import { swim } from "../../dist/gossip/membership/swim.js";
import { keyValue, keyValueClients } from "../../dist/replication/service/keyValue.js";
import { simulate } from "../../dist/sim/cluster.js";
import { median, report } from "./measure.mjs";

const raft = serviceEngines.find(({ name }) => name === "raft");
const ROUNDS = 5;
/** A run is repeated with other seeds until a round has taken so long, ms of CPU. */
const ROUND = 40;

let seed = 1;

/** Raft under clients that ask again 4 ms after each answer, on the mean. */
function loaded({ nodes = 5, clients = 16, time = 1000 }) {
  const options = { nodes, clients, think: 4, retry: 1000, latency: "constant:1", fifo: true, before: time, after: 0, timeout: 150, heartbeat: 50 };
  const { cluster, operationsBefore, messagesBefore } = serviceLoad(raft, { machine: keyValue, clients: keyValueClients }, options, seed++);
  return { events: cluster.events, operations: operationsBefore, messages: messagesBefore };
}

const PERIODS = 20;

/** Members of SWIM who ping and are pinged, on and on; setting them up, each with a list of all, is not counted. */
function pinging(n) {
  const cluster = simulate(swim({ joined: n }), { size: n, seed: seed++, latency: "constant:1", digest: false });
  cluster.run(2000);
  return () => {
    const before = cluster.events;
    cluster.run(cluster.now + 1000 * PERIODS);
    return { events: cluster.events - before, operations: PERIODS * n };
  };
}

/** A rumour until all know it, by the readable engine. */
function spread(n) {
  const { rounds } = rumorBySite(n, { variant: "push-pull", stop: "never" }, seed++);
  return { operations: rounds * n };
}

/**
 * What grows, and of what the cost should not: an operation's, or where an operation takes as many messages as there are
 * nodes, as Raft's does, a message's. With a list of all at each of its members, SWIM leaves the processor's caches.
 */
const grows = [
  { what: "Raft with 16 clients for 1 s", by: "nodes", sizes: [3, 5, 7, 9, 15, 25], unit: "an operation", cost: "messages", run: (nodes) => () => loaded({ nodes }) },
  { what: "Raft of 5 nodes for 1 s", by: "clients", sizes: [1, 4, 16, 64, 256], unit: "an operation", cost: "operations", run: (clients) => () => loaded({ clients }) },
  { what: "Raft of 5 nodes with 16 clients", by: "seconds of simulated time", sizes: [1, 2, 4, 8, 16], unit: "an operation", cost: "operations", run: (seconds) => () => loaded({ time: 1000 * seconds }) },
  { what: `SWIM for ${PERIODS} periods`, by: "members", sizes: [3, 5, 9, 25, 100, 300, 1000], unit: "a member's period", cost: "operations", most: 0.35, run: pinging },
  { what: "A rumour, push-pull, until all know it", by: "sites", sizes: [3, 5, 9, 25, 100, 1000, 10_000], unit: "a site's cycle", cost: "operations", run: (n) => () => spread(n) },
];

/** CPU that a run takes, ms, by size: medians of rounds that go through all sizes; and what each run came to. */
function measure(sizes, prepare) {
  const runs = sizes.map(prepare);
  const rounds = sizes.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    sizes.forEach((_, i) => {
      const total = { runs: 0, took: 0, events: 0, operations: 0, messages: 0 };
      while (total.runs === 0 || total.took < ROUND) {
        const began = process.cpuUsage();
        const counts = runs[i]();
        const { user, system } = process.cpuUsage(began);
        total.took += (user + system) / 1000;
        total.runs++;
        for (const [name, count] of Object.entries(counts)) total[name] += count;
      }
      // In the first round what is run is compiled.
      if (round > 0) rounds[i].push(total);
    });
  }
  const typical = (list, of) => median(list.map(of));
  return rounds.map((list, i) => ({ size: sizes[i], took: typical(list, ({ took, runs }) => took / runs), ...Object.fromEntries(["events", "operations", "messages"].map((name) => [name, typical(list, (total) => total[name] / total.runs)])) }));
}

/** The exponent of the power law that fits best: least squares on a double logarithmic scale. */
function exponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (place) => logs.reduce((sum, log) => sum + log[place], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sum = (of) => logs.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}

/** How the cost of a run grows with nodes, clients and simulated time: in all, and for each thing that is done. */
export async function benchGrowth() {
  for (const { what, by, sizes, unit, cost, most = 0.25, run } of grows) {
    const rows = measure(sizes, run);
    console.log(`${what}, by ${by}`);
    const micros = (took, count) => (count > 0 ? (1000 * took / count).toFixed(2) : "");
    const cells = [[by, "CPU ms", `µs ${unit}`, "µs an event", "µs a message"], ...rows.map(({ size, took, events, operations, messages }) => [String(size), took.toFixed(2), micros(took, operations), micros(took, events), micros(took, messages)])];
    const filled = cells[0].flatMap((_, i) => (cells.slice(1).some((row) => row[i] !== "") ? [i] : []));
    for (const row of cells) console.log(`     ${filled.map((i) => row[i].padStart(Math.max(...cells.map((other) => other[i].length)))).join("  ")}`);
    const slope = (of) => exponent(rows.map((row) => [row.size, of(row)]));
    report(`${what}: the cost of ${cost === "messages" ? "a message" : unit} grows with the ${by} to the power`, slope(({ took, ...row }) => took / row[cost]), ["at most", most], `cost in all: to the power ${slope(({ took }) => took).toFixed(2)}`);
  }
}
