import { serve } from "../systems/designs/workload.js";
import { designs } from "../systems/designs/designs.js";
import type { Experiment, Row } from "./experiment.js";
import { asked, machines, workloadOf } from "./performance/parameters.js";
import { harmonicMix, ZOOKEEPER_EXTREMES, ZOOKEEPER_MIXES } from "./zookeeperThroughput.js";

const parameters = {
  servers: { type: "integer", default: 5, range: [3, 25], summary: "servers in the ensemble" },
  reads: { type: "list", default: "0,25,40,50,75,100", values: [], unit: "%", summary: "shares of reads, one or more" },
  clients: { type: "integer", default: 100, range: [1, 10_000], summary: "clients, each with one request at a time, dealt out to all servers" },
  ...machines,
  ...asked,
  window: { type: "number", default: 40, range: [1, 1_000_000], unit: "ms", summary: "how long answers are counted, after as long a time to warm up" },
} as const;

/**
 * ZooKeeper's throughput by its share of reads (Hunt, Konar, Junqueira and Reed, USENIX ATC 2010, Table 1): what one
 * operation takes adds up, so the harmonic mean of the two ends predicts the mixes. Held against the published numbers,
 * and against our ZAB on simulated machines, whose ends are its own.
 */
export const zookeeperMix: Experiment<typeof parameters, readonly number[]> = {
  name: "zookeeper-mix",
  question: "Do reads alone and writes alone predict the throughput of every mix?",
  parameters,
  trials: 1,
  row: {
    servers: "servers in the ensemble",
    reads: "share of reads, %",
    published: "operations a second, published (null: not for this cell)",
    harmonic: "operations a second by the harmonic mean of the published ends (null: they are not published for this size)",
    error: "harmonic less published, as a share of published (null: nothing to compare, or an end)",
    simulated: "operations a second of our ZAB, which answers reads where they are asked",
    harmonicSimulated: "operations a second by the harmonic mean of its own two ends (null: nothing was answered at one of them)",
    errorSimulated: "harmonicSimulated less simulated, as a share of simulated (null: nothing was answered)",
  },
  check({ reads }) {
    const bad = typeof reads === "string" ? reads : reads.find((share) => !(share >= 0 && share <= 100));
    if (bad !== undefined) throw new Error(`reads are shares from 0 to 100 %: got ${bad}`);
  },
  trial: (values, seed) => shares(values).map((share) => simulated(values, share / 100, seed)),
  summarize(samples, values) {
    const { servers } = values;
    const all = shares(values);
    const mean = (share: number) => samples.reduce((sum, sample) => sum + sample[all.indexOf(share)]!, 0) / samples.length;
    const ends = ZOOKEEPER_EXTREMES.find((cell) => cell.servers === servers);
    const own = { reads: mean(100), writes: mean(0) };
    return (values.reads as readonly number[]).map((share): Row => {
      const end = share === 0 || share === 100;
      const published = (end ? (share === 0 ? ends?.writes : ends?.reads) : ZOOKEEPER_MIXES.find((cell) => cell.servers === servers && cell.reads === share)?.operations) ?? null;
      const harmonic = ends ? harmonicMix(share / 100, ends) : null;
      const harmonicSimulated = own.reads > 0 && own.writes > 0 ? harmonicMix(share / 100, own) : null;
      return { servers, reads: share, published, harmonic, error: end || published === null || harmonic === null ? null : harmonic / published - 1, simulated: mean(share), harmonicSimulated, errorSimulated: harmonicSimulated === null || mean(share) === 0 ? null : harmonicSimulated / mean(share) - 1 };
    });
  },
};

type Given = Parameters<typeof zookeeperMix.trial>[0];

/** Those asked for, and the two ends. */
const shares = ({ reads }: Given) => [...new Set([...(reads as readonly number[]), 0, 100])];

function simulated(values: Given, reads: number, seed: number): number {
  const { servers, clients, window } = values;
  const zab = designs.find(({ name }) => name === "zab")!;
  const run = serve(zab, zab.weak!, { nodes: servers, replicas: servers, shards: 1, timeout: 150, heartbeat: 50, retry: 50, batch: 1 }, { ...workloadOf(values), regions: 1, reads, arrivals: { type: "closed", clients, think: 0 }, settle: 1000, warm: window, window }, seed);
  return (1000 * run.requests.filter(({ answered }) => answered !== undefined && answered >= run.begin && answered < run.end).length) / window;
}
