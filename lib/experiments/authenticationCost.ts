import { withTags } from "../sim/authentication.js";
import { designs } from "../systems/designs/designs.js";
import { serve } from "../systems/designs/workload.js";
import type { Experiment } from "./experiment.js";
import { machines } from "./performance/parameters.js";
import { percentile } from "./percentile.js";

const parameters = {
  design: { type: "choice", default: "raft-log", values: designs.filter(({ strong }) => strong).map(({ name }) => name), summary: "the design that carries tags" },
  nodes: { type: "integer", default: 5, range: [1, 25], summary: "nodes in the cluster" },
  clients: { type: "integer", default: 40, range: [1, 10_000], summary: "clients, each with one request at a time: enough to keep the leader busy" },
  reads: { type: "number", default: 0.5, range: [0, 1], summary: "share of gets" },
  valueSize: { type: "integer", default: 100, range: [1, 1_000_000], unit: "bytes", summary: "length of a value" },
  receive: machines.receive,
  send: machines.send,
  bandwidth: machines.bandwidth,
  near: machines.near,
  macTag: { type: "integer", default: 16, range: [0, 4096], unit: "bytes", summary: "what a message authentication code adds to a message: HMAC-SHA-256 cut to 128 bits (RFC 2104, §5)" },
  macTime: { type: "number", default: 0.001, range: [0, 1000], unit: "ms", summary: "processor time to make or to check such a code" },
  signatureTag: { type: "integer", default: 64, range: [0, 65_536], unit: "bytes", summary: "what a signature adds: Ed25519 (RFC 8032)" },
  signTime: { type: "number", default: 0.03, range: [0, 1000], unit: "ms", summary: "processor time to sign" },
  verifyTime: { type: "number", default: 0.08, range: [0, 1000], unit: "ms", summary: "processor time to check a signature" },
  window: { type: "number", default: 40, range: [1, 1_000_000], unit: "ms", summary: "how long requests are counted" },
} as const;

const SCHEMES = ["none", "message authentication code", "signature"] as const;

interface Measured {
  readonly throughput: number;
  readonly latencies: readonly number[];
  readonly messageBytes: number;
  readonly messages: number;
}

/** Claim 7.6, the other half: what tags on all messages cost a replicated store, in throughput, time and bytes. */
export const authenticationCost: Experiment<typeof parameters, readonly Measured[]> = {
  name: "authentication-cost",
  question: "What does it cost a replicated store that every message bears a tag?",
  parameters,
  trials: 2,
  row: {
    scheme: "what each message bears: nothing, a code that is made with a key of both ends or of all, or a signature",
    throughput: "operations, 1/s",
    share: "throughput as a share of that without tags",
    latency: "median time of an operation, ms",
    messageBytes: "mean size of a message, bytes",
    operationBytes: "bytes that nodes send each other for an operation",
  },
  trial({ design, nodes, clients, reads, valueSize, receive, send, bandwidth, near, macTag, macTime, signatureTag, signTime, verifyTime, window }, seed) {
    const of = designs.find(({ name }) => name === design)!;
    const costs = [
      { tag: 0, make: 0, check: 0 },
      { tag: macTag, make: macTime, check: macTime },
      { tag: signatureTag, make: signTime, check: verifyTime },
    ];
    return costs.map((cost): Measured => {
      let [bytes, messages] = [0, 0];
      const plain = { receive, send, bandwidth, bytes: (message: unknown) => HEADERS + (JSON.stringify(message) ?? "").length };
      const tagged = withTags(plain, cost);
      const counted = {
        ...tagged,
        bytes(message: unknown) {
          const own = tagged.bytes!(message);
          if (!isClients(message)) (bytes += own), messages++;
          return own;
        },
      };
      // Where a signature takes longer than all the rest, nothing may be slower than the timeouts.
      const patient = 1000;
      const served = serve(of, of.strong!, { nodes, replicas: Math.min(3, nodes), shards: nodes, timeout: patient, heartbeat: patient / 4, retry: patient, batch: 1 }, { hardware: counted, near, regions: 1, far: [], arrivals: { type: "closed", clients, think: 0 }, reads, keys: 100, skew: 0, valueSize, patience: 10 * patient, settle: 0, warm: window / 4, window }, seed);
      const answered = served.requests.filter(({ answered }) => answered !== undefined && answered > served.begin && answered <= served.end);
      return { throughput: (1000 * answered.length) / window, latencies: answered.map(({ asked, answered }) => answered! - asked), messageBytes: bytes / messages, messages: served.sent.reduce((sum, sent) => sum + sent, 0) / Math.max(1, answered.length) };
    });
  },
  summarize: (samples) =>
    SCHEMES.map((scheme, s) => {
      const mean = (of: (measured: Measured) => number, which = s) => samples.reduce((sum, sample) => sum + of(sample[which]!), 0) / samples.length;
      return {
        scheme,
        throughput: mean(({ throughput }) => throughput),
        share: mean(({ throughput }) => throughput) / mean(({ throughput }) => throughput, 0),
        latency: percentile(samples.flatMap((sample) => sample[s]!.latencies), 0.5),
        messageBytes: mean(({ messageBytes }) => messageBytes),
        operationBytes: mean(({ messageBytes, messages }) => messageBytes * messages),
      };
    }),
};

/** Ethernet, IP and TCP. */
const HEADERS = 66;

const isClients = (message: unknown) => typeof message === "object" && message !== null && "client" in message && "serial" in message;
