import { serve } from "../systems/designs/workload.js";
import type { Experiment } from "./experiment.js";
import { asked, built, checkCompared, checkSomebodyUp, compared, entriesOf, machines, patientIn, sizesOf, workloadOf } from "./performance/parameters.js";
import { percentile } from "./percentile.js";

const parameters = {
  ...compared,
  nodes: { type: "list", default: "5", values: [], summary: "servers, one size or more" },
  reads: { type: "list", default: "0.5", values: [], summary: "shares of gets, one or more" },
  regions: { type: "integer", default: 1, range: [1, 10], summary: "regions that servers and clients are dealt out to" },
  faults: { type: "integer", default: 0, range: [0, 24], summary: "servers that are down all the time; none that leads" },
  clients: { type: "integer", default: 64, range: [1, 10_000], summary: "clients, each with one request at a time" },
  think: { type: "number", default: 0, range: [0, 100_000], unit: "ms", summary: "mean time between an answer and the client's next request" },
  ...machines,
  ...asked,
  ...built,
  warm: { type: "number", default: 12, range: [0, 100_000], unit: "ms", summary: "how long clients ask before anything is counted" },
  window: { type: "number", default: 20, range: [1, 1_000_000], unit: "ms", summary: "how long it is counted" },
} as const;

interface Point {
  /** Requests that were answered while it was counted, and that were given up then. */
  readonly done: number;
  readonly givenUp: number;
  readonly latencies: readonly number[];
  readonly messages: number;
  /** Messages that the busiest node sent and was sent. */
  readonly busiest: number;
}

/** Claims 5.1 and 5.3, and G.1: what clients get out of each design on the same machines, who ask as fast as they are answered. */
export const throughput: Experiment<typeof parameters, readonly Point[]> = {
  name: "throughput",
  question: "On the same machines, how many requests a second does each design answer?",
  parameters,
  trials: 1,
  row: {
    design: "which design",
    leadership: "`one leader`, `a leader a shard` or `no leader`",
    consistency: "what the clients' histories keep: `linearizable`, `sequential`, `regular`, `prefix`, `eventual` or `lossy`",
    nodes: "servers",
    reads: "share of gets",
    regions: "regions",
    faults: "servers that are down",
    throughput: "requests answered a second",
    formula: "requests a second by the closed formula: the busiest server's processor time for the messages of one request (null: none is known, or servers are down, or far apart)",
    messages: "messages between servers for each request answered (null: none was)",
    busiest: "messages that the busiest server sends and is sent, for each request answered (null: none was)",
    p50: "median time to an answer, ms (null: nobody was answered)",
    p99: "99th percentile of it, ms",
    unanswered: "share of the requests that ended while it was counted that ended unanswered: they were given up",
  },
  check(values) {
    checkCompared(values);
    checkSomebodyUp(values.nodes, values.faults);
  },
  trial: (given, seed) =>
    points(given).map(({ entry: { design, variant }, nodes, reads }) => {
      const { clients, think, regions, faults, warm, window } = given;
      const values = patientIn(regions, given);
      const run = serve(design, variant, sizesOf(values, nodes), {
        ...workloadOf(values),
        regions,
        reads,
        arrivals: { type: "closed", clients, think },
        settle: 4 * values.timeout + 8 * values.heartbeat,
        warm,
        window,
        plan(cluster) {
          const spare = cluster.nodes.filter(({ state }) => design.leadership !== "one leader" || !design.leads?.(state));
          for (const { id } of spare.slice(-faults || spare.length)) cluster.crash(id);
        },
      }, seed);
      const counted = run.requests.filter(({ answered }) => answered !== undefined && answered >= run.begin && answered < run.end);
      const givenUp = run.requests.filter(({ asked, answered }) => answered === undefined && asked + values.patience >= run.begin && asked + values.patience < run.end);
      return {
        done: counted.length,
        givenUp: givenUp.length,
        latencies: counted.map(({ asked, answered }) => answered! - asked),
        messages: run.sent.reduce((sum, sent) => sum + sent, 0),
        busiest: Math.max(...run.sent.map((sent, node) => sent + run.received[node]!)),
      };
    }),
  summarize: (samples, values) =>
    points(values).map(({ entry: { design, variant }, nodes, reads }, i) => {
      const runs = samples.map((sample) => sample[i]!);
      const sum = (field: "done" | "messages" | "busiest" | "givenUp") => runs.reduce((total, run) => total + run[field], 0);
      const latencies = runs.flatMap((run) => run.latencies);
      const { regions, faults, receive, send, window } = values;
      const formula = regions > 1 || faults > 0 || receive + send === 0 ? null : variant.capacity(sizesOf(values, nodes), reads, { receive, send });
      const done = sum("done");
      const each = (count: number) => (done === 0 ? null : count / done);
      return {
        design: design.name,
        leadership: design.leadership,
        consistency: variant.guarantee,
        nodes,
        reads,
        regions,
        faults,
        throughput: (1000 * done) / (window * runs.length),
        formula: formula === null ? null : 1000 * formula,
        messages: each(sum("messages")),
        busiest: each(sum("busiest")),
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        unanswered: sum("givenUp") / Math.max(1, done + sum("givenUp")),
      };
    }),
};

type Given = Parameters<typeof throughput.trial>[0];

const points = (values: Given) => entriesOf(values).flatMap((entry) => (values.nodes as readonly number[]).flatMap((nodes) => (values.reads as readonly number[]).map((reads) => ({ entry, nodes, reads }))));
