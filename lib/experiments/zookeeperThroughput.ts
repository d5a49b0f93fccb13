import { zab } from "../replication/zab/zab.js";
import { simulate } from "../sim/cluster.js";
import { countMessages, HEARTBEAT } from "./countMessages.js";
import type { Experiment, Row } from "./experiment.js";

const parameters = {
  servers: { type: "list", default: "3,5,7,9,13", values: [], summary: "sizes of the ensemble" },
  fitted: { type: "list", default: "3,13", values: [], summary: "two sizes whose published throughput the costs are fitted to; all others are predicted" },
  mixServers: { type: "integer", default: 5, range: [2, 31], summary: "size of the ensemble for which mixes of reads and writes are predicted" },
  mixes: { type: "list", default: "25,40,50,75", values: [], unit: "%", summary: "shares of reads that are predicted for it" },
  ends: { type: "choice", default: "published", values: ["published", "model"], summary: "where the mixes' two ends, reads alone and writes alone, are taken from" },
  commands: { type: "integer", default: 40, range: [1, 10_000], summary: "requests of each kind in a run in which messages are counted; clients ask all servers in turn" },
} as const;

/** Hunt et al. 2010, Table 1: operations a second of a saturated ensemble, by its size, if all are reads and if all are writes. */
export const ZOOKEEPER_EXTREMES: readonly { readonly servers: number; readonly reads: number; readonly writes: number }[] = [
  { servers: 3, reads: 87_000, writes: 21_000 },
  { servers: 5, reads: 165_000, writes: 18_000 },
  { servers: 7, reads: 257_000, writes: 14_000 },
  { servers: 9, reads: 296_000, writes: 12_000 },
  { servers: 13, reads: 460_000, writes: 8_000 },
];

/** Hunt et al. 2010: operations a second of five servers, by the share of reads, %. */
export const ZOOKEEPER_MIXES: readonly { readonly servers: number; readonly reads: number; readonly operations: number }[] = [
  { servers: 5, reads: 25, operations: 23_500 },
  { servers: 5, reads: 40, operations: 28_900 },
  { servers: 5, reads: 50, operations: 33_900 },
  { servers: 5, reads: 75, operations: 58_400 },
];

/** By size: messages between servers that the busiest one handles a write and a read; null: nobody led. */
type Sample = readonly { readonly write: number | null; readonly read: number | null }[];

/**
 * The shape of ZooKeeper's throughput (Hunt, Konar, Junqueira and Reed, USENIX ATC 2010, Table 1), from the messages of our ZAB.
 * A write costs the busiest server a fixed time and a time a message; these two are fitted to the published writes at two sizes.
 * A read costs the server that is asked and nobody else; its time is fitted to the published reads at the same two. All else is predicted.
 */
