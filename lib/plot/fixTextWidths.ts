import { textWidth } from "./textWidth.js";

/**
 * Writes into each text of a drawing how wide it is in Inter. Where that font is not installed, a viewer then fits its own
 * into the same room, and no line runs out of the picture or into its neighbour.
 */
export function fixTextWidths(drawing: SVGElement): void {
  for (const text of drawing.querySelectorAll("text")) {
    const words = text.textContent ?? "";
    // Single marks and digits fit in any font; texts in several lines have a width a line.
    if (words.length < 4 || text.querySelector("tspan")) continue;
    const width = textWidth(words, Number(inherited(text, "font-size")), Number(inherited(text, "font-weight")) >= 600);
    text.setAttribute("textLength", width.toFixed(1));
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}

function inherited(start: Element, name: string): string | null {
  for (let element: Element | null = start; element; element = element.parentElement) {
    const value = element.getAttribute(name);
    if (value !== null) return value;
  }
  return null;
}
