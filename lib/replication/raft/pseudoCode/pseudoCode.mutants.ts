import type { Mutant } from "../../../promises.js";
import { keyValue } from "../../service/keyValue.js";
import { pseudoCode } from "./pseudoCode.js";
import { ELECTION_SAFETY, LEADER_COMPLETENESS, LOG_MATCHING, LOGS_BECOME_ONE, ONE_LEADER_FOR_ALL, type PseudoCodeStore, pseudoCodeCompleted, STATE_MACHINE_SAFETY } from "./pseudoCode.promises.js";
import { PSEUDO_CODE_RULES, type PseudoCodeRule } from "./types.js";

const PAPER = "Ongaro and Ousterhout 2014";

/** For each rule, where Raft states it, and which promise breaks where it alone is missing. */
const LOST: Readonly<Record<PseudoCodeRule, { readonly source: string; readonly caughtBy: string }>> = {
  "election trigger": { source: `${PAPER}, §5.2`, caughtBy: ONE_LEADER_FOR_ALL },
  "durable vote": { source: `${PAPER}, §5.2 and Figure 2`, caughtBy: ELECTION_SAFETY },
  "up-to-date check": { source: `${PAPER}, §5.4.1`, caughtBy: LEADER_COMPLETENESS },
  "step-down": { source: `${PAPER}, §5.1`, caughtBy: STATE_MACHINE_SAFETY },
  "conflict truncation": { source: `${PAPER}, §5.3`, caughtBy: LOG_MATCHING },
  "nextIndex back-off": { source: `${PAPER}, §5.3`, caughtBy: LOGS_BECOME_ONE },
  leaderCommit: { source: `${PAPER}, §5.3`, caughtBy: LOGS_BECOME_ONE },
  "current term only": { source: `${PAPER}, §5.4.2 and Figure 8`, caughtBy: LEADER_COMPLETENESS },
};

/** The pseudo-code with every rule but one. */
const lacking = (rule: PseudoCodeRule) => pseudoCode({ machine: keyValue, rules: PSEUDO_CODE_RULES.filter((other) => other !== rule) });

/** What Figure 8 begins with, which chance hardly ever brings about: leaders of terms 1 and 2 are gone, and have each left an entry where nobody else has one. */
const twoLeadersGone = (_node: number, random: () => number) => {
  const terms = [[], [1], [2]][Math.floor(3 * random())]!;
  return { stored: { currentTerm: 2, vote: { term: 2, candidate: 0 } }, log: terms.map((term) => ({ term, command: null })) };
};

/** The survey's pseudo-code with one of the rules missing, each; and as it is printed, where all are. */
export const pseudoCodeMutants: readonly Mutant<PseudoCodeStore>[] = [
  ...PSEUDO_CODE_RULES.map(
    (rule): Mutant<PseudoCodeStore> => ({
      name: `lacks-${rule.replaceAll(/[ A-Z]/g, (letter) => `-${letter.trim().toLowerCase()}`)}`,
      bug: `the rule “${rule}” is missing`,
      engine: pseudoCodeCompleted.name,
      ...LOST[rule],
      broken: () => lacking(rule),
      ...(rule === "current term only" && { under: { sizes: [3], disks: twoLeadersGone } }),
    }),
  ),
  { name: "as-printed", bug: "the pseudo-code as the survey prints it: no rule is added", source: "the survey, Appendix D", engine: pseudoCodeCompleted.name, caughtBy: ELECTION_SAFETY, broken: () => pseudoCode({ machine: keyValue }) },
];
