import type { Reachable } from "../../promises.js";
import { lastLogged } from "./history.js";
import type { Zab } from "./types.js";
import { precedes } from "./zxid.js";

/** The counters of an epoch in hostile runs: so few that they are used up. */
export const COUNTER_LIMIT = 12;

/** What must happen in some run of Zab. */
export const zabMoments = {
  diff: { name: "a learner brought up by DIFF", onSend: (_from, _to, message) => message.type === "Diff" && message.transactions.length > 0 },
  trunc: { name: "a learner told to drop transactions (TRUNC)", onSend: (_from, _to, message) => message.type === "Trunc" },
  snap: { name: "a learner brought up by a snapshot (SNAP)", onSend: (_from, _to, message) => message.type === "Snap" },
  uncommitted: {
    name: "an epoch begun with proposals that nobody knew to be committed",
    afterStep: ({ state }) => state.role === "leading" && state.phase === "synchronization" && precedes(state.delivered, lastLogged(state)),
  },
  gaveUp: {
    name: "a leader that gave up",
    afterStep: ({ up, state }) => up && state.role === "looking" && state.led > 0 && state.led === state.currentEpoch,
  },
  ahead: { name: "a voter whose history is newer than its leader's", concerns: ({ state }) => state.phase === "synchronization", overall: (nodes) => nodes.some(({ up, state }) => up && state.role === "following" && state.phase === "synchronization" && nodes[state.leader!]!.up && precedes(lastLogged(nodes[state.leader!]!.state), lastLogged(state))) },
  secondPromise: { name: "an epoch that a learner had accepted before, and does not promise again", onSend: (_from, _to, message) => message.type === "AckEpoch" && !message.promise },
  rollover: { name: "an epoch whose counters are used up", afterStep: ({ up, state }) => up && state.role === "looking" && state.led > 0 && state.led === lastLogged(state).epoch && lastLogged(state).counter === COUNTER_LIMIT },
  anObserverDelivered: { name: "an observer that delivered", afterStep: ({ state }) => state.role === "observing" && state.delivered.counter > 0 },
} satisfies Record<string, Reachable<Zab>>;
