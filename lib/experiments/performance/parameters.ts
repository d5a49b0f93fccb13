import { designs } from "../../systems/designs/designs.js";
import type { Design, Sizes, Variant } from "../../systems/designs/design.js";
import type { Workload } from "../../systems/designs/workload.js";
import type { Distribution } from "../../random.js";
import type { Values } from "../experiment.js";

/** What is compared. */
export const compared = {
  design: { type: "choice", default: "all", values: ["all", ...designs.map(({ name }) => name)], summary: "one design, or all" },
  consistency: { type: "choice", default: "linearizable", values: ["linearizable", "weakest", "both"], summary: "each design at its strongest, if that is linearizable; with the least that it offers; or both" },
} as const;

/** The machines, the same for every design. */
export const machines = {
  receive: { type: "number", default: 0.01, range: [0, 1000], unit: "ms", summary: "processor time to take in a message or a request" },
  send: { type: "number", default: 0.01, range: [0, 1000], unit: "ms", summary: "processor time to send a message or an answer" },
  bandwidth: { type: "number", default: 125_000, range: [1, 1e12], unit: "bytes a ms", summary: "what a network card carries each way (125,000 is 1 Gbit/s)" },
  disk: { type: "distribution", default: "constant:0", unit: "ms", summary: "how long a write takes to become durable; what waits for a busy disk is written together (about 0.1 for a good SSD, 8 for a hard disk)" },
  near: { type: "distribution", default: "lognormal:0.1,0.4", unit: "ms", summary: "one-way delay within a region" },
  far: { type: "list", default: "35,60,110", values: [], unit: "ms", summary: "how much longer a message takes between regions, by pair: 0–1, 0–2, 1–2, 0–3 and so on, in turn" },
} as const;

/** What clients ask for. */
export const asked = {
  keys: { type: "integer", default: 100, range: [1, 100_000], summary: "keys that are asked for" },
  skew: { type: "number", default: 0, range: [0, 5], summary: "exponent of Zipf's law by which keys are drawn: 0 is evenly" },
  valueSize: { type: "integer", default: 100, range: [1, 1_000_000], unit: "bytes", summary: "length of a value" },
  patience: { type: "number", default: 1000, range: [1, 1_000_000], unit: "ms", summary: "a request without an answer for so long is given up" },
} as const;

/** How designs are built. */
export const built = {
  replicas: { type: "integer", default: 3, range: [1, 25], summary: "copies of a key in designs that do not keep one on each node: quorum stores, and groups with a leader a shard" },
  shards: { type: "integer", default: 4, range: [1, 100], summary: "groups a node, in designs with a leader a shard" },
  batch: { type: "integer", default: 1, range: [1, 256], summary: "commands that Raft may put into one message" },
  timeout: { type: "number", default: 150, range: [1, 100_000], unit: "ms", summary: "patience with a silent leader: drawn from this to twice this" },
  heartbeat: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "time between a leader's heartbeats" },
  retry: { type: "number", default: 50, range: [1, 100_000], unit: "ms", summary: "how long a coordinator without a leader waits before it asks again" },
} as const;

/** A design at a consistency. */
export interface Entry {
  readonly design: Design;
  readonly variant: Variant;
}

/** What is compared, in the order of `designs`. */
export function entriesOf({ design, consistency }: Values<typeof compared>): readonly Entry[] {
  const named = design === "all" ? designs : designs.filter(({ name }) => name === design);
  const entries = named.flatMap((one) => [...(consistency !== "weakest" && one.strong ? [{ design: one, variant: one.strong }] : []), ...(consistency !== "linearizable" && one.weak ? [{ design: one, variant: one.weak }] : [])]);
  // A design asked for by name is run as it can be.
  return entries.length > 0 || design === "all" ? entries : named.map((one) => ({ design: one, variant: (one.weak ?? one.strong)! }));
}

export const sizesOf = ({ replicas, shards, ...rest }: Values<typeof built>, nodes: number): Sizes => ({ ...rest, nodes, replicas: Math.min(replicas, nodes), shards: shards * nodes });

/** The same, but where regions are far apart everybody is more patient: by the longest way, there and back, twice. */
export function patientIn<Given extends Pick<Values<typeof machines & typeof asked & typeof built>, "far" | "timeout" | "retry" | "patience">>(regions: number, given: Given): Given {
  const slack = regions > 1 ? 4 * Math.max(...(given.far as readonly number[])) : 0;
  return { ...given, timeout: given.timeout + slack, retry: given.retry + slack, patience: given.patience + slack };
}

/** The part of a workload that these parameters decide. */
export const workloadOf = ({ receive, send, bandwidth, disk, near, far, keys, skew, valueSize, patience }: Values<typeof machines & typeof asked>): Pick<Workload, "hardware" | "disk" | "near" | "far" | "keys" | "skew" | "valueSize" | "patience"> => ({ hardware: { receive, send, bandwidth }, ...diskOf(disk), near, far: far as readonly number[], keys, skew, valueSize, patience });

/** A disk that takes no time is left out: a run without one is faster. */
export const diskOf = (disk: Distribution): Pick<Workload, "disk"> => (disk.text === machines.disk.default ? {} : { disk });

/** Throws an `Error` unless a leader is heard of before anybody's patience ends. */
export function checkPatience({ heartbeat, timeout }: Pick<Values<typeof built>, "heartbeat" | "timeout">): void {
  if (heartbeat >= timeout) throw new Error(`heartbeat must be below timeout: got ${heartbeat} and ${timeout} ms`);
}

/** Throws an `Error` unless these lists of numbers lie in their ranges. */
export function checkLists(lists: Readonly<Record<string, { readonly given: string | readonly number[]; readonly low: number; readonly high: number; readonly whole?: boolean }>>): void {
  for (const [name, { given, low, high, whole }] of Object.entries(lists)) {
    if (typeof given === "string") continue;
    const bad = given.find((value) => !(value >= low && value <= high) || (whole && !Number.isInteger(value)));
    if (bad !== undefined) throw new Error(`${name} are ${whole ? "whole " : ""}numbers from ${low} to ${high}: got ${bad}`);
  }
}

/** Numbers as they may be given: a list, or where only one makes sense that one. */
type Given = string | readonly number[];

/** What the experiments that compare designs ask of their parameters alike. Throws an `Error` that says what was expected. */
export function checkCompared(given: { readonly nodes: Given; readonly reads: Given; readonly regions: number | Given; readonly far: Given; readonly heartbeat: number; readonly timeout: number }): void {
  const { nodes, reads, regions, far } = given;
  checkPatience(given);
  const places = typeof regions === "number" ? [regions] : regions;
  for (const [name, list] of Object.entries({ nodes, reads, regions: places })) if (typeof list === "string") throw new Error(`${name} needs one number or more`);
  checkLists({ nodes: { given: nodes, low: 1, high: 101, whole: true }, reads: { given: reads, low: 0, high: 1 }, regions: { given: places, low: 1, high: 10, whole: true }, far: { given: far, low: 0, high: 1e6 } });
  if (Math.max(...(places as readonly number[])) > 1 && typeof far === "string") throw new Error("far needs a time between regions, in ms");
}

/** Throws an `Error` unless somebody stays up in each cluster. */
export function checkSomebodyUp(nodes: Given, faults: number): void {
  const small = (nodes as readonly number[]).find((count) => faults >= count);
  if (small !== undefined) throw new Error(`somebody must stay up: got faults ${faults} of ${small} nodes`);
}
