import type { Experiment } from "./experiment.js";
import { mean } from "./percentile.js";
import { checkSwim, runSwim, type SwimRun, swimModel } from "./swimRun.js";

/**
 * SWIM's detection of failures (Das, Gupta and Motivala 2002, §3.1). The expected time to the first detection is
 * T′/(1 − e^(−q)), q the share of members that live: true where all members' periods begin together and the crash comes
 * after a period's pings. Where each has a phase of its own, the first ping comes after about one period.
 */
export const swimDetection: Experiment<typeof swimModel, SwimRun> = {
  name: "swim",
  question: "How soon does SWIM find a crashed member, how often does it accuse one that lives, and what does it send?",
  parameters: swimModel,
  trials: 400,
  row: {
    detection: "mean time from a crash until a member first pings the crashed one, in periods; null: none was pinged within the horizon",
    falseDetection: "while nobody has crashed: share of a member's pings that end without an answer, so false accusations a member and period",
    sent: "messages sent, a member and period, while nobody has crashed",
  },
  check: checkSwim,
  trial: (model, seed) => runSwim(model, seed, "pinged"),
  summarize(samples, { n, periods }) {
    const sum = (field: "pings" | "unanswered" | "sent") => samples.reduce((total, sample) => total + sample[field], 0);
    return [{ detection: mean(samples.flatMap(({ pinged }) => pinged.filter((time) => time !== null))), falseDetection: sum("unanswered") / sum("pings"), sent: sum("sent") / (samples.length * n * periods) }];
  },
};
