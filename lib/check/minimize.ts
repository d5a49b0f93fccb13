/**
 * A smallest part of a list that still fails: nothing in it can be left out. Larger pieces are tried first (ddmin, Zeller
 * and Hildebrandt, IEEE TSE 28(2), 2002); then single elements until none can go. `fails` must hold of the whole list. It
 * may be asked often; the order is fixed, so the result is, too.
 */
export function minimize<E>(list: readonly E[], fails: (part: readonly E[]) => boolean): readonly E[] {
  let rest = list;
  for (let piece = Math.max(1, rest.length >> 1); ; piece = Math.max(1, piece >> 1)) {
    let shrunk = false;
    for (let from = 0; from < rest.length; ) {
      const part = [...rest.slice(0, from), ...rest.slice(from + piece)];
      if (fails(part)) {
        rest = part;
        shrunk = true;
      } else from += piece;
    }
    if (piece === 1 && !shrunk) return rest;
    if (piece === 1) piece = 2;
  }
}
