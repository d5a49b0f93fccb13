import { serve } from "../systems/designs/workload.js";
import type { Experiment } from "./experiment.js";
import { asked, built, checkCompared, checkSomebodyUp, compared, entriesOf, machines, patientIn, sizesOf, workloadOf } from "./performance/parameters.js";
import { mean, percentile } from "./percentile.js";

const parameters = {
  ...compared,
  nodes: { type: "list", default: "3", values: [], summary: "servers, one size or more" },
  reads: { type: "list", default: "0.5", values: [], summary: "shares of gets, one or more" },
  regions: { type: "list", default: "1,3", values: [], summary: "regions that servers and clients are dealt out to, one number or more" },
  faults: { type: "integer", default: 0, range: [0, 24], summary: "servers that crash when counting begins and stay down, the leader first" },
  rate: { type: "number", default: 0.3, range: [0.0001, 1000], unit: "requests a ms", summary: "requests that come, whatever becomes of those before" },
  ...machines,
  ...asked,
  ...built,
  warm: { type: "number", default: 300, range: [0, 100_000], unit: "ms", summary: "how long clients ask before anything is counted: so they learn who leads" },
  window: { type: "number", default: 700, range: [1, 1_000_000], unit: "ms", summary: "requests that are asked in this time are counted" },
} as const;

type Place = "near" | "far" | "all";

interface Point {
  /** By operation: where the client was, and how long it took, ms; null: given up. */
  readonly taken: readonly { readonly f: "get" | "put"; readonly near: boolean; readonly ms: number | null }[];
}

/** Claim 5.2: how long clients wait for an answer, by design, by operation, and by whether the leader is in their region. */
export const latency: Experiment<typeof parameters, readonly Point[]> = {
  name: "latency",
  question: "On the same machines, near and far, how long does each design take to answer?",
  parameters,
  trials: 1,
  row: {
    design: "which design",
    leadership: "`one leader`, `a leader a shard` or `no leader`",
    consistency: "what the clients' histories keep",
    nodes: "servers",
    reads: "share of gets",
    regions: "regions",
    faults: "servers that crash when counting begins",
    operation: "`get` or `put`",
    place: "`near`: the client is in a leader's region; `far`: it is not; `all`: all clients (where there is one region, or no leader)",
    requests: "requests counted",
    mean: "mean time to an answer, ms (null: some were given up)",
    p50: "median time to an answer, ms (null: half of them were given up)",
    p90: "90th percentile of it, ms",
    p99: "99th percentile of it, ms",
    max: "the longest, ms",
    unanswered: "share that was given up",
  },
  check(values) {
    checkCompared(values);
    checkSomebodyUp(values.nodes, values.faults);
  },
  trial: (given, seed) =>
    points(given).map(({ entry: { design, variant }, nodes, reads, regions }) => {
      const { rate, warm, window, faults } = given;
      const values = patientIn(regions, given);
      const slack = values.patience - given.patience;
      const sizes = sizesOf(values, nodes);
      const run = serve(design, variant, sizes, {
        ...workloadOf(values),
        regions,
        reads,
        arrivals: { type: "open", rate },
        settle: 4 * sizes.timeout + 8 * sizes.heartbeat,
        warm: warm + 2 * slack,
        window: window + values.patience,
        plan(cluster, counted) {
          if (faults === 0) return;
          const order = cluster.nodes.map(({ id, state }) => ({ id, leads: design.leads?.(state) === true })).sort((a, b) => Number(b.leads) - Number(a.leads));
          for (const { id } of order.slice(0, faults)) cluster.crash(id, counted);
        },
      }, seed);
      const leading = new Set(design.leadership === "one leader" ? run.leaders.map((node) => run.regions.of(node)) : []);
      const counted = run.requests.filter(({ asked }) => asked >= run.begin && asked < run.begin + window);
      return { taken: counted.map(({ f, region, asked, answered }) => ({ f, near: leading.has(region), ms: answered === undefined ? null : answered - asked })) };
    }),
  summarize: (samples, values) =>
    points(values).flatMap(({ entry: { design, variant }, nodes, reads, regions }, i) => {
      const taken = samples.flatMap((sample) => sample[i]!.taken);
      const places: readonly Place[] = regions > 1 && design.leadership === "one leader" ? ["near", "far"] : ["all"];
      return places.flatMap((place) =>
        (["get", "put"] as const).flatMap((operation) => {
          const times = taken.filter(({ f, near }) => f === operation && (place === "all" || near === (place === "near"))).map(({ ms }) => ms);
          if (times.length === 0) return [];
          const at = (share: number) => percentile(times, share);
          return [{ design: design.name, leadership: design.leadership, consistency: variant.guarantee, nodes, reads, regions, faults: values.faults, operation, place, requests: times.length, mean: mean(times), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), unanswered: times.filter((ms) => ms === null).length / times.length }];
        }),
      );
    }),
};

type Given = Parameters<typeof latency.trial>[0];

const points = (values: Given) => entriesOf(values).flatMap((entry) => (values.nodes as readonly number[]).flatMap((nodes) => (values.reads as readonly number[]).flatMap((reads) => (values.regions as readonly number[]).map((regions) => ({ entry, nodes, reads, regions })))));
