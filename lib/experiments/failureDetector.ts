import type { Experiment } from "./experiment.js";
import { heartbeatModel, type Watch, watchSender } from "./failureDetectorWatch.js";

/** The quality of service of a failure detector, in the metrics of Chen, Toueg and Aguilera 2002. */
export const failureDetector: Experiment<typeof heartbeatModel, Watch> = {
  name: "failure-detector",
  question: "How soon does a failure detector find a crash, and how often and how long is it wrong?",
  parameters: heartbeatModel,
  trials: 150,
  row: {
    detection: "mean time from a crash until the sender is suspected for good (T_D), ms",
    mistakeRecurrence: "mean time from the beginning of a false suspicion to that of the next (T_MR), ms; null: there was none",
    mistakeDuration: "mean length of a false suspicion (T_M), ms; null: there was none",
    accuracy: "share of the time for which the sender, alive, was trusted (P_A)",
  },
  trial: watchSender,
  summarize(samples) {
    const sum = (field: keyof Watch) => samples.reduce((total, sample) => total + sample[field], 0);
    const mistakes = sum("mistakes");
    return [
      {
        detection: sum("detection") / samples.length,
        mistakeRecurrence: mistakes === 0 ? null : sum("watched") / mistakes,
        mistakeDuration: mistakes === 0 ? null : sum("suspected") / mistakes,
        accuracy: 1 - sum("suspected") / sum("watched"),
      },
    ];
  },
};
