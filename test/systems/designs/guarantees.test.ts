import { describe, expect, it } from "vitest";
import { checkReadYourWrites } from "../../../lib/check/consistency/checkReadYourWrites.js";
import { checkRegular } from "../../../lib/check/consistency/checkRegular.js";
import { checkSequential } from "../../../lib/check/consistency/checkSequential.js";
import type { Operation } from "../../../lib/check/history.js";
import { checkLinearizable } from "../../../lib/check/linearizability/checkLinearizable.js";
import { models } from "../../../lib/check/models/index.js";
import { historyOf } from "../../../lib/experiments/performance/historyOf.js";
import { parseDistribution } from "../../../lib/random.js";
import type { Design, Guarantee, Variant } from "../../../lib/systems/designs/design.js";
import { designs } from "../../../lib/systems/designs/designs.js";
import { serve } from "../../../lib/systems/designs/workload.js";

const SEEDS = [1, 2, 3, 4, 5, 6];

/** What clients saw who ask for few keys in quick succession, over ways of very different length. */
const historyBy = (design: Design, variant: Variant, seed: number): Operation[] =>
  historyOf(serve(design, variant, { nodes: 5, replicas: 3, shards: 3, timeout: 300, heartbeat: 100, retry: 100, batch: 1 }, { near: parseDistribution("exp:1"), regions: 1, far: [], arrivals: { type: "closed", clients: 5, think: 1 }, reads: 0.6, keys: 3, skew: 0, valueSize: 8, patience: 500, settle: 1600, warm: 60, window: 150 }, seed).requests);

const linearizable = (history: readonly Operation[]) => checkLinearizable(history.map((operation) => ({ ...operation, f: operation.f === "read" ? "get" : "put" })), models.kv!, {}).verdict === "linearizable";

/** A store that finds several values at once answers with all of them, one after the other. */
const siblings = (operation: Operation): Operation => (typeof operation.output === "string" ? { ...operation, output: operation.output.split(" ").filter((value) => value !== "") } : operation);

/** Whether a history keeps a promise. Nothing fails here: of `eventual` and `lossy` there is nothing to be seen. */
const keeps: Partial<Record<Guarantee, (history: readonly Operation[]) => boolean>> = {
  linearizable,
  sequential: (history) => checkSequential(history).holds === true,
  regular: (history) => checkRegular(history.map(siblings)).holds === true,
};

const variants = designs.flatMap((design) => [design.strong, design.weak].flatMap((variant) => (variant ? [{ name: `${design.name}, ${variant.guarantee}`, design, variant }] : [])));

describe("a design keeps what it says", () => {
  it.each(variants.filter(({ variant }) => keeps[variant.guarantee]))("$name", ({ design, variant }) => {
    for (const seed of SEEDS) expect(keeps[variant.guarantee]!(historyBy(design, variant, seed)), `seed ${seed}`).toBe(true);
  });
});

describe("and says no less than it keeps: some history shows the difference", () => {
  const histories = (design: Design, variant: Variant) => SEEDS.map((seed) => historyBy(design, variant, seed));

  it.each(variants.filter(({ variant }) => variant.guarantee === "sequential"))("$name: an answer is old", ({ design, variant }) => expect(histories(design, variant).every(linearizable)).toBe(false));

  it.each(variants.filter(({ variant }) => variant.guarantee === "prefix"))("$name: a client does not see its own put", ({ design, variant }) => expect(histories(design, variant).every((history) => checkReadYourWrites(history).holds === true)).toBe(false));
});
