import type { Method, Replica } from "../types.js";

/** Full state: each sends the other its whole store (Demers et al., Epidemic Algorithms, 1987, §1.3, push-pull ResolveDifference). */
export function fullState<Cell, Change, Digest>({ absorb }: Replica<Cell, Change, Digest>): Method<Cell, Change, Digest> {
  return {
    begin: ({ store }, to, context) => context.send(to, { type: "Store", cells: store, answer: true }),
    onMessage(state, from, message, context) {
      if (message.type !== "Store") return;
      absorb(state, from, message.cells, context);
      if (message.answer) context.send(from, { type: "Store", cells: state.store, answer: false });
    },
  };
}
