import { describe, expect, it } from "vitest";
import { parseDistribution } from "../../../lib/random.js";
import type { Design, Sizes, Variant } from "../../../lib/systems/designs/design.js";
import { designs } from "../../../lib/systems/designs/designs.js";
import { serve } from "../../../lib/systems/designs/workload.js";

const hardware = { receive: 0.05, send: 0.05 };
const KEYS = 3000;

/** Each node comes first for as many keys as any other. */
const preference = (nodes: number) => (key: string) => Array.from({ length: nodes }, (_, i) => (Number(key.slice(1)) + i) % nodes);
const sizesOf = (nodes: number, batch = 1, replicas = 3): Sizes => ({ nodes, replicas, shards: nodes, timeout: 600, heartbeat: 300, retry: 200, batch, preference: preference(nodes) });

/** Requests a ms that a saturated cluster answers. Clients that all wait go round together: so it is counted over many rounds. */
function measured(design: Design, variant: Variant, sizes: Sizes, reads: number, formula: number): number {
  const { nodes } = sizes;
  // With a leader a shard, all clients must find all leaders first, and none of these may run out of requests.
  const clients = (design.groupOf ? 20 : 8) * nodes;
  const window = (8 * clients) / formula;
  const run = serve(design, variant, sizes, { hardware, near: parseDistribution("uniform:0.05,0.15"), regions: 1, far: [], arrivals: { type: "closed", clients, think: 0 }, reads, keys: KEYS, skew: 0, valueSize: 20, patience: 5000, settle: 2400, warm: design.groupOf ? 1.5 * window : window / 4, window }, 1);
  return run.requests.filter(({ answered }) => answered !== undefined && answered >= run.begin && answered < run.end).length / window;
}

const variants = designs.flatMap((design) => (["strong", "weak"] as const).flatMap((kind) => (design[kind] ? [{ design, kind, variant: design[kind] }] : [])));
const known = variants.filter(({ variant }) => variant.capacity(sizesOf(3), 0.5, hardware) !== null);

describe("what a saturated cluster answers is, within 5 %, what the formula says", () => {
  it.each(known.map(({ design, kind, variant }) => ({ name: `${design.name}, ${kind}`, design, variant })))("$name", ({ design, variant }) => {
    for (const nodes of [3, 5]) {
      for (const reads of [0, 1]) {
        // Where only some nodes have a key, clients who may ask any of these are sent to one or another: not evenly.
        const sizes = sizesOf(nodes, 1, design.groupOf && variant.reads === "nearest" ? nodes : 3);
        const formula = variant.capacity(sizes, reads, hardware)!;
        const ratio = measured(design, variant, sizes, reads, formula) / formula;
        expect(Math.abs(ratio - 1), `${nodes} nodes, ${reads} reads: ${ratio.toFixed(3)} of the formula`).toBeLessThan(0.05);
      }
    }
  });
});

describe("the formulas", () => {
  it("are there for all designs but two", () => {
    expect(variants.filter((one) => !known.includes(one)).map(({ design }) => design.name)).toEqual(["hybrid", "gossip-paxos"]);
  });

  it("say nothing of commands that share a message", () => {
    for (const { design, variant } of known) expect(variant.capacity(sizesOf(3, 64), 0, hardware) === null, design.name).toBe(design.name.includes("raft"));
  });

  it("of a single node are the work of one request", () => {
    for (const { design, variant } of known) for (const reads of [0, 1]) expect(variant.capacity({ ...sizesOf(1), replicas: 1 }, reads, hardware), design.name).toBeCloseTo(1 / (hardware.receive + hardware.send), 10);
  });

  it("fall with n for one leader's puts, and rise for a leader a shard", () => {
    const at = (name: string, nodes: number) => designs.find((design) => design.name === name)!.strong!.capacity(sizesOf(nodes), 0, hardware)!;
    expect(at("raft", 9) / at("raft", 3)).toBeCloseTo(1 / 3, 10);
    expect(at("sharded-raft", 9) / at("sharded-raft", 3)).toBeCloseTo(3, 10);
  });
});
