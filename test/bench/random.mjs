import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import seedrandom from "seedrandom";
import { createRandom, deriveSeed } from "../../dist/index.js";
import { hold } from "./hold.mjs";
import { each, medians, report } from "./measure.mjs";

const COUNT = 3_000_000;

/** Our streams beside seedrandom's default and pure-rand's xoroshiro, and what it costs to derive one. */
export async function benchRandom() {
  // Each loop has a function of its own, so that the engine specializes it for one generator.
  const own = createRandom(1);
  const standard = seedrandom("1");
  const pure = xoroshiro128plus(1);
  let sink = 0;
  const results = await medians({
    unit: hold,
    own: () => each(COUNT, () => { for (let i = 0; i < COUNT; i++) sink += own(); }),
    standard: () => each(COUNT / 10, () => { for (let i = 0; i < COUNT / 10; i++) sink += standard(); }),
    pure: () => each(COUNT, () => { for (let i = 0; i < COUNT; i++) sink += pure.next(); }),
    derive: () => each(100_000, () => { for (let i = 0; i < 100_000; i++) sink += createRandom(deriveSeed(1, i))(); }),
  });
  if (Number.isNaN(sink)) throw new Error("a generator gave something that is not a number");
  report("random numbers, times faster than seedrandom's default", results.standard / results.own, ["at least", 10], `${results.own.toFixed(1)} ns against ${results.standard.toFixed(1)} ns`);
  report("random numbers, times faster than pure-rand's xoroshiro", results.pure / results.own, ["at least", 1.5], `${results.own.toFixed(1)} ns against ${results.pure.toFixed(1)} ns`);
  report("deriving a stream, in holds", results.derive / results.unit, ["at most", 15], `${results.derive.toFixed(0)} ns`);
}
