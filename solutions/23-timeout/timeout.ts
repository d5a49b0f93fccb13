/** What is known of a cluster before its election timeouts are chosen. Times in ms. */
export interface Measured {
  /** A leader sends everybody a heartbeat each time that this has passed. */
  readonly heartbeat: number;
  /** How long messages were on their way, from one server to another: 400 of them, in no order. */
  readonly delays: readonly number[];
  readonly servers: number;
  /** At most this share of the waits for a heartbeat may run out though the leader is well. */
  readonly mostNeedless: number;
  /** At most this share of the first elections after a leader's crash may end in a split vote. */
  readonly mostSplit: number;
  /** How long a crash may leave the cluster without a leader, on average. */
  readonly mostDowntime: number;
}

/** The range from which every server draws its election timeouts, uniformly, anew each time; in ms (Raft, §5.2). */
export function electionTimeout({ heartbeat, delays, servers, mostNeedless, mostSplit }: Measured): [low: number, high: number] {
  // <answer> TODO: the shortest timeout. How long may it be quiet between two heartbeats of a leader that is well?
  // The first of two heartbeats may have been quick, and the second is allowed to be as slow as all but a few.
  const slow = quantile(delays, 1 - mostNeedless);
  const low = heartbeat + slow;
  // </answer>

  // <answer> TODO: the width. How far must the first timeout be from all others, and how likely is that in a range so wide?
  // Whoever stands first is safe once its requests have arrived, after one delay. It has the lowest of n − 1 draws, and the
  // others are squeezed into the range above it: one of them falls into that delay with a chance of
  // 1 − (1 − delay / width)^(n − 1), which is at most n − 1 times delay / width.
  const width = ((servers - 1) * slow) / mostSplit;
  return [low, low + width];
  // </answer> throw new Error("electionTimeout is still to do");
}

/** Given: the value that a share of the values does not exceed; 0.5 gives the median, 1 the largest. */
function quantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((one, other) => one - other);
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(share * ascending.length) - 1))]!;
}
