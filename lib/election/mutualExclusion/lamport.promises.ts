import type { Declaration, Invariant } from "../../promises.js";
import type { NodeId, Protocol } from "../../protocol.js";
import { criticalSection } from "./criticalSection.js";
import { lamport, type Lamport, lamportRules, type Request } from "./lamport.js";
import { withClients, type WithClients } from "./withClients.js";

/** Lamport's mutual exclusion with a client at every node. */
export type LamportServing = WithClients<Lamport>;

const SOURCE = "Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, CACM 21(7), 1978";

const { invariants, progress, reachables } = criticalSection<LamportServing>(SOURCE, ({ request, inside }) => ({ request: request?.timestamp ?? null, inside }));

const clockCondition: Invariant<LamportServing> = {
  name: "a clock moves on with every message, and past its timestamp",
  source: `${SOURCE}: IR1 and IR2`,
  afterStep({ id, state: { clock, heard } }, facts) {
    facts.rises("clock of node", id, clock);
    const ahead = heard.find((timestamp) => timestamp >= clock && timestamp > 0);
    facts.must(ahead === undefined, () => `the clock of node ${id} shows ${clock}, and it has had a message of ${ahead}`);
  },
};

/** Who asked first, of those that a queue knows of. */
const headOf = (queue: readonly Request[]): NodeId | undefined => queue.find((request) => queue.every((other) => other.node === request.node || lamportRules.goesBefore(request, other)))?.node;

/** Lamport's engine, sound or broken, with a client at every node. */
export const servedByLamport = (protocol: Protocol<Lamport>): Protocol<LamportServing> => withClients(protocol, ({ inside }) => inside);

/** Lamport's example of 1978. It bears messages that come late, twice or out of turn, for they are numbered; none may be lost, and no node may crash. */
export const lamportExclusion: Declaration<LamportServing> = {
  name: "lamport-exclusion",
  summary: "mutual exclusion by logical clocks and a queue at every node: 3(n − 1) messages an entry; it presumes links that lose nothing and nodes that do not crash",
  source: SOURCE,
  engine: () => servedByLamport(lamport()),
  tolerates: ["duplication", "reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5],
  invariants: [...invariants, clockCondition],
  reachables: [
    ...reachables,
    { name: "a node first in its own queue that has not heard from all", afterStep: ({ id, state: { queue, inside } }) => !inside && headOf(queue) === id },
    { name: "two queues with different requests at their heads", concerns: ({ state }) => state.queue.length > 0, overall: (nodes) => new Set(nodes.flatMap(({ state }) => headOf(state.queue) ?? [])).size > 1 },
    { name: "a message that has overtaken another", afterStep: ({ state }) => Object.values(state.channels.early).some((early) => Object.keys(early).length > 0) },
  ],
  progress,
  probe: ({ request, inside }) => (inside ? "inside" : request === null ? "outside" : "waiting"),
  roles: ["inside", "waiting"],
  inputs: (random) => ({ type: random() < 0.5 ? "enter" : "leave" }),
  calm: 8000,
};
