import { element } from "./element.js";
import { ink, paper } from "./palette.js";
import { textWidth } from "./textWidth.js";

/** What stands before a legend's words: what the reader will find in the picture. */
export type LegendSign =
  | { readonly kind: "band"; readonly fill: string }
  | { readonly kind: "line"; readonly stroke: string; readonly dash?: string; readonly head?: boolean }
  | { readonly kind: "cross"; readonly dash?: string }
  | { readonly kind: "circle"; readonly stroke?: string; readonly fill?: string; readonly r?: number }
  | { readonly kind: "up" | "down" };

/** One entry of a legend. */
export interface LegendItem {
  readonly label: string;
  readonly sign: LegendSign;
}

/** A legend entry with its place: `x` px from the left, in row `row`, from 0. */
export interface PlacedItem extends LegendItem {
  readonly x: number;
  readonly row: number;
}

export const legendFontSize = 13;
const gap = 18;

/** Sets entries one after the other between `left` and `right` px, breaking into rows where one is full. */
export function layoutLegend(items: readonly LegendItem[], left: number, right: number): PlacedItem[] {
  let x = left;
  let row = 0;
  return items.map((item) => {
    const width = signWidth(item.sign) + 6 + textWidth(item.label, legendFontSize);
    if (x > left && x + width > right) {
      x = left;
      row++;
    }
    const placed = { ...item, x, row };
    x += width + gap;
    return placed;
  });
}

/** Draws one entry with its middle at height `y`. */
export function drawLegendItem(document: Document, item: PlacedItem, y: number): SVGElement {
  const width = signWidth(item.sign);
  const group = element(document, "g", { class: "legend", transform: `translate(${item.x},${y})` });
  group.append(...drawSign(document, item.sign, width));
  group.append(element(document, "text", { x: width + 6, dy: "0.35em", "font-size": legendFontSize, "text-anchor": "start", fill: ink }, item.label));
  return group;
}

function signWidth(sign: LegendSign): number {
  if (sign.kind === "cross") return sign.dash ? 28 : 14;
  return { band: 20, line: 28, circle: 12, up: 12, down: 12 }[sign.kind];
}

function drawSign(document: Document, sign: LegendSign, width: number): SVGElement[] {
  switch (sign.kind) {
    case "band":
      return [element(document, "rect", { x: 0, y: -5, width, height: 10, fill: sign.fill })];
    case "line": {
      const end = sign.head ? width - 6 : width;
      const line = element(document, "path", { d: `M0,0H${end}`, stroke: sign.stroke, "stroke-width": 2, "stroke-dasharray": sign.dash, fill: "none" });
      return sign.head ? [line, element(document, "path", { d: `M${width},0l-8,-4v8z`, fill: sign.stroke })] : [line];
    }
    case "cross":
      return sign.dash
        ? [element(document, "path", { d: `M0,0H${width - 4}`, stroke: ink, "stroke-width": 1.5, "stroke-dasharray": sign.dash }), cross(document, width - 4, 4, 1.75)]
        : [cross(document, width / 2, 6, 3)];
    case "circle":
      return [element(document, "circle", { cx: width / 2, r: sign.r ?? 4.5, fill: sign.fill ?? paper, stroke: sign.stroke ?? sign.fill ?? ink, "stroke-width": 1.75 })];
    case "up":
      return [element(document, "path", { d: `M1,5H${width - 1}L${width / 2},-5z`, fill: ink })];
    case "down":
      return [element(document, "path", { d: `M1,-5H${width - 1}L${width / 2},5z`, fill: ink })];
  }
}

function cross(document: Document, x: number, r: number, strokeWidth: number): SVGElement {
  return element(document, "path", { d: `M${x - r},${-r}L${x + r},${r}M${x - r},${r}L${x + r},${-r}`, stroke: ink, "stroke-width": strokeWidth });
}
