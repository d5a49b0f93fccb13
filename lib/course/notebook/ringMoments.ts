import type { RingRow } from "../../plot/index.js";
import type { NodeView } from "../../promises.js";
import type { Types } from "../../protocol.js";
import type { Cluster } from "../../sim/cluster.js";

/** What to show of a cluster on circles. */
export interface RingMoments<T extends Types> {
  /** When to look, ms: a panel each. */
  readonly times: readonly number[];
  /** What stands above a panel. Default: its time. */
  readonly title?: (time: number, index: number) => string;
  /** What a node is, in a word or two. */
  readonly state: (node: NodeView<T>) => string;
  /** Whether a message is a contact that is drawn, from its sender to its receiver. Default: none is; needs a cluster with a trace. */
  readonly contact?: (message: T["Message"]) => boolean;
}

/** Runs a cluster from moment to moment and says what `drawRings` needs to know of each: who is what, and who has spoken to whom since the one before. */
export function ringMoments<T extends Types>(cluster: Cluster<T>, { times, title = (time) => `${time} ms`, state, contact = () => false }: RingMoments<T>): RingRow[] {
  let seen = -Infinity;
  return times.map((time, index) => {
    cluster.run(time);
    const contacts = [...(cluster.trace ?? [])].flatMap((event) => (event.kind === "send" && event.time > seen && contact(event.message as T["Message"]) ? [[event.node, event.to] as const] : []));
    seen = time;
    return { moment: title(time, index), states: cluster.nodes.map(state), contacts };
  });
}
