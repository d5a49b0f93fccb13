/** A point of a circle, `turn` of the way around (0 to 1), clockwise from the top. Only `sin`, which is the same everywhere. */
export function onCircle(centre: { readonly x: number; readonly y: number }, radius: number, turn: number): { readonly x: number; readonly y: number } {
  const angle = 2 * Math.PI * turn;
  return { x: centre.x + radius * Math.sin(angle), y: centre.y - radius * Math.sin(angle + Math.PI / 2) };
}

/** Panels of equal size set in rows: as many columns as fit into `room` px, rows about equally long. `place` gives a panel's left and top, from 0. */
export function panels(count: number, room: number, { width, height, gap, columns: wanted }: { readonly width: number; readonly height: number; readonly gap: number; readonly columns?: number | undefined }) {
  const fitting = wanted ?? Math.max(1, Math.floor((room + gap) / (width + gap)));
  const rows = Math.max(1, Math.ceil(count / fitting));
  const columns = wanted ?? Math.max(1, Math.ceil(count / rows));
  return {
    rows,
    height: rows * (height + gap) - gap,
    place: (index: number) => ({ left: (index % columns) * (width + gap), top: Math.floor(index / columns) * (height + gap) }),
  };
}
