import { type Hands, type Pace, type Progress, type Recipe, waiting, watching } from "./recipe.js";

/**
 * The lock (Hunt et al. 2010, §2.4, simple locks): each who wants it stands in line with a sequential node that ends with
 * its session; the first in line holds it, and every other waits for the one before it to go. With `herd`, each waits
 * for any change of the line, and all are woken by every release.
 */
export function lock(pace: Pace, herd = false): Recipe {
  const look = (progress: Progress, hands: Hands) => {
    Object.assign(progress, { step: "look", told: false });
    hands.ask({ op: "children", path: "/lock", ...(herd && { watch: true }) });
  };
  return watching(
    {
      begin(progress, hands) {
        progress.step = "queue up";
        hands.ask({ op: "create", path: "/lock/w-", data: hands.name, ephemeral: true, sequential: true });
      },
      answered(progress, result, hands) {
        switch (progress.step) {
          case "queue up":
            if (!result.ok) return hands.done();
            Object.assign(progress, { path: result.path, token: result.created });
            return look(progress, hands);
          case "look": {
            const line = result.ok ? (result.children ?? []) : [];
            const place = line.findIndex(({ path }) => path === progress.path);
            if (place < 0) return hands.done();
            if (place > 0 && herd) return waiting(progress, hands, pace, () => look(progress, hands));
            if (place > 0) {
              progress.step = "watch";
              return hands.ask({ op: "get", path: line[place - 1]!.path, watch: true });
            }
            Object.assign(progress, { step: "hold", holds: true });
            hands.write(progress.token!);
            return hands.wait(pace.hold);
          }
          case "watch":
            return result.ok ? waiting(progress, hands, pace, () => look(progress, hands)) : look(progress, hands);
          default:
            return hands.done();
        }
      },
      woken(progress, hands) {
        if (progress.step !== "hold") return;
        hands.write(progress.token!);
        Object.assign(progress, { step: "release", holds: false });
        hands.ask({ op: "delete", path: progress.path! });
      },
    },
    look,
  );
}
