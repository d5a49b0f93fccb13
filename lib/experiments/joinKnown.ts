import { lifeguard, swim } from "../gossip/membership/swim.js";
import type { Swim } from "../gossip/membership/types.js";
import { Ring } from "../hashing/ring.js";
import { deriveSeed } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment, Values } from "./experiment.js";
import { mean, percentile } from "./percentile.js";

const parameters = {
  sizes: { type: "list", default: "10,30,100,300", values: [], summary: "members before the join; a row each" },
  engine: { type: "choice", default: "swim", values: ["swim", "lifeguard"], summary: "how members hear of each other: updates on SWIM's pings alone, or with Lifeguard's gossip beside them" },
  period: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "a round of gossip: the protocol period, in which each member pings one other" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  points: { type: "integer", default: 160, range: [1, 10_000], summary: "points (virtual nodes) of a member on the hash ring" },
  load: { type: "number", default: 10, range: [0, 1_000_000], unit: "GB", summary: "data that each member holds before the join, on average" },
  receive: { type: "number", default: 100, range: [0.001, 1_000_000], unit: "MB/s", summary: "how fast the new member takes in data" },
  give: { type: "number", default: 10, range: [0.001, 1_000_000], unit: "MB/s", summary: "how fast each old member gives data away, beside its load" },
  horizon: { type: "integer", default: 200, range: [1, 100_000], unit: "rounds", summary: "how long to wait until the new member is known to all" },
} as const;

type Model = Values<typeof parameters>;

/** By size: when the new member was known to half of the others and to all, ms; how long its data took, ms; and which share of all keys it owns. */
type Sample = readonly { readonly half: number | null; readonly all: number | null; readonly transfer: number; readonly share: number }[];

/**
 * Claim 1.6: a node joins a cluster in which nobody leads. It asks one member for the list of all, and the word of it
 * spreads on the members' pings. Its share of the keys, by the hash ring, has to be sent to it by those who held them.
 */
export const joinKnown: Experiment<typeof parameters, Sample> = {
  name: "join-known",
  question: "When does a node that joins without a leader take part, by size of the cluster?",
  parameters,
  trials: 20,
  row: {
    members: "members before the join",
    log2: "the logarithm of that number, of base 2",
    half: "mean time until half of them knew the new one, in rounds (null: not all within the horizon)",
    known: "mean time until all of them knew it, in rounds",
    known90: "90th percentile of that time, in rounds",
    knownMs: "mean time until all knew it, ms",
    share: "its share of all keys, mean",
    transferMs: "mean time that its share of the data takes, ms: as fast as it can take them in, and each old member can give its part",
    servesMs: "mean time until it was known to all and had its data, ms",
    serves: "the same, in rounds",
  },
  check({ sizes }) {
    const bad = (sizes as readonly number[]).find((size) => !(Number.isInteger(size) && size >= 1 && size <= 2000));
    if (bad !== undefined) throw new Error(`sizes are whole numbers from 1 to 2000: got ${bad}`);
  },
  trial: (model, seed) => (model.sizes as readonly number[]).map((size, i) => ({ ...spread(model, size, deriveSeed(seed, i)), ...takeOver(model, size, deriveSeed(seed, i)) })),
  summarize: (samples, { sizes, period }) =>
    (sizes as readonly number[]).map((members, i) => {
      const of = (time: (run: Sample[number]) => number | null) => mean(samples.map((sample) => time(sample[i]!)));
      const rounds = (ms: number | null) => (ms === null ? null : ms / period);
      const serves = of(({ all, transfer }) => (all === null ? null : Math.max(all, transfer)));
      return {
        members,
        log2: Math.log(members) / Math.LN2,
        half: rounds(of(({ half }) => half)),
        known: rounds(of(({ all }) => all)),
        known90: rounds(percentile(samples.map((sample) => sample[i]!.all), 0.9)),
        knownMs: of(({ all }) => all),
        share: of(({ share }) => share),
        transferMs: of(({ transfer }) => transfer),
        servesMs: serves,
        serves: rounds(serves),
      };
    }),
};

/** The membership half: the cluster's last node joins through the first. */
function spread({ engine, period, delay, loss, horizon }: Model, size: number, seed: number): { readonly half: number | null; readonly all: number | null } {
  const options = { joined: size, period, seeds: [0] };
  const knowing = new Set<number>();
  let half: number | null = null;
  let now = () => 0;
  const cluster = simulate<Swim>(engine === "swim" ? swim(options) : lifeguard(options), {
    size: size + 1,
    seed,
    latency: delay,
    loss,
    digest: false,
    observer: {
      told({ id }, { member }) {
        if (member !== size || id === size) return;
        knowing.add(id);
        if (2 * knowing.size >= size) half ??= now();
      },
    },
  });
  now = () => cluster.now;
  return { all: cluster.runUntil(() => knowing.size === size, horizon * period) ? cluster.now : null, half };
}

/** The data half: how long the new member's share takes to come. Who gave most is last. */
function takeOver({ points, load, receive, give }: Model, size: number, seed: number): { readonly transfer: number; readonly share: number } {
  const before = new Ring(Array.from({ length: size }, (_, node) => node), { points, seed });
  const after = before.with(size);
  const now = after.shares();
  const share = now[after.nodes.indexOf(size)]!;
  const most = Math.max(...before.shares().map((held, i) => held - now[after.nodes.indexOf(before.nodes[i]!)]!));
  const megabytes = 1000 * load * size;
  return { transfer: 1000 * megabytes * Math.max(share / receive, most / give), share };
}
