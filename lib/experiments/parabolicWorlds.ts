import { subjectOf } from "../check/explore/index.js";
import { parabolicLiteral } from "../election/parabolic/parabolic.promises.js";
import { DECLARED, parabolicRepairedPromises } from "../election/parabolic/parabolicRepaired.promises.js";
import { parabolicRepaired } from "../election/parabolic/parabolicRepaired.js";
import type { ClosedWorld } from "./explorations.js";

/** A node stands as soon as its view puts it first, and tells one other node a round: what takes longest is left out. */
const hasty = subjectOf(parabolicRepairedPromises, parabolicRepaired({ ...DECLARED, settle: 1, fanout: 1 }));
const HASTY = "PARABOLIC repaired, among three nodes that stand as soon as they see themselves first";

/** Small clusters of PARABOLIC of which every world can be visited. */
export const parabolicWorlds: readonly ClosedWorld[] = [
  { name: "parabolic", engine: "parabolic", summary: "The survey's PARABOLIC among three nodes: four timeouts, rounds or lost patience, at any moment", subject: subjectOf(parabolicLiteral), bounds: { size: 3, timers: 4 } },
  { name: "parabolic-repaired", engine: "parabolic-repaired", summary: `${HASTY}: four rounds, of anybody`, subject: hasty, bounds: { size: 3, timers: 4 } },
  { name: "parabolic-repaired-crash", engine: "parabolic-repaired", summary: `${HASTY}: three rounds, of anybody, and one crash`, subject: hasty, bounds: { size: 3, timers: 3, crashes: 1 } },
];
