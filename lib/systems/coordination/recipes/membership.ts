import { type Hands, type Pace, type Progress, type Recipe, waiting, watching } from "./recipe.js";

/** Group membership (Hunt et al. 2010, §2.4): who is present has a node that ends with its session, and watches the others. */
export function member(pace: Pace): Recipe {
  const look = (progress: Progress, hands: Hands) => {
    Object.assign(progress, { step: "look", told: false });
    hands.ask({ op: "children", path: "/group", watch: true });
  };
  return watching(
    {
      begin(progress, hands) {
        progress.step = "join";
        hands.ask({ op: "create", path: `/group/${hands.name}.${hands.session}`, data: "", ephemeral: true });
      },
      answered(progress, result, hands) {
        if (progress.step === "join") return look(progress, hands);
        if (result.ok) progress.members = (result.children ?? []).map(({ path }) => path);
        waiting(progress, hands, pace, () => look(progress, hands));
      },
    },
    look,
  );
}
