import type { Experiment } from "./experiment.js";
import { heartbeatModel, type Watch, watchSender } from "./failureDetectorWatch.js";
import { percentile } from "./percentile.js";

/** The same runs as of `failure-detector`, counted by heartbeats: what a threshold promises. */
export const failureDetectorMistakes: Experiment<typeof heartbeatModel, Watch> = {
  name: "failure-detector-mistakes",
  question: "How many heartbeats raise a false suspicion, and how long may a crash go unseen?",
  parameters: heartbeatModel,
  trials: 150,
  row: {
    heartbeats: "heartbeats sent while the sender lived and mistakes counted, in all trials",
    mistakes: "false suspicions that began",
    falseShare: "false suspicions a heartbeat",
    detection50: "median time from a crash until the sender is suspected for good, ms",
    detection99: "99th percentile of that time, ms",
    detectionMax: "the longest such time, ms",
  },
  trial: watchSender,
  summarize(samples, { heartbeats }) {
    const mistakes = samples.reduce((sum, sample) => sum + sample.mistakes, 0);
    const times = samples.map(({ detection }) => detection);
    const sent = samples.length * heartbeats;
    return [{ heartbeats: sent, mistakes, falseShare: mistakes / sent, detection50: percentile(times, 0.5), detection99: percentile(times, 0.99), detectionMax: percentile(times, 1) }];
  },
};
