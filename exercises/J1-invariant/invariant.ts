import type { Invariant, Raft } from "leaderlab";

/** Election safety: accuses a run as soon as a second node leads a term that has had a leader. Looks only; changes nothing. */
export const oneLeaderATerm: Invariant<Raft> = {
  name: "at most one leader a term",
  source: "Ongaro and Ousterhout 2014, §5.2 and Figure 3, election safety",

  // TODO: accuse a run in which a term has had two leaders. Keep this hook, or write others in its place.
  afterStep(node, facts) {},
};
