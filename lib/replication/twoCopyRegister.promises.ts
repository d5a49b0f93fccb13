import type { Declaration, Invariant, Progress, Reachable } from "../promises.js";
import { type TwoCopies, twoCopyRegister } from "./twoCopyRegister.js";

const SOURCE = "this course";

const oneValue: Invariant<TwoCopies> = {
  name: "a version has one value, whichever copy has it",
  source: SOURCE,
  afterStep({ disk: { stored } }, facts) {
    if (stored) facts.agree("value of version", stored.version, String(stored.value));
  },
  onOutput(_node, output, facts) {
    if (output.type === "value") facts.agree("value of version", output.version, String(output.value));
  },
};

const versionsRise: Invariant<TwoCopies> = {
  name: "a copy never goes back to an older version",
  source: SOURCE,
  afterStep({ id, disk: { stored } }, facts) {
    if (stored) facts.rises("durable version of node", id, stored.version);
  },
};

const firstIsAhead: Invariant<TwoCopies> = {
  name: "the second copy is never ahead of the first",
  source: SOURCE,
  overall([first, second], facts) {
    const [there, here] = [first, second].map((node) => node?.disk.stored?.version ?? 0);
    facts.must(here! <= there!, () => `node 1 has version ${here}, node 0 only ${there}`);
  },
};

const copiedBeforeAnswered: Invariant<TwoCopies> = {
  name: "an answered write is on both disks",
  source: SOURCE,
  onSend({ id, disk: { stored } }, _to, message, facts) {
    if (message.type === "Copied") facts.rises("version on the disk of node", id, stored?.version ?? 0);
  },
  onOutput({ disk: { stored } }, output, facts) {
    if (output.type !== "written") return;
    facts.must((stored?.version ?? 0) >= output.version, () => `the write of version ${output.version} is answered, and is not on the disk of node 0`);
    facts.must(Number(facts.known("version on the disk of node", 1) ?? 0) >= output.version, () => `the write of version ${output.version} is answered, and node 1 does not have it`);
  },
};

const reachables: readonly Reachable<TwoCopies>[] = [
  { name: "a second copy that is behind", overall: ([first, second]) => first!.state.version > (second?.state.version ?? Infinity) },
  { name: "both copies at version 5", overall: (nodes) => nodes.every(({ state }) => state.version >= 5) },
];

const converges: Progress<TwoCopies> = {
  name: "when the faults end, both copies are equal",
  source: SOURCE,
  missing(nodes) {
    const [first, second] = nodes.map(({ state }) => state.version);
    return first === second ? undefined : `node 0 has version ${first}, node 1 has version ${second}`;
  },
};

const declared = {
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [2],
  progress: [converges],
  inputs: (random) => {
    const id = Math.floor(random() * 1_000_000);
    return random() < 0.6 ? { type: "write", id, value: id } : { type: "read", id };
  },
  calm: 2000,
} satisfies Partial<Declaration<TwoCopies>>;

/** A register in two copies whose writes are answered before they are copied. What clients may expect of it is a matter for its histories. */
export const twoCopyAtOnce: Declaration<TwoCopies> = {
  name: "two-copies",
  summary: "a register in two copies: writes go to one, are answered at once and copied to the other",
  source: SOURCE,
  engine: () => twoCopyRegister(),
  ...declared,
  invariants: [oneValue, versionsRise, firstIsAhead],
  reachables,
};

/** The same with writes that are answered when both copies have them. */
export const twoCopyWaiting: Declaration<TwoCopies> = {
  ...twoCopyAtOnce,
  name: "two-copies-waiting",
  summary: "a register in two copies: a write is answered when both have it",
  engine: () => twoCopyRegister({ acknowledge: "when-copied" }),
  invariants: [...twoCopyAtOnce.invariants, copiedBeforeAnswered],
};
