import type { Declaration } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import { criticalSection } from "./criticalSection.js";
import { isInside, ricartAgrawala, type RicartAgrawala } from "./ricartAgrawala.js";
import { withClients, type WithClients } from "./withClients.js";

/** Ricart and Agrawala's mutual exclusion with a client at every node. */
export type RicartAgrawalaServing = WithClients<RicartAgrawala>;

const SOURCE = "Ricart and Agrawala, An Optimal Algorithm for Mutual Exclusion in Computer Networks, CACM 24(1), 1981";

const { invariants, progress, reachables } = criticalSection<RicartAgrawalaServing>(SOURCE, (state) => ({ request: state.requestingCriticalSection ? state.ourSequenceNumber : null, inside: isInside(state) }));

/** Ricart and Agrawala's engine, sound or broken, with a client at every node. */
export const servedByRicartAgrawala = (protocol: Protocol<RicartAgrawala>): Protocol<RicartAgrawalaServing> => withClients(protocol, isInside);

/** Mutual exclusion by deferred replies. It bears messages that come late or out of turn; none may be lost or come twice, and no node may crash. */
export const ricartAgrawalaExclusion: Declaration<RicartAgrawalaServing> = {
  name: "ricart-agrawala",
  summary: "mutual exclusion by replies that are deferred: 2(n − 1) messages an entry; it presumes links that lose and repeat nothing and nodes that do not crash",
  source: SOURCE,
  engine: () => servedByRicartAgrawala(ricartAgrawala()),
  tolerates: ["reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [1, 2, 3, 4, 5],
  invariants,
  reachables: [
    ...reachables,
    { name: "a reply deferred by a node inside", afterStep: ({ state }) => state.replyDeferred.length > 0 && isInside(state) },
    { name: "a reply deferred by a node that waits itself", afterStep: ({ state }) => state.replyDeferred.length > 0 && state.outstandingReplyCount > 0 },
    { name: "two replies deferred by one node", afterStep: ({ state }) => state.replyDeferred.length > 1 },
  ],
  progress,
  probe: (state) => (isInside(state) ? "inside" : state.requestingCriticalSection ? "waiting" : "outside"),
  roles: ["inside", "waiting"],
  inputs: (random) => ({ type: random() < 0.5 ? "enter" : "leave" }),
  calm: 8000,
};
