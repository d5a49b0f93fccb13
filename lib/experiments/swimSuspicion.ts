import type { Experiment } from "./experiment.js";
import { mean } from "./percentile.js";
import { checkSwim, runSwim, type SwimRun, swimModel } from "./swimRun.js";

/**
 * The same runs as of `swim`, beside the formulas of its paper (§3.1), and what becomes of accusations: with suspicions
 * (§4.2) and with Lifeguard (Dadgar, Phillips and Currey 2017) few of the false ones end in a death, and true ones later.
 */
export const swimSuspicion: Experiment<typeof swimModel, SwimRun> = {
  name: "swim-suspicion",
  question: "What do suspicions cost, and how many false deaths do they spare?",
  parameters: swimModel,
  trials: 200,
  row: {
    detection: "mean time from a crash until a member first pings the crashed one, in periods; null: none was pinged within the horizon",
    formula: "T′/(1 − e^(−q)), in periods, q the share of members that live",
    dead: "mean time from a crash until a member takes the crashed one for dead, in periods; null: one was not found within the horizon",
    falseDetection: "while nobody has crashed: share of a member's pings that end without an answer",
    falseFormula: "(1 − p²)(1 − p⁴)^k for messages that arrive with probability p: neither the ping nor one of k pings through others is answered",
    falseDead: "while nobody has crashed: how often a member that is not slow was found dead by another, a member and period",
  },
  check: checkSwim,
  trial: (model, seed) => runSwim(model, seed),
  summarize(samples, { n, failed, loss, indirect, periods }) {
    const sum = (field: "pings" | "unanswered" | "falseDeaths") => samples.reduce((total, sample) => total + sample[field], 0);
    const answered = (1 - loss) * (1 - loss);
    let silent = 1 - answered;
    for (let helper = 0; helper < Math.min(indirect, n - 2); helper++) silent *= 1 - answered * answered;
    return [
      {
        detection: mean(samples.flatMap(({ pinged }) => pinged.filter((time) => time !== null))),
        formula: 1 / (1 - Math.exp(-(n - failed) / n)),
        dead: mean(samples.flatMap(({ dead }) => dead)),
        falseDetection: sum("unanswered") / sum("pings"),
        falseFormula: silent,
        falseDead: sum("falseDeaths") / (samples.length * n * periods),
      },
    ];
  },
};
