import { likeliest, spreadLoad } from "../election/parabolic/leaderProbability.js";
import { parabolic } from "../election/parabolic/parabolic.js";
import { participants, parabolicRepaired } from "../election/parabolic/parabolicRepaired.js";
import type { NodeView } from "../promises.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom, type Distribution, type Random } from "../random.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";
import { percentile } from "./percentile.js";

const parameters = {
  nodes: { type: "integer", default: 7, range: [2, 99], summary: "nodes in the cluster" },
  fault: { type: "choice", default: "cut", values: ["cut", "crash"], summary: "how a node goes and comes back: it is cut off from all others, and knows of nothing; or it crashes" },
  every: { type: "list", default: "0,4000,1000,250", values: [], unit: "ms", summary: "mean time between two such faults, of random nodes; 0: there are none" },
  down: { type: "number", default: 500, range: [1, 1_000_000], unit: "ms", summary: "mean time that a node is away" },
  tells: { type: "choice", default: "list", values: ["list", "sender"], summary: "what a message tells: its sender's list, or only that the sender is there (as written)" },
  period: { type: "number", default: 50, range: [1, 10_000], unit: "ms", summary: "time between a node's rounds" },
  low: { type: "number", default: 200, range: [1, 1_000_000], unit: "ms", summary: "shortest patience with a silent leader (literal)" },
  high: { type: "number", default: 400, range: [1, 1_000_000], unit: "ms", summary: "longest patience with a silent leader (literal)" },
  silence: { type: "integer", default: 6, range: [1, 1000], summary: "after so many rounds of silence a node is no participant any more (repaired)" },
  settle: { type: "integer", default: 3, range: [1, 1000], summary: "so many rounds a node must see itself first before it stands (repaired)" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of every message" },
  loss: { type: "number", default: 0, range: [0, 0.9], summary: "probability that a message is lost" },
  watch: { type: "number", default: 6000, range: [100, 10_000_000], unit: "ms", summary: "how long to watch, from the first second on" },
  look: { type: "number", default: 10, range: [0.1, 1000], unit: "ms", summary: "time between two looks at the cluster" },
} as const;

const DESIGNS = ["as written", "as written, a leader stays one", "repaired"] as const;

interface Watched {
  readonly looks: number;
  readonly several: number;
  readonly most: number;
  readonly none: number;
  readonly differ: number;
  readonly severalAgreed: number;
  /** Pairs of leaders of one epoch that were seen at once, where there are epochs. */
  readonly severalInEpoch: number;
  /** After each change: how long until all that were up followed one of them, ms; null: not before the next change or the end. */
  readonly agreed: readonly (number | null)[];
}

/** By churn, by design. */
type Sample = readonly (readonly Watched[])[];

/** Claim 3.1: nodes crash and come back; how far do the lists differ, how many lead at once, and how long does it take to agree? */
export const parabolicViews: Experiment<typeof parameters, Sample> = {
  name: "parabolic-views",
  question: "Does whom its own list puts first lead alone, where membership changes?",
  parameters,
  trials: 8,
  row: {
    design: "PARABOLIC as the survey has it, where a leader that is told of another yields, or stays one; or repaired",
    every: "mean time between two faults, ms; 0: none",
    several: "share of the time with two leaders or more, counting those cut off",
    most: "most leaders at once",
    none: "share of the time without a leader among those that were there",
    differ: "share of the time in which two nodes that were up put different nodes first",
    severalAgreed: "share of the time with two leaders or more, although all that were up put the same node first",
    severalInEpoch: "times that two leaders of one epoch were seen at once (null: there are no epochs)",
    agreed: "share of the changes (the start, a node goes, a node comes) after which all that were there came to follow one of them before the next change",
    agreedAfter: "median time from a change until then, ms (null: mostly never)",
  },
  check({ low, high, every }) {
    if (low > high) throw new Error(`expected --low to be at most --high: got ${low} and ${high}`);
    if (typeof every === "string" || every.some((time) => time < 0)) throw new Error("expected times from 0 ms for --every");
  },
  trial(values, seed) {
    const { period, low, high, silence, settle } = values;
    const patience = [low, high] as const;
    const literal = (state: { readonly list: readonly NodeId[] }) => likeliest(state.list, spreadLoad);
    return (values.every as readonly number[]).map((every) => [
      ...(["yields", "stays"] as const).map((rival) => watch(parabolic({ period, patience, rival, tells: values.tells as "list" | "sender" }), literal, { ...values, every }, seed)),
      watch(parabolicRepaired({ period, silence, settle }), (state, id) => likeliest(participants(state, id, silence), spreadLoad), { ...values, every }, seed),
    ]);
  },
  summarize: (samples, { every }) =>
    (every as readonly number[]).flatMap((time, i) =>
      DESIGNS.map((design, j) => {
        const watched = samples.map((sample) => sample[i]![j]!);
        const looks = watched.reduce((sum, one) => sum + one.looks, 0);
        const share = (count: (one: Watched) => number) => watched.reduce((sum, one) => sum + count(one), 0) / looks;
        const agreed = watched.flatMap((one) => one.agreed);
        return {
          design,
          every: time,
          several: share(({ several }) => several),
          most: Math.max(...watched.map(({ most }) => most)),
          none: share(({ none }) => none),
          differ: share(({ differ }) => differ),
          severalAgreed: share(({ severalAgreed }) => severalAgreed),
          severalInEpoch: design === "repaired" ? watched.reduce((sum, { severalInEpoch }) => sum + severalInEpoch, 0) : null,
          agreed: agreed.filter((after) => after !== null).length / agreed.length,
          agreedAfter: percentile(agreed, 0.5),
        };
      }),
    ),
};

interface Electing {
  State: { readonly role: string; readonly leader: NodeId | null; readonly reign?: number };
  Message: unknown;
}

interface Circumstances {
  readonly nodes: number;
  readonly fault: string;
  readonly every: number;
  readonly down: number;
  readonly delay: Distribution;
  readonly loss: number;
  readonly watch: number;
  readonly look: number;
}

/** The first second, in which a cluster starts, does not count. */
const START = 1000;

function watch<T extends Electing>(protocol: Protocol<T>, first: (state: T["State"], id: NodeId) => NodeId | null, { nodes: size, fault, every, down, delay, loss, watch, look }: Circumstances, seed: number): Watched {
  const cluster = simulate(protocol, { size, seed, latency: delay, loss, digest: false });
  const away = drawAbsences(size, every, down, watch, deriveRandom(seed, size + 1));
  const isAway = (node: NodeId, time: number) => away.some((absence) => absence.node === node && absence.from <= time && time < absence.to);
  const changes = [0, ...away.flatMap(({ from, to }) => [from, to])];
  for (const time of changes.slice(1)) if (fault === "cut") cluster.command({ type: "partition", groups: away.filter(({ from, to }) => from <= time && time < to).map(({ node }) => [node]) }, time);
  for (const { node, from, to } of fault === "crash" ? away : []) {
    cluster.crash(node, from);
    cluster.command({ type: "restart", node }, to);
  }
  changes.sort((a, b) => a - b);
  const agreed: (number | null)[] = changes.map(() => null);
  const seen = { looks: 0, several: 0, most: 0, none: 0, differ: 0, severalAgreed: 0, severalInEpoch: 0 };
  let change = 0;
  for (let time = look; time < START + watch; time += look) {
    cluster.run(time);
    while (change + 1 < changes.length && changes[change + 1]! <= time) change++;
    const there = cluster.nodes.filter(({ id, up }) => up && !isAway(id, time));
    if (agreed[change] === null && followOne(there)) agreed[change] = time - changes[change]!;
    if (time <= START) continue;
    const leaders = cluster.nodes.filter(({ up, state }) => up && state.role === "leader");
    const agree = new Set(cluster.nodes.filter(({ up }) => up).map(({ id, state }) => first(state, id))).size <= 1;
    seen.looks++;
    seen.most = Math.max(seen.most, leaders.length);
    if (!there.some(({ state }) => state.role === "leader")) seen.none++;
    if (!agree) seen.differ++;
    if (leaders.length < 2) continue;
    seen.several++;
    if (agree) seen.severalAgreed++;
    if (new Set(leaders.map(({ state }) => state.reign)).size < leaders.length) seen.severalInEpoch++;
  }
  return { ...seen, agreed: agreed.slice(0, change + 1) };
}

interface Absence {
  readonly node: NodeId;
  readonly from: number;
  readonly to: number;
}

/** Who goes when, and for how long; whoever is away does not go again meanwhile. */
function drawAbsences(size: number, every: number, down: number, watch: number, random: Random): Absence[] {
  const after = (mean: number) => -Math.log(1 - random()) * mean;
  const away: Absence[] = [];
  for (let from = START + after(every); every > 0 && from < START + watch; from += after(every)) {
    const node = Math.floor(random() * size);
    const to = from + after(down);
    if (!away.some((absence) => absence.node === node && absence.to > from)) away.push({ node, from, to });
  }
  return away;
}

/** Whether all these follow one of them, which leads, and nobody else does. */
function followOne(there: readonly NodeView<Electing>[]): boolean {
  const leaders = there.filter(({ state }) => state.role === "leader");
  return leaders.length === 1 && there.every(({ state }) => state.leader === leaders[0]!.id);
}
