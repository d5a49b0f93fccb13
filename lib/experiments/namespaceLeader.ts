import type { Distribution } from "../random.js";
import { simulate } from "../sim/cluster.js";
import { bytesOf, fileSystem } from "../systems/models/fileSystem.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  sizes: { type: "list", default: "1,4,16,64,256,1024,4096", values: [], unit: "KiB", summary: "sizes of the files" },
  dataServers: { type: "integer", default: 8, range: [1, 64], summary: "nodes that hold the data" },
  clients: { type: "integer", default: 48, range: [1, 512], summary: "clients, each with one operation at a time" },
  reads: { type: "number", default: 0.9, range: [0, 1], summary: "share of operations that read a file; the others write one" },
  files: { type: "integer", default: 256, range: [1, 100_000], summary: "files that are there at the start" },
  piece: { type: "number", default: 256, range: [1, 65_536], unit: "KiB", summary: "a file travels in pieces of this size" },
  processor: { type: "number", default: 0.02, range: [0.0001, 10], unit: "ms", summary: "processor time to take a message in, and half of that to send one" },
  bandwidth: { type: "number", default: 125, range: [0.001, 100_000], unit: "kB/ms", summary: "what a node's network card carries each way; 125 is 1 Gbit/s" },
  delay: { type: "distribution", default: "uniform:0.05,0.15", unit: "ms", summary: "one-way delay of a message" },
  window: { type: "number", default: 60, range: [1, 100_000], unit: "ms", summary: "how long operations are counted, after a quarter of that to warm up; longer where a file alone takes longer" },
} as const;

const KIB = 1024;

interface Point {
  readonly operations: number;
  readonly bytes: number;
  readonly lasted: number;
  /** Share of the time in which the leader's processor, and its card, were at work. */
  readonly processor: number;
  readonly card: number;
}

/**
 * Claim 1.12: a file system with one leader for the names. With the bytes beside the leader and through it: what does it
 * carry, by size of the files, and what is it that is used up?
 */
export const namespaceLeader: Experiment<typeof parameters, readonly Point[]> = {
  name: "namespace-leader",
  question: "A leader has the names of the files: does it have to carry the bytes as well, and does it stand small files?",
  parameters,
  trials: 1,
  row: {
    path: "where the bytes go: `beside the leader` or `through the leader`",
    size: "size of a file, KiB",
    operations: "operations, 1/s",
    throughput: "bytes of files read or written, MB/s",
    processor: "share of the time in which the leader's processor is at work",
    card: "share of the time in which the busier direction of the leader's network card is at work",
    limit: "operations that the leader's processor can do, 1/s: those that look up or name a file, and in the second path pass pieces on",
  },
  trial(values, seed) {
    return PATHS.flatMap(({ onDataPath }) => (values.sizes as readonly number[]).map((size) => measure(size * KIB, onDataPath, values, seed)));
  },
  summarize(samples, values) {
    const sizes = values.sizes as readonly number[];
    return PATHS.flatMap(({ path, onDataPath }, p) =>
      sizes.map((size, i) => {
        const points = samples.map((sample) => sample[p * sizes.length + i]!);
        const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
        return {
          path,
          size,
          operations: 1000 * mean(({ operations, lasted }) => operations / lasted),
          throughput: mean(({ bytes, lasted }) => bytes / lasted) / 1000,
          processor: mean(({ processor }) => processor),
          card: mean(({ card }) => card),
          limit: 1000 / (values.processor * 1.5 * messagesAtLeader(Math.ceil(size / values.piece), values.reads, onDataPath)),
        };
      }),
    );
  },
};

const PATHS = [
  { path: "beside the leader", onDataPath: false },
  { path: "through the leader", onDataPath: true },
];

/** Messages that the leader takes in for an operation, and answers or passes on: one to read a file, two to write one; and two a piece that goes through it. */
const messagesAtLeader = (pieces: number, reads: number, onDataPath: boolean) => reads + 2 * (1 - reads) + (onDataPath ? 2 * pieces : 0);

interface Values {
  readonly dataServers: number;
  readonly clients: number;
  readonly reads: number;
  readonly files: number;
  readonly piece: number;
  readonly processor: number;
  readonly bandwidth: number;
  readonly delay: Distribution;
  readonly window: number;
}

function measure(fileSize: number, onDataPath: boolean, { dataServers, clients, reads, files, piece, processor, bandwidth, delay, window }: Values, seed: number): Point {
  let [out, into, handled, sent] = [0, 0, 0, 0];
  const cluster = simulate(fileSystem({ dataServers, onDataPath, fileSize, piece: piece * KIB, files, reads, retry: 1e9 }), {
    size: 1 + dataServers + clients,
    seed,
    latency: delay,
    digest: false,
    hardware: { receive: processor, send: processor / 2, bandwidth: 1000 * bandwidth, bytes: (message) => bytesOf(message as never), toClient: () => false },
    observer: {
      sent({ id }, to, message) {
        if (id === 0) (out += bytesOf(message)), sent++;
        if (to === 0) (into += bytesOf(message)), handled++;
      },
    },
  });
  // Where all bytes go through one card, each client has its file only after all others.
  const alone = (fileSize * (onDataPath ? clients : Math.max(1, clients / dataServers))) / (1000 * bandwidth);
  const lasted = Math.max(window, 1.5 * alone);
  cluster.run(lasted / 4);
  [out, into, handled, sent] = [0, 0, 0, 0];
  const bytesBefore = movedBy(cluster.nodes);
  const before = cluster.outputs.length;
  cluster.run(1.25 * lasted);
  return {
    operations: cluster.outputs.length - before,
    bytes: movedBy(cluster.nodes) - bytesBefore,
    lasted,
    processor: Math.min(1, (handled * processor + (sent * processor) / 2) / lasted),
    card: Math.min(1, Math.max(out, into) / (1000 * bandwidth * lasted)),
  };
}

/** Bytes of whole files, and of those under way. */
const movedBy = (nodes: readonly { readonly state: object }[]) => nodes.reduce((sum, { state }) => sum + ("moved" in state ? (state as { bytes: number; moved: number }).bytes + (state as { moved: number }).moved : 0), 0);
