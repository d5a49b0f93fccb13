import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import seedrandom from "seedrandom";
import { createRandom, deriveRandom } from "../../dist/index.js";
import { hold } from "./hold.mjs";
import { each, medians, report } from "./measure.mjs";

const COUNT = 3_000_000;

// One function a generator, each made anew: shared code would be compiled for all of them, and suit none.
const sumOf = (random, count) =>
  new Function("random", "count", "each", "return () => { const took = each(count, () => { let sum = 0; for (let i = 0; i < count; i++) sum += random(); if (!(sum > 0)) throw new Error('not random'); }); return took; };")(random, count, each);
const sumOfNext = (generator, count) =>
  new Function("generator", "count", "each", "return () => { const took = each(count, () => { let sum = 0; for (let i = 0; i < count; i++) sum += generator.next(); if (sum === 0) throw new Error('not random'); }); return took; };")(generator, count, each);

function derive() {
  const count = 100_000;
  return each(count, () => {
    for (let i = 0; i < count; i++) deriveRandom(1, i)();
  });
}

/** Our streams beside seedrandom's default and pure-rand's xoroshiro, and what it costs to derive one. */
export async function benchRandom() {
  const results = await medians({
    unit: hold,
    own: sumOf(createRandom(1), COUNT),
    standard: sumOf(seedrandom("1"), COUNT / 10),
    pure: sumOfNext(xoroshiro128plus(1), COUNT),
    derive,
  });
  report("random numbers, times faster than seedrandom's default", results.standard / results.own, ["at least", 10], `${results.own.toFixed(1)} ns against ${results.standard.toFixed(1)} ns`);
  report("random numbers, times faster than pure-rand's xoroshiro", results.pure / results.own, ["at least", 1.5], `${results.own.toFixed(1)} ns against ${results.pure.toFixed(1)} ns`);
  report("deriving a stream, in holds", results.derive / results.unit, ["at most", 15], `${results.derive.toFixed(0)} ns`);
}
