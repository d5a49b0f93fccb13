import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import type { Types } from "../../lib/protocol.js";
import { excerptOf, type Teller } from "./excerpt.js";
import type { StageVerdict } from "./judgeStage.js";

/** How many messages a picture holds at most, and how long it lasts, in ms; what came earlier is left out. */
export interface Room {
  readonly most: number;
  readonly longest: number;
}

/**
 * What a picture shows of a run that failed, if messages are few and far between: the last of those that `words` tells in
 * a few words. Nothing if there are none.
 */
export function lastMessages<T extends Types>({ cluster }: Pick<StageVerdict<T>, "cluster">, words: (message: unknown) => string | undefined, { most, longest }: Room): RunExcerpt | undefined {
  const tell: Teller = (message) => {
    const label = words(message);
    return label === undefined ? undefined : { type: String((message as { readonly type?: unknown }).type), label };
  };
  // A cluster that was waited for in vain has seen nothing for a while.
  const to = [...cluster.trace!].at(-1)?.time ?? 0;
  const sent = excerptOf(cluster.trace!, { from: Math.max(0, to - longest), to, tell }).trace.filter(({ kind }) => kind === "send");
  const first = sent.at(-most) ?? sent[0];
  return first && excerptOf(cluster.trace!, { from: Math.max(0, first.time - 1), to, tell });
}
