import type { Planted } from "./planted.js";

const HOOK = "  afterStep({ id, state }, facts) {\n    if (state.role === \"leader\") facts.agree(\"leader of term\", state.currentTerm, id);\n  },\n";
const LEADS = 'state.role === "leader"';
const FACT = 'facts.agree("leader of term", state.currentTerm, id);';

// The cases, in their order.
const AFRESH = "each run is judged by itself";
const TERMS = "two leaders at once, in different terms, are not accused";
const NOBODY = "a term without a leader is not accused";
const AGAIN = "a server may lead several terms";
const RAFT = "Raft is not accused, whatever fails";
const STABLE = "Raft with pre-vote and check-quorum is not accused";
const TWICE = "servers that vote twice are accused";
const HALF = "candidates to whom half is enough are accused";
const DUPLICATES = "candidates that count a vote twice are accused";
const FORGETFUL = "servers that forget their vote are accused";
const GONE = "the first leader may be gone when the second comes";
const UNHEARD = "a leader leads before anybody hears of it";
const HOSTILE = "two leaders of a term are accused, whatever else fails";
const NAMES = "an accusation names the term and both leaders";
const all = [AFRESH, TERMS, NOBODY, AGAIN, RAFT, STABLE, TWICE, HALF, DUPLICATES, FORGETFUL, GONE, UNHEARD, HOSTILE, NAMES];

/** All cases fail, these for a reason that only they have. */
const allFail = (usual: RegExp, others: Planted["fails"] = {}): Planted["fails"] => ({ ...Object.fromEntries(all.map((name) => [name, usual])), ...others });

const SILENT = /lets 8 runs pass in which two servers led one term|does not accuse .*led term \d+ too/;
const ELSE = /of something else, before any term has two leaders/;

/** The hook as somebody else would write it. */
const instead = (hook: string): Planted["changes"] => [[HOOK, hook]];

