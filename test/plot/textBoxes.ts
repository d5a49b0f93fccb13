import type { Box } from "../../lib/plot/placeLabels.js";
import { textWidth } from "../../lib/plot/textWidth.js";

/** A text of a drawing and the rectangle it takes, in px of the drawing. */
export interface TextBox extends Box {
  readonly text: string;
  readonly element: Element;
}

/** Where each line of text of a drawing stands: from the attributes alone, as a viewer would lay it out in our font. */
export function textBoxes(svg: Element): TextBox[] {
  return [...svg.querySelectorAll("text")].flatMap((element) => {
    const lines = [...element.querySelectorAll("tspan")];
    const [x, y] = offsetOf(element, svg);
    const size = Number(inherited(element, "font-size") ?? 13);
    const isBold = Number(inherited(element, "font-weight")) >= 600;
    const anchor = inherited(element, "text-anchor") ?? "start";
    let baseline = y + length(element, "y", size) + length(element, "dy", size);
    return (lines.length ? lines : [element]).flatMap((line) => {
      const text = (line.textContent ?? "").trim();
      if (line !== element) baseline = line.hasAttribute("y") ? y + length(line, "y", size) : baseline + length(line, "dy", size);
      if (text === "") return [];
      const width = textWidth(text, size, isBold);
      const at = x + length(line.hasAttribute("x") ? line : element, "x", size);
      const left = anchor === "start" ? at : anchor === "end" ? at - width : at - width / 2;
      // From the top of capitals to a little below the baseline.
      return [{ text, element, left, right: left + width, top: baseline - 0.73 * size, bottom: baseline + 0.1 * size }];
    });
  });
}

/** Pairs of texts that lie one upon the other, and texts that reach out of the drawing; as words, to be compared with none. */
export function clashes(svg: Element): string[] {
  const boxes = textBoxes(svg);
  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const outside = boxes.filter((box) => box.left < 0 || box.right > width || box.top < 0 || box.bottom > height);
  const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map((b) => `"${a.text}" lies on "${b.text}"`));
  return [...outside.map(({ text }) => `"${text}" is cut`), ...pairs];
}

/** How far an element is moved by its own transform and those of what it is in, px. */
export function offsetOf(start: Element, svg: Element): readonly [number, number] {
  let [x, y] = [0, 0];
  for (let element: Element | null = start; element && element !== svg; element = element.parentElement) {
    for (const [, dx, dy] of (element.getAttribute("transform") ?? "").matchAll(/translate\(([-\d.e]+)(?:[ ,]+([-\d.e]+))?\)/g)) {
      x += Number(dx);
      y += Number(dy ?? 0);
    }
  }
  return [x, y];
}

function length(element: Element, name: string, size: number): number {
  const value = element.getAttribute(name);
  return value === null ? 0 : value.endsWith("em") ? parseFloat(value) * size : Number(value);
}

function inherited(start: Element, name: string): string | null {
  for (let element: Element | null = start; element; element = element.parentElement) {
    const value = element.getAttribute(name);
    if (value !== null) return value;
  }
  return null;
}
