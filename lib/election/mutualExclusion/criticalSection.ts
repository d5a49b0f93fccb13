import type { Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import type { NodeId, Types } from "../../protocol.js";

/** What is known of a node that may ask for the critical section. */
export interface Standing {
  /** The logical time of its request, until it has left; null: it has none. */
  readonly request: number | null;
  readonly inside: boolean;
}

/** What every algorithm for mutual exclusion by logical clocks promises, and what must happen in its runs. */
export interface CriticalSection<T extends Types> {
  readonly invariants: readonly Invariant<T>[];
  readonly progress: readonly Progress<T>[];
  readonly reachables: readonly Reachable<T>[];
}

/** Names of the promises, which mutants are caught by. */
export const ONE_INSIDE = "at most one node is in the critical section";
export const IN_ORDER = "requests are granted in the order of their logical times, of equal ones by id";
export const EVERYBODY_SERVED = "in the end everybody who has asked has been in the critical section";

/** The promises of mutual exclusion (Lamport 1978, conditions I to III; Ricart and Agrawala 1981: mutual exclusion, no deadlock, no starvation), for states that `standing` reads. */
export function criticalSection<T extends Types>(source: string, standing: (state: T["State"]) => Standing): CriticalSection<T> {
  type Node = NodeView<T>;
  const isInside = ({ state }: Node) => standing(state).inside;
  const waits = ({ state }: Node) => standing(state).request !== null && !standing(state).inside;

  const oneInside: Invariant<T> = {
    name: ONE_INSIDE,
    source,
    concerns: isInside,
    overall(nodes, facts) {
      const inside = nodes.filter(isInside);
      facts.must(inside.length <= 1, () => `${named(inside)} are in the critical section`);
    },
  };

  const inOrder: Invariant<T> = {
    name: IN_ORDER,
    source,
    onOutput({ id, state }, _output, facts) {
      const { request } = standing(state);
      facts.rises("logical time of requests", "granted", request!);
      facts.rises("id of nodes granted requests of logical time", request!, id);
    },
  };

  const everybodyServed: Progress<T> = {
    name: EVERYBODY_SERVED,
    source,
    missing(nodes) {
      const waiting = nodes.filter(waits);
      return waiting.length > 0 ? `${named(waiting)} ${waiting.length > 1 ? "wait" : "waits"}, and ${named(nodes.filter(isInside)) || "nobody"} is in the critical section` : undefined;
    },
  };

  return {
    invariants: [oneInside, inOrder],
    progress: [everybodyServed],
    reachables: [
      { name: "a node in the critical section", afterStep: isInside },
      { name: "a node that waits while another is inside", concerns: waits, overall: (nodes) => nodes.some(waits) && nodes.some(isInside) },
      { name: "two that wait at once, nobody being inside", concerns: waits, overall: (nodes) => nodes.filter(waits).length > 1 && !nodes.some(isInside) },
      { name: "two requests of the same logical time", concerns: waits, overall: (nodes) => sameTime(nodes.flatMap(({ state }) => standing(state).request ?? [])) },
    ],
  };
}

const named = (nodes: readonly { readonly id: NodeId }[]) => nodes.map(({ id }) => `node ${id}`).join(", ");
const sameTime = (requests: readonly number[]) => new Set(requests).size < requests.length;
