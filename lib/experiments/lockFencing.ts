import { deriveRandom } from "../random.js";
import { coordination } from "../systems/coordination/coordination.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  servers: { type: "integer", default: 3, range: [1, 15], summary: "servers of the coordination service" },
  clients: { type: "integer", default: 3, range: [2, 20], summary: "clients that take the lock in turn" },
  sessionTimeout: { type: "number", default: 400, range: [50, 100_000], unit: "ms", summary: "how long a session, and with it the lock, lasts without a word from its client" },
  hold: { type: "number", default: 100, range: [1, 100_000], unit: "ms", summary: "how long a holder works; it writes at the beginning and at the end" },
  pause: { type: "number", default: 1000, range: [0, 1_000_000], unit: "ms", summary: "how long the holder stands still, or its write is under way" },
  clock: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between two ticks of the leader's clock, by which sessions expire" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every other message" },
} as const;

const FAULTS = ["holder paused", "write delayed"] as const;
const CASES = FAULTS.flatMap((fault) => [false, true].flatMap((checksLease) => [false, true].map((fencing) => ({ fault, checksLease, fencing }))));

interface Outcome {
  /** Writes that reached the resource when a newer holder had written, taken and refused. */
  readonly stale: number;
  readonly taken: number;
  /** Whether the lock passed on while the fault lasted. */
  readonly passedOn: boolean;
}

/** Claim A.4 and the oldest mistake with locks: a holder that does not know that its lease has ended, with fencing tokens and without. */
export const lockFencing: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "lock-fencing",
  question: "Does a lock keep out a holder whose lease has ended?",
  parameters,
  trials: 12,
  row: {
    fault: "`holder paused`: it stands still while it holds the lock; `write delayed`: its writes are held up on their way",
    checksLease: "whether a holder looks at its own clock before it writes",
    fencing: "whether the resource refuses tokens that are older than one that it has seen",
    passedOn: "share of runs in which somebody else got the lock meanwhile, and wrote",
    staleTaken: "share of runs in which the resource took a write of an older holder",
    staleRefused: "writes of older holders that it refused, a run",
  },
  trial(values, seed) {
    return CASES.map(({ fault, checksLease, fencing }) => {
      const { servers, clients, sessionTimeout, hold, pause, clock, latency } = values;
      const protocol = coordination({ jobs: Array.from({ length: clients }, () => "lock" as const), sessionTimeout, hold, clock, fencing, checksLease });
      const size = servers + clients + 1;
      const resource = size - 1;
      let newest = 0;
      let [stale, taken, passed] = [0, 0, false];
      let faulty = -1;
      const cluster = simulate(protocol, {
        size,
        seed,
        latency,
        // Clients and servers speak over connections.
        fifo: true,
        digest: false,
        observer: {
          sent({ id }, to, message) {
            if (id !== resource || message.type !== "written") return;
            if (message.token < newest) {
              stale++;
              if (message.taken) taken++;
            }
            newest = Math.max(newest, message.token);
            if (faulty >= 0 && to !== faulty) passed = true;
          },
        },
      });
      const holder = () => cluster.nodes.find(({ state }) => state.kind === "client" && state.progress.holds)?.id;
      cluster.run(400 + 400 * deriveRandom(seed, size + 1_000)());
      // From the beginning of somebody's hold.
      cluster.runUntil(() => holder() === undefined, cluster.now + 10_000);
      if (!cluster.runUntil(() => holder() !== undefined, cluster.now + 10_000)) return { stale, taken, passedOn: false };
      cluster.run(cluster.now + hold * 0.5 * deriveRandom(seed, size + 1_001)());
      const victim = holder();
      if (victim === undefined) return { stale, taken, passedOn: false };
      faulty = victim;
      if (fault === "holder paused") {
        cluster.command({ type: "pause", node: victim });
        cluster.command({ type: "resume", node: victim }, cluster.now + pause);
      } else {
        // What it says to the resource is under way for as long; and nobody hears from it, so that its session ends.
        cluster.command({ type: "clog", from: victim, to: resource });
        cluster.run(cluster.now + hold);
        for (let server = 0; server < servers; server++) cluster.command({ type: "cut", from: victim, to: server });
        cluster.command({ type: "unclog" }, cluster.now + pause);
      }
      cluster.run(cluster.now + pause + 300);
      return { stale, taken, passedOn: passed };
    });
  },
  summarize: (samples) =>
    CASES.map((labels, i) => {
      const outcomes = samples.map((sample) => sample[i]!);
      const share = (holds: (outcome: Outcome) => boolean) => outcomes.filter(holds).length / outcomes.length;
      return {
        ...labels,
        passedOn: share(({ passedOn }) => passedOn),
        staleTaken: share(({ taken }) => taken > 0),
        staleRefused: outcomes.reduce((sum, { stale, taken }) => sum + stale - taken, 0) / outcomes.length,
      };
    }),
};
