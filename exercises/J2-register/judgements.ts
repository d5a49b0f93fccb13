/** The histories that the README shows, by their letters. */
export type Letter = "A" | "B" | "C" | "D" | "E" | "F";

/** Whether each history is linearizable: true or false; undefined where you have not decided yet. */
export const judgements: Record<Letter, boolean | undefined> = {
  // TODO: judge them by hand, with a pencil, before you write any code: true or false in place of undefined.
  A: undefined, B: undefined, C: undefined, D: undefined, E: undefined, F: undefined,
};
