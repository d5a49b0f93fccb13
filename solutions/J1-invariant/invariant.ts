import type { Invariant, Raft } from "leaderlab";

/** Election safety: accuses a run as soon as a second node leads a term that has had a leader. Looks only; changes nothing. */
export const oneLeaderATerm: Invariant<Raft> = {
  name: "at most one leader a term",
  source: "Ongaro and Ousterhout 2014, §5.2 and Figure 3, election safety",

  // <answer> TODO: accuse a run in which a term has had two leaders. Keep this hook, or write others in its place.
  // The facts remember for as long as the run lasts: a leader that has crashed since still counts, and one of another
  // term has another key. What a node tells its client does not matter: it leads as soon as its state says so.
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader of term", state.currentTerm, id);
  },
  // </answer> afterStep(node, facts) {},
};