/** Mistakes in an invariant that is to say: at most one leader a term. */
export const planted: readonly Planted[] = [
  { bug: "wants at most one leader at a time", changes: instead('  overall(nodes, facts) {\n    const leaders = nodes.filter(({ up, state }) => up && state.role === "leader");\n    facts.must(leaders.length <= 1, () => leaders.map(({ id, state }) => `node ${id} leads term ${state.currentTerm}`).join(" and "));\n  },\n'), fails: { [TERMS]: /“node 0 leads term 1 and node 1 leads term 2”\. By then node 0 had led term 1 and node 1 term 2: no term had two\. An old leader that is cut off cannot know/, [RAFT]: /no term had two/, [STABLE]: /no term had two/, [GONE]: /comparing the nodes as they are now/, [HOSTILE]: /something else|does not accuse/ } },
  { bug: "compares the nodes as they are now", changes: instead('  overall(nodes, facts) {\n    for (const a of nodes)\n      for (const b of nodes)\n        if (a.id < b.id && a.up && b.up && a.state.role === "leader" && b.state.role === "leader") facts.must(a.state.currentTerm !== b.state.currentTerm, () => `nodes ${a.id} and ${b.id} lead term ${a.state.currentTerm}`);\n  },\n'), fails: { [GONE]: /does not accuse servers that vote twice .* node 0 led term 1, and later node 2 led term 1 too\. By then the first had crashed: comparing the nodes as they are now/, [HOSTILE]: /does not accuse/ } },
  { bug: "takes the leader for the key and the term for the value", changes: [[FACT, 'facts.agree("term led by", id, state.currentTerm);']], fails: allFail(SILENT, { [AGAIN]: /“term led by 0: first 1, then 3”.*Node 0 leads term 1 and term 3, and nobody else does/, [RAFT]: /no term had two/, [STABLE]: /no term had two/, [HOSTILE]: /too late|something else|does not accuse/ }) },
  { bug: "keeps the facts of each node apart", changes: [[FACT, 'facts.agree("leader of term", `${state.currentTerm} by node ${id}`, id);']], fails: allFail(SILENT) },
  { bug: "looks at candidates too", changes: [[LEADS, 'state.role !== "follower"']], fails: { [NOBODY]: /“leader of term 1: first 0, then 1”\. By then nobody had led any term\. Node 0 and node 1 both stood in term 1/, [RAFT]: /nobody had led any term/, [STABLE]: /nobody had led any term/, [TWICE]: ELSE, [HALF]: ELSE, [DUPLICATES]: ELSE, [FORGETFUL]: ELSE, [GONE]: ELSE, [UNHEARD]: ELSE, [HOSTILE]: ELSE } },
  { bug: "wants a leader in every term", changes: instead('  overall(nodes, facts) {\n    for (const { up, state } of nodes) if (up && state.role === "leader") facts.agree("seen", state.currentTerm, "yes");\n    for (const { state } of nodes) facts.must(state.currentTerm < 2 || facts.known("seen", state.currentTerm - 1) !== undefined, () => `term ${state.currentTerm - 1} had no leader`);\n  },\n'), fails: allFail(SILENT, { [NOBODY]: /“term 1 had no leader”.*nobody led it, and that is allowed/, [RAFT]: /“term \d+ had no leader”/, [STABLE]: /“term \d+ had no leader”/, [HOSTILE]: ELSE }) },
  { bug: "believes only what nodes tell their clients", changes: instead('  onOutput(_node, { leader, term }, facts) {\n    facts.agree("leader of term", term, leader);\n  },\n'), fails: { [UNHEARD]: /does not accuse servers that vote twice in a term and tell their clients nothing.*only the nodes' states show it/ } },
  { bug: "remembers in a variable of its own", changes: [[HOOK, '  afterStep({ id, state }, facts) {\n    if (state.role !== "leader") return;\n    const first = leaders.get(state.currentTerm) ?? id;\n    leaders.set(state.currentTerm, first);\n    facts.must(first === id, () => `term ${state.currentTerm} is led by ${first} and by ${id}`);\n  },\n'], ["/** Election safety", "const leaders = new Map<number, number>();\n\n/** Election safety"]], fails: { [AFRESH]: /“term 1 is led by 0 and by 1”\. By then only node 1 had led term 1\. In the run before, of another cluster, node 0 led term 1: keep what you remember in the facts/, [NOBODY]: /only node 2 had led term 2/, [RAFT]: /“term \d+ is led by \d and by \d”/, [STABLE]: /“term \d+ is led by \d and by \d”/, [HOSTILE]: ELSE } },
  { bug: "wants every new leader to have a higher term", changes: [[FACT, 'facts.rises("term of", "the leader", state.currentTerm);']], fails: allFail(SILENT, { [TERMS]: /“term of the leader fell from 2 to 1”.*An old leader that is cut off cannot know of its successor/, [RAFT]: /no term had two/, [STABLE]: /no term had two/ }) },
  { bug: "asks every node whom it follows, also those that follow nobody", changes: [['    if (state.role === "leader") facts.agree("leader of term", state.currentTerm, id);', '    facts.agree("leader of term", state.currentTerm, state.leader ?? -1);']], fails: { [AFRESH]: /“leader of term 1: first -1, then 0”\. By then only node 0 had led term 1/, [TERMS]: /first -1/, [NOBODY]: /first -1/, [AGAIN]: /first -1/, [RAFT]: /-1/, [STABLE]: /-1/, [TWICE]: ELSE, [DUPLICATES]: ELSE, [FORGETFUL]: ELSE, [GONE]: ELSE, [UNHEARD]: ELSE, [HOSTILE]: ELSE } },
  { bug: "says only that something is wrong", changes: [[FACT, '{\n      const first = facts.known("leader", state.currentTerm);\n      if (first === undefined) facts.agree("leader", state.currentTerm, id);\n      else facts.must(first === id, "two leaders in one term");\n    }']], fails: { [NAMES]: /says “two leaders in one term” without the term \(1\), the first leader \(0\), the second \(2\)/ } },
  { bug: "waits until somebody follows the leader", changes: instead('  onSend(_from, to, message, facts) {\n    if (message.type === "AppendEntriesReply" && message.success) facts.agree("leader of term", message.term, to);\n  },\n'), fails: { [DUPLICATES]: /too late: .*9 steps after node 1 became the second leader of term 1/, [UNHEARD]: /Nobody was told of it/, [HOSTILE]: /too late|does not accuse/ } },
  { bug: "writes into the state that it looks at", changes: [[FACT, "facts.agree(\"leader of term\", state.currentTerm, (state.leader = id));"]], fails: allFail(/threw an error in `afterStep`: an invariant only looks: it must not change "leader"/) },
];
