import type { Mutant } from "../../promises.js";
import { ringGraph } from "./lockSets.js";
import { mossQuorums, mossQuorumsWith, SOUND } from "./mossQuorums.js";
import type { MossQuorums } from "./mossQuorums.types.js";

const COURSE = "this course; the survey's section 3.1, repaired";
const LEASES = "Gray and Cheriton, Leases, SOSP 1989";
const ONE = "at most one leader at any moment";

/** Where rivals ask early, what keeps the lock from them is the lease alone. */
const IMPATIENT = { patience: [100, 200] } as const;

/** The repaired MOSS with one of the repairs taken out again. */
export const mossMutants: readonly Mutant<MossQuorums>[] = [
  {
    name: "moss-neighbours-for-quorums",
    bug: "a node needs the locks of its neighbours on a ring, as the survey has it",
    source: "the survey, section 3.1; Maekawa, ACM TOCS 3(2), 1985: any two sets must intersect",
    engine: "moss-leases",
    caughtBy: "who comes to lead has the claims of all its quorum confirmed",
    under: { sizes: [7] },
    broken: () => mossQuorums({ quorums: ringGraph }),
  },
  {
    name: "moss-forgets-its-lock",
    bug: "a node that comes back gives its lock away at once",
    source: `${LEASES}: a server that has crashed waits until all leases it may have given are over`,
    engine: "moss-leases",
    caughtBy: ONE,
    under: { sizes: [3], tolerates: ["crash", "cut"] },
    broken: () => mossQuorumsWith(IMPATIENT, { ...SOUND, waitsAfterStart: false }),
  },
  {
    name: "moss-no-end",
    bug: "a leader goes on when its lease is over",
    source: `${LEASES}: the holder's right ends with the lease`,
    engine: "moss-leases",
    caughtBy: ONE,
    broken: () => mossQuorumsWith({}, { ...SOUND, stops: () => false }),
  },
  {
    name: "moss-no-margin",
    bug: "a leader trusts its clock to run as fast as the others'",
    source: `${LEASES}: the lease's end must allow for clocks that drift`,
    engine: "moss-leases",
    caughtBy: ONE,
    under: { sizes: [5], tolerates: ["clock-drift", "partition", "cut"] },
    broken: () => mossQuorums({ ...IMPATIENT, margin: 0 }),
  },
  {
    name: "moss-token-forgotten",
    bug: "the fencing token is not on disk",
    source: `${COURSE}; Burrows, The Chubby Lock Service, OSDI 2006, §2.4: a sequencer must outlive its server`,
    engine: "moss-leases",
    caughtBy: "a fencing token has one leader",
    broken() {
      const sound = mossQuorums();
      return { ...sound, init: (self, size) => sound.init(self, size) };
    },
  },
  {
    name: "moss-token-not-raised",
    bug: "a leader takes the highest token that it was told of, and claims may repeat one",
    source: `${COURSE}; Burrows 2006, §2.4`,
    engine: "moss-leases",
    caughtBy: "a fencing token has one leader",
    broken: () => mossQuorumsWith({}, { ...SOUND, nextToken: (highest) => Math.max(1, highest), isHigher: (token, known) => token >= known }),
  },
  {
    name: "moss-unfenced",
    bug: "whoever says that it leads is followed, whatever its token",
    source: `${COURSE}; Burrows 2006, §2.4: a server must check the sequencer`,
    engine: "moss-fenced",
    caughtBy: "nobody takes the word of an older leader after that of a newer one, also after a crash",
    broken: () => mossQuorumsWith({}, { ...SOUND, isFenced: () => false }),
  },
];
