import { type Hands, type Pace, type Progress, type Recipe, waiting, watching } from "./recipe.js";

/** The queue (recipes of Apache ZooKeeper): a producer adds elements with rising numbers. */
export function producer(): Recipe {
  return watching(
    {
      begin(progress, hands) {
        progress.step = "add";
        hands.ask({ op: "create", path: "/queue/e-", data: hands.name, sequential: true });
      },
      answered: (_progress, _result, hands) => hands.done(),
    },
    () => {},
  );
}

/** A consumer takes the oldest element, and is the one for whom its deletion succeeds; where there is none, it waits for a change. */
export function consumer(pace: Pace): Recipe {
  const look = (progress: Progress, hands: Hands) => {
    Object.assign(progress, { step: "look", told: false });
    hands.ask({ op: "children", path: "/queue", watch: true });
  };
  return watching(
    {
      begin: look,
      answered(progress, result, hands) {
        if (progress.step === "take") {
          // Somebody else was first.
          if (!result.ok) return look(progress, hands);
          progress.took = progress.token;
          return hands.done();
        }
        const first = result.ok ? result.children?.[0] : undefined;
        if (!first) return waiting(progress, hands, pace, () => look(progress, hands));
        Object.assign(progress, { step: "take", token: first.created });
        hands.ask({ op: "delete", path: first.path });
      },
    },
    look,
  );
}
