import { drawRun } from "../../dist/check/hostileRun.js";
import { play } from "../../dist/check/play.js";
import { engines } from "../../dist/experiments/engines.js";
import { each, medians, report } from "./measure.mjs";

/** What judging adds to a hostile run: invariants checked at every step, reachables looked for. */
export async function benchHostile() {
  for (const engine of engines) {
    const runs = Array.from({ length: 300 }, (_, i) => drawRun(engine, i + 1));
    const playAll = (judged) => each(runs.length, () => runs.forEach((run) => play(engine, run, { judged })));
    const { judged, bare } = await medians({ judged: () => playAll(true), bare: () => playAll(false) });
    report(`hostile runs of ${engine.name}, judged against not`, judged / bare, ["at most", 3], `${(judged / 1e6).toFixed(2)} ms against ${(bare / 1e6).toFixed(2)} ms a run`);
  }
}
