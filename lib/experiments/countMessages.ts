import type { Types } from "../protocol.js";
import type { Cluster } from "../sim/cluster.js";

/**
 * Asks for commands, one every so often, and counts the messages between nodes a command, less those of an idle cluster in the
 * same time. Null if nobody leads within ten minutes. `whom` is asked for command number i.
 */
export function countMessages<T extends Types & { Input: any }>(
  build: (observer: { sent(from: { readonly id: number }, to: number): void }) => Cluster<T>,
  leaderIn: (cluster: Cluster<T>) => number | undefined,
  whom: (i: number, leader: number) => number,
  { commands, interval, command = put }: { readonly commands: number; readonly interval: number; readonly command?: (i: number) => unknown },
): MessageCount | null {
  let [sent, handled] = [0, [] as number[]];
  const cluster = build({
    sent({ id }, to) {
      if (id === to) return;
      sent++;
      for (const node of [id, to]) handled[node] = (handled[node] ?? 0) + 1;
    },
  });
  if (!cluster.runUntil(() => leaderIn(cluster) !== undefined, 60 * HEARTBEAT)) return null;
  const leader = leaderIn(cluster)!;
  // Both stretches are as many heartbeats long, and begin at the same point between two of them.
  const stretch = (1 + Math.ceil((commands * interval) / HEARTBEAT)) * HEARTBEAT;
  const countFor = (begin: number) => {
    cluster.run(begin);
    [sent, handled] = [0, Array.from({ length: cluster.nodes.length }, () => 0)];
    cluster.run(begin + stretch);
    return { sent, handled };
  };
  const begin = cluster.now + 1.1 * HEARTBEAT;
  const idle = countFor(begin);
  for (let i = 0; i < commands; i++) cluster.input(whom(i, leader), { type: "request", client: i, serial: 1, command: command(i) } as never, begin + stretch + (i + 0.5) * interval);
  const busy = countFor(begin + stretch);
  return { leader, handled: busy.handled.map((count, node) => (count - idle.handled[node]!) / commands), sent: (busy.sent - idle.sent) / commands };
}

/** What a command costs: by node, the messages that it sends or receives; and all that are sent. */
export interface MessageCount {
  readonly leader: number;
  readonly handled: readonly number[];
  readonly sent: number;
}

/** Time between heartbeats with which to build the cluster, ms: so long that hardly any command meets one, and is said again with it. */
export const HEARTBEAT = 10_000;

const put = (i: number): unknown => ({ op: "put", key: "a", value: String(i) });
