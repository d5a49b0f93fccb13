/** The histories that the README shows, by their letters. */
export type Letter = "A" | "B" | "C" | "D" | "E" | "F";

/** Whether each history is linearizable: true or false; undefined where you have not decided yet. */
export const judgements: Record<Letter, boolean | undefined> = {
  // <answer> TODO: judge them by hand, with a pencil, before you write any code: true or false in place of undefined.
  // The write takes effect between the two reads.
  A: true,
  // Whoever reads 1 proves that the write has taken effect, and the other read began only then.
  B: false,
  // The unanswered write was seen, so it has happened; nobody has written 1 since.
  C: false,
  // The writes overlap: the write of 2 may come first, though it began later and ended earlier.
  D: true,
  // An unanswered write may take effect at any later time, here after the write of 2.
  E: true,
  // Both writes were over: one of them was the last, and there is only one value left to read.
  F: false,
  // </answer> A: undefined, B: undefined, C: undefined, D: undefined, E: undefined, F: undefined,
};
