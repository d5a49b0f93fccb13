import type { Distribution } from "../random.js";
import { coordination } from "../systems/coordination/coordination.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  servers: { type: "integer", default: 3, range: [1, 15], summary: "servers of the coordination service" },
  clients: { type: "list", default: "2,4,8,16", values: [], unit: "clients", summary: "clients that want the lock, one of whom holds it" },
  hold: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "how long a holder works" },
  latency: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  duration: { type: "number", default: 1500, range: [1, 1_000_000], unit: "ms", summary: "how long to watch, once all are in line" },
} as const;

const LINES = ["lock-herd", "lock"] as const;

interface Outcome {
  readonly releases: number;
  readonly notices: number;
  readonly requests: number;
  /** From each release to the next holder, ms. */
  readonly handovers: readonly number[];
}

/** Claim A.4: the two ways to wait for a lock, for any change of the line or for the one ahead alone; whom does a release wake? */
export const herdEffect: Experiment<typeof parameters, readonly Outcome[]> = {
  name: "herd-effect",
  question: "How many waiters does the release of a lock wake?",
  parameters,
  trials: 2,
  row: {
    waitsFor: "what a waiter watches: `any change` of the line (naive), or `the one ahead` (sequential)",
    waiters: "clients in line behind the holder",
    notices: "watch events sent to clients, a release",
    requests: "requests of clients, a release, without those that keep sessions alive",
    handover: "median time from a holder's last write to the next holder's first, ms",
  },
  check({ clients }) {
    const bad = (clients as readonly number[]).find((count) => !Number.isInteger(count) || count < 2 || count > 100);
    if (typeof clients === "string" || bad !== undefined) throw new Error(`clients are whole numbers from 2 to 100: got ${bad ?? clients}`);
  },
  trial: ({ servers, clients, hold, latency, duration }, seed) => LINES.flatMap((job) => (clients as readonly number[]).map((count) => line(job, { servers, count, hold, latency, duration }, seed))),
  summarize: (samples, { clients }) =>
    LINES.flatMap((job, j) =>
      (clients as readonly number[]).map((count, c) => {
        const outcomes = samples.map((sample) => sample[j * (clients as readonly number[]).length + c]!);
        const sum = (field: "releases" | "notices" | "requests") => outcomes.reduce((total, outcome) => total + outcome[field], 0);
        const releases = Math.max(1, sum("releases"));
        return {
          waitsFor: job === "lock" ? "the one ahead" : "any change",
          waiters: count - 1,
          notices: sum("notices") / releases,
          requests: sum("requests") / releases,
          handover: percentile(outcomes.flatMap(({ handovers }) => handovers), 0.5),
        };
      }),
    ),
};

function line(job: (typeof LINES)[number], { servers, count, hold, latency, duration }: { readonly servers: number; readonly count: number; readonly hold: number; readonly latency: Distribution; readonly duration: number }, seed: number): Outcome {
  // Nobody looks again of itself: what is counted is what the watches cause.
  const protocol = coordination({ jobs: Array.from({ length: count }, () => job), hold, pause: 0, sessionTimeout: 10_000, recheck: 1_000_000, retry: 1000, clock: 500 });
  const size = servers + count + 1;
  let [releases, notices, requests] = [0, 0, 0];
  const handovers: number[] = [];
  let last: { readonly token: number; readonly time: number } | undefined;
  const cluster = simulate(protocol, {
    size,
    seed,
    latency,
    // Clients speak to a server over one connection.
    fifo: true,
    digest: false,
    observer: {
      sent(_from, _to, message) {
        if (message.type === "notice") notices++;
        else if (message.type === "ask" && !["ping", "open"].includes(message.request.command.op)) requests++;
        else if (message.type === "write") {
          if (last && message.token !== last.token) {
            releases++;
            handovers.push(cluster.now - last.time);
          }
          last = { token: message.token, time: cluster.now };
        }
      },
    },
  });
  cluster.run(1000);
  [releases, notices, requests, last] = [0, 0, 0, undefined];
  handovers.length = 0;
  cluster.run(1000 + duration);
  return { releases, notices, requests, handovers };
}