export const zookeeperThroughput: Experiment<typeof parameters, Sample> = {
  name: "zookeeper-throughput",
  question: "Does the number of messages explain how ZooKeeper's throughput changes with its size?",
  parameters,
  trials: 1,
  row: {
    servers: "servers in the ensemble",
    reads: "share of the operations that are reads, %",
    messages: "messages between servers that the busiest one handles for a write (reads = 0) or a read (reads = 100), counted in our runs; null for a mix",
    published: "operations a second, published (null: not for this cell)",
    predicted: "operations a second by the model",
    error: "predicted less published, as a share of published",
    fitted: "whether the published number is one of those that the costs were fitted to; no prediction then",
    fixed: "fitted: what a write costs whatever the size, µs; or what a read does",
    each: "fitted: what a write costs more for each message, µs (null for reads and mixes)",
  },
  check({ servers, fitted, mixes, mixServers, ends }) {
    for (const [name, list] of Object.entries({ servers, fitted, mixes })) if (typeof list === "string") throw new Error(`${name} needs numbers, one or more`);
    const bad = (servers as readonly number[]).find((n) => !Number.isInteger(n) || n < 2 || n > 31);
    if (bad !== undefined) throw new Error(`servers are whole numbers from 2 to 31: got ${bad}`);
    const sizes = new Set(fitted as readonly number[]);
    if (sizes.size !== 2 || [...sizes].some((n) => extremeOf(n) === undefined)) throw new Error(`fitted needs two different sizes of ${ZOOKEEPER_EXTREMES.map((cell) => cell.servers).join(", ")}`);
    const share = (mixes as readonly number[]).find((reads) => !(reads > 0 && reads < 100));
    if (share !== undefined) throw new Error(`mixes are above 0 and below 100 %: got ${share}`);
    if (ends === "published" && extremeOf(mixServers) === undefined) throw new Error(`nothing is published for ${mixServers} servers: let ends be "model"`);
  },
  trial: ({ commands, ...values }, seed) => sizesOf(values).map((size) => ({ write: messagesOf(size, "put", commands, seed), read: messagesOf(size, "get", commands, seed) })),
  summarize(samples, { mixes, mixServers, ends, ...values }) {
    const sizes = sizesOf({ ...values, mixServers });
    const messages = (size: number, kind: "write" | "read") => samples.reduce((sum, sample) => sum + (sample[sizes.indexOf(size)]![kind] ?? NaN), 0) / samples.length;
    const fitted = values.fitted as readonly number[];
    const [a, b] = [{ size: fitted[0]!, ...extremeOf(fitted[0]!)! }, { size: fitted[1]!, ...extremeOf(fitted[1]!)! }];
    const seconds = { a: 1 / a.writes, b: 1 / b.writes };
    const each = (seconds.b - seconds.a) / (messages(b.size, "write") - messages(a.size, "write"));
    const fixed = seconds.a - each * messages(a.size, "write");
    const perRead = (a.size + b.size) / (a.reads + b.reads);
    const reads = (size: number) => size / perRead;
    const writes = (size: number) => 1 / (fixed + each * messages(size, "write"));
    const row = (servers: number, share: number, published: number | null, predicted: number, more: Pick<Row, "messages" | "fitted" | "fixed" | "each">): Row => ({ servers, reads: share, published, predicted, error: published === null ? null : predicted / published - 1, ...more });
    const extremes = (values.servers as readonly number[]).flatMap((size) => [
      row(size, 0, extremeOf(size)?.writes ?? null, writes(size), { messages: messages(size, "write"), fitted: fitted.includes(size), fixed: 1e6 * fixed, each: 1e6 * each }),
      row(size, 100, extremeOf(size)?.reads ?? null, reads(size), { messages: messages(size, "read"), fitted: fitted.includes(size), fixed: 1e6 * perRead, each: null }),
    ]);
    const known = ends === "published" ? extremeOf(mixServers)! : { reads: reads(mixServers), writes: writes(mixServers) };
    const mixed = (mixes as readonly number[]).map((share) => {
      const published = ZOOKEEPER_MIXES.find((cell) => cell.servers === mixServers && cell.reads === share)?.operations ?? null;
      return row(mixServers, share, published, harmonicMix(share / 100, known), { messages: null, fitted: false, fixed: null, each: null });
    });
    return [...extremes, ...mixed];
  },
};

/** Operations a second where a share of them (0 to 1) are reads: times an operation add up, so rates mix harmonically. */
export function harmonicMix(share: number, { reads, writes }: { readonly reads: number; readonly writes: number }): number {
  return 1 / (share / reads + (1 - share) / writes);
}

const extremeOf = (servers: number) => ZOOKEEPER_EXTREMES.find((cell) => cell.servers === servers);

const sizesOf = ({ servers, fitted, mixServers }: { readonly servers: unknown; readonly fitted: unknown; readonly mixServers: number }): number[] => [...new Set([...(servers as number[]), ...(fitted as number[]), mixServers])];

/** Messages between servers an operation, on the server that handles most of them; clients ask all servers in turn, and reads are answered where they are asked. */
function messagesOf(size: number, op: "put" | "get", commands: number, seed: number): number | null {
  const rounds = Math.ceil(commands / size) * size;
  const command = (i: number) => (op === "put" ? { op, key: "a", value: String(i) } : { op, key: "a" });
  const counts = countMessages(
    (observer) => simulate(zab({ reads: "local", tick: HEARTBEAT, patience: 3 * HEARTBEAT }), { size, seed, latency: "constant:1", fifo: true, digest: false, observer }),
    ({ nodes }) => nodes.find(({ state }) => state.role === "leading" && state.phase === "broadcast")?.id,
    (i) => i % size,
    { commands: rounds, interval: 50, command },
  );
  return counts && Math.max(...counts.handled);
}
