import type { Accusation } from "../check/judge.js";
import { drawRun } from "../check/hostileRun.js";
import { play } from "../check/play.js";
import { pseudoCode as engine } from "../replication/raft/pseudoCode/pseudoCode.js";
import { pseudoCodeCompleted } from "../replication/raft/pseudoCode/pseudoCode.promises.js";
import { PSEUDO_CODE_RULES, type PseudoCodeRule } from "../replication/raft/pseudoCode/types.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Experiment } from "./experiment.js";
import { type CounterexampleSearch, exploreForCounterexample, playForCounterexample, type Searched, searchByFigure8 } from "./pseudoCodeCounterexample.js";

const parameters = {
  missing: { type: "choice", default: "it alone", values: ["it alone", "it and all after it"], summary: "what is missing beside the rule of a row: nothing else, or all rules that the course adds later" },
  nodes: { type: "integer", default: 3, range: [3, 5], summary: "nodes in which counterexamples are searched for; hostile runs have 2, 3 or 5" },
  timers: { type: "integer", default: 3, range: [2, 6], summary: "how often timers may fire in all, where worlds are explored" },
  worlds: { type: "integer", default: 100_000, range: [1000, 10_000_000], summary: "worlds that an exploration visits at most; a quarter of it where nothing is missing" },
  first: { type: "integer", default: 1, range: [0, Number.MAX_SAFE_INTEGER], summary: "seed of the first hostile run; each of the next has one more" },
} as const;

/** Which rules the pseudo-code is given, and by which of those that it lacks it is told. */
interface Variant {
  readonly lacks: PseudoCodeRule | "all" | "none";
  readonly rules: readonly PseudoCodeRule[];
}

function variantsOf(missing: string): readonly Variant[] {
  return [
    { lacks: "all", rules: [] },
    ...PSEUDO_CODE_RULES.map((lacks, i) => ({ lacks, rules: missing === "it alone" ? PSEUDO_CODE_RULES.filter((rule) => rule !== lacks) : PSEUDO_CODE_RULES.slice(0, i) })),
    { lacks: "none", rules: PSEUDO_CODE_RULES },
  ];
}

/** By variant: what the hostile run of one seed was accused of; null: nothing. */
type Sample = readonly (Accusation["property"] | null)[];

/**
 * Claim 2.8: the survey's Raft pseudo-code (its Appendix D) as it is printed, with every rule that it lacks, and with all but
 * one of them: which promise breaks without each, in how few steps, and in how many hostile runs.
 */
export const pseudoCode: Experiment<typeof parameters, Sample> = {
  name: "pseudo-code",
  question: "Is the survey's pseudo-code of Raft enough, and what does each missing rule break?",
  parameters,
  trials: 8,
  row: {
    lacks: "the rule that is missing; `all`: the pseudo-code as it is printed; `none`: with every rule",
    property: "the promise that breaks in the counterexample (null: none was found)",
    message: "what is wrong in it, in words (null: none)",
    steps: "its length: single events, or those of a quiet run (null: none)",
    kind: "`shortest`: every nearer world was visited; `none can be left out`: searched in two parts and reduced; `quiet run`: nothing goes wrong but that one node may be away for half a second, and a promise breaks or something never comes about (null: none)",
    nodes: "nodes in it (null: none)",
    worlds: "different worlds that were visited in the search",
    quietRuns: "quiet runs that were played and judged",
    hostileRuns: "hostile runs",
    accused: "share of them in which some promise was broken",
    hostileProperty: "the promise that was broken in most of these (null: none)",
  },
  trial: ({ missing, first }, _seed, index) =>
    variantsOf(missing).map(({ rules }) => play(pseudoCodeCompleted, drawRun(pseudoCodeCompleted, first + index), { protocol: engine({ machine: keyValue, rules }) }).accusation?.property ?? null),
  summarize: (samples, { missing, ...search }) =>
    variantsOf(missing).map(({ lacks, rules }, i) => {
      const { found, worlds, runs } = searchFor(lacks, rules, search);
      const accused = samples.flatMap((sample) => sample[i] ?? []);
      return {
        lacks,
        property: found?.property ?? null,
        message: found?.message ?? null,
        steps: found?.steps ?? null,
        kind: found?.kind ?? null,
        nodes: found?.nodes ?? null,
        worlds,
        quietRuns: runs,
        hostileRuns: samples.length,
        accused: accused.length / samples.length,
        hostileProperty: mostCommon(accused),
      };
    }),
};

/** The search that fits what a missing rule breaks: a promise of Figure 3 in a nearby world, in a far one, or something that must come about. */
function searchFor(lacks: Variant["lacks"], rules: readonly PseudoCodeRule[], search: CounterexampleSearch): Searched {
  switch (lacks) {
    case "election trigger":
    case "nextIndex back-off":
    case "leaderCommit":
      // As printed up to here, the first promise to break may be another one.
      return rules.length === 0 ? exploreForCounterexample(rules, search) : playForCounterexample(rules, search);
    case "current term only":
      return searchByFigure8(rules, search);
    default: {
      const near = exploreForCounterexample(rules, lacks === "none" ? { ...search, worlds: Math.ceil(search.worlds / 4) } : search);
      return near.found ? near : { ...playForCounterexample(rules, search), worlds: near.worlds };
    }
  }
}

/** The counterexample to the pseudo-code that lacks this rule and no other (`all`: as it is printed), to be told and drawn; undefined for `none`. */
export function pseudoCodeCounterexample(lacks: Variant["lacks"], { nodes = parameters.nodes.default, timers = parameters.timers.default, worlds = parameters.worlds.default }: Partial<CounterexampleSearch> = {}): Searched["found"] {
  const variant = variantsOf("it alone").find((candidate) => candidate.lacks === lacks);
  if (!variant) throw new RangeError(`expected "all", "none" or one of ${PSEUDO_CODE_RULES.join(", ")}, not "${lacks}"`);
  return searchFor(lacks, variant.rules, { nodes, timers, worlds }).found;
}

function mostCommon(properties: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const property of properties) counts.set(property, (counts.get(property) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
