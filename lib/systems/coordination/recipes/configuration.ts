import { type Hands, type Pace, type Progress, type Recipe, waiting, watching } from "./recipe.js";

/** Configuration (Hunt et al. 2010, §2.4, configuration management): a writer replaces the version that it has read, and no other. */
export function writer(): Recipe {
  return watching(
    {
      begin(progress, hands) {
        progress.step = "read";
        hands.ask({ op: "get", path: "/config" });
      },
      answered(progress, result, hands) {
        if (progress.step !== "read" || !result.ok) return hands.done();
        Object.assign(progress, { step: "write", version: result.version });
        hands.ask({ op: "set", path: "/config", data: `${hands.name} after ${result.version}`, version: result.version! });
      },
    },
    () => {},
  );
}

/** A watcher reads the configuration again when it is told of a change. */
export function watcher(pace: Pace): Recipe {
  const look = (progress: Progress, hands: Hands) => {
    Object.assign(progress, { step: "look", told: false });
    hands.ask({ op: "get", path: "/config", watch: true });
  };
  return watching(
    {
      begin: look,
      answered(progress, result, hands) {
        if (result.ok) progress.version = result.version!;
        waiting(progress, hands, pace, () => look(progress, hands));
      },
    },
    look,
  );
}
