/** A channel that is already in px, or already a colour: Plot shall not send it through a scale. */
export function unscaled<V>(value: V): { readonly value: V; readonly scale: null } {
  return { value, scale: null };
}
