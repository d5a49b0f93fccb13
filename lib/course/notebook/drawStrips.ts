import { type StripPanel, strips, type StripsOptions } from "../../plot/strips.js";
import { show } from "../show.js";

/** Draws whole numbers over time as strips of shade under the cell; see `strips`. */
export function drawStrips(panels: readonly StripPanel[], options: Omit<StripsOptions, "document" | "title" | "caption"> & { readonly title: string; readonly caption: string }): void {
  show((document) => strips(panels, { ...options, document }), `${options.title}. ${options.caption}`);
}
