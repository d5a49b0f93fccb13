import type { Types } from "../protocol.js";
import type { Cluster } from "./cluster.js";

/**
 * Makes a run twice, and throws an `Error` that names the first event at which the two part: then something in it is not
 * decided by options, commands and seed, such as a clock, `Math.random`, or state that a protocol keeps outside of its
 * `State`. `make` sets a cluster up anew, with `trace: true`, drives it as far as the check is to go, and returns it.
 */
export function checkDeterminism<T extends Types>(make: () => Cluster<T>): void {
  const [first, second] = [make(), make()];
  if (!first.trace || !second.trace) throw new Error("checkDeterminism compares traces: make the cluster with `trace: true`");
  if (first === second) throw new Error("checkDeterminism needs two runs: make a new cluster at each call");
  const events = Math.max(first.trace.length, second.trace.length);
  for (let i = 0; i < events; i++) {
    const [one, other] = [first, second].map(({ trace }) => (i < trace!.length ? JSON.stringify(trace!.at(i)) : "nothing more"));
    if (one !== other) throw new Error(`two runs of one seed part at event ${i} of their traces: first ${one}, then ${other}`);
  }
  first.nodes.forEach(({ id, state, disk }, i) => {
    const [one, other] = [{ state, disk }, { state: second.nodes[i]!.state, disk: second.nodes[i]!.disk }].map((node) => JSON.stringify(node));
    if (one !== other) throw new Error(`two runs of one seed have one trace, but leave node ${id} in two states: first ${one}, then ${other}`);
  });
}
