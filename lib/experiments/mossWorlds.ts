import { subjectOf } from "../check/explore/index.js";
import { ringGraph } from "../election/moss/lockSets.js";
import { moss } from "../election/moss/moss.js";
import { mossComplete, mossLiteral, mossUnordered } from "../election/moss/moss.promises.js";
import { mossFenced } from "../election/moss/mossQuorums.promises.js";
import { mossQuorumsWith, SOUND } from "../election/moss/mossQuorums.js";
import type { ClosedWorld } from "./explorations.js";

/** Nobody waits a lease at the start: an exploration knows no time, and nothing was given away before. */
const rivals = subjectOf(mossFenced, mossQuorumsWith({}, { ...SOUND, waitsAfterStart: false }));

/** Small clusters of MOSS of which every world can be visited. */
export const mossWorlds: readonly ClosedWorld[] = [
  { name: "moss-complete", engine: "moss-complete", summary: "The survey's MOSS among four nodes, all neighbours: each may want to lead", subject: subjectOf(mossComplete), bounds: { size: 4, timersPerNode: 1 } },
  { name: "moss-unordered", engine: "moss-unordered", summary: "The same among three, without the order of the clocks", subject: subjectOf(mossUnordered), bounds: { size: 3, timersPerNode: 1 } },
  { name: "moss-ring-five", engine: "moss", summary: "The survey's MOSS on a ring of five, any two of which want to lead", subject: subjectOf(mossLiteral, moss({ neighbors: ringGraph })), bounds: { size: 5, timers: 2 } },
  { name: "moss-ring-six", engine: "moss", summary: "The survey's MOSS on a ring of six, any two of which want to lead", subject: subjectOf(mossLiteral, moss({ neighbors: ringGraph })), bounds: { size: 6, timers: 2 } },
  { name: "moss-fenced-rivals", engine: "moss-fenced", summary: "The repaired MOSS among three: three timeouts, of whatever kind, at any moment (with four there are five million worlds)", subject: rivals, bounds: { size: 3, timers: 3 } },
];
