import { plot, type PlotOptions } from "@observablehq/plot";
import { element } from "./element.js";
import { drawLegendItem, layoutLegend, type LegendItem } from "./legend.js";
import { ink, muted, paper } from "./palette.js";
import { wrapText } from "./textWidth.js";

/** What every picture can be told. */
export interface FigureOptions {
  /** The document that makes the elements: a browser's, or linkedom's. */
  readonly document: Document;
  /** Width of the whole picture in px; 720 unless given. */
  readonly width?: number;
  /** A line in bold above the picture. */
  readonly title?: string;
  /** A few sentences in small type under the picture. */
  readonly caption?: string;
}

/** The rectangle between the axes, in px from the picture's top left corner. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a kind of picture adds: its size, its margins and its legend. */
export interface FigureLayout {
  /** Height between the axes, in px. */
  readonly bodyHeight: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  /** Room above the body for what stands there, in px; none unless given. */
  readonly marginTop?: number;
  /** What the vertical axis shows; written flat above it, where it is read without turning the head. */
  readonly yLabel?: string;
  readonly legend: readonly LegendItem[];
  /** How many lines the names along the horizontal axis take; one unless given. */
  readonly axisLines?: number;
}

/** A sheet of paper: where the body will be, and how to draw it. */
export interface Figure {
  readonly area: Area;
  /** Draws the body with Plot, and title, legend and caption around it: one single SVG element. */
  draw(body: PlotOptions): SVGSVGElement;
}

export const fontFamily = "Inter, system-ui, sans-serif";
export const fontSize = 13;
const edge = 16;
const titleSize = 16;
const captionSize = 13;
const legendRow = 22;
const captionLine = 18;
const axisHeight = 48;
/** Height of a further line of names along the horizontal axis, in px. */
export const axisLine = 14;

/**
 * The common style. Plot alone would put title and legend into HTML around the SVG, where the PNG made of it cannot
 * have them; so they are set here, inside.
 */
export function figure(options: FigureOptions, layout: FigureLayout): Figure {
  const { document, width = 720, title, caption } = options;
  const legend = layoutLegend(layout.legend, edge, width - edge);
  const captionLines = caption ? wrapText(caption, captionSize, width - 2 * edge) : [];
  const titleHeight = title ? 26 : 0;
  const legendTop = 12 + titleHeight;
  const top = legendTop + legendRow * (legend.length ? legend[legend.length - 1]!.row + 1 : 0) + (layout.yLabel ? 38 : 10) + (layout.marginTop ?? 0);
  const bottom = top + layout.bodyHeight;
  const captionTop = bottom + axisHeight + axisLine * ((layout.axisLines ?? 1) - 1) + (captionLines.length ? 8 : 0);
  const height = captionTop + captionLine * captionLines.length + (captionLines.length ? 8 : 0);
  const area: Area = { left: layout.marginLeft, right: width - layout.marginRight, top, bottom };

  return {
    area,
    draw(body) {
      const svg = plot({
        ...body,
        document,
        className: "leaderlab",
        figure: false,
        width,
        height,
        marginTop: top,
        marginRight: layout.marginRight,
        marginBottom: height - bottom,
        marginLeft: layout.marginLeft,
      } as PlotOptions) as SVGSVGElement;
      svg.querySelector("style")?.remove();
      for (const [name, value] of Object.entries({ "font-family": fontFamily, "font-size": fontSize, color: ink })) svg.setAttribute(name, String(value));
      svg.insertBefore(element(document, "rect", { width, height, fill: paper }), svg.firstChild);
      if (title) svg.append(element(document, "text", { x: edge, y: 26, "font-size": titleSize, "font-weight": 600, "text-anchor": "start", class: "title" }, title));
      if (layout.yLabel) svg.append(element(document, "text", { x: edge, y: top - 16, "text-anchor": "start", class: "y-label" }, layout.yLabel));
      for (const item of legend) svg.append(drawLegendItem(document, item, legendTop + legendRow * (item.row + 0.5)));
      captionLines.forEach((line, i) =>
        svg.append(element(document, "text", { x: edge, y: captionTop + captionLine * i + 12, "font-size": captionSize, fill: muted, "text-anchor": "start", class: "caption" }, line)),
      );
      return svg;
    },
  };
}

/** What our horizontal axes have in common: the label centred below, short ticks. */
export const xAxisStyle = { labelAnchor: "center", labelArrow: "none", labelOffset: 42, tickSize: 5, tickPadding: 5 } as const;
/** What our vertical axes have in common: no ticks, and no label of Plot's, since the sheet writes it. */
export const yAxisStyle = { label: null, tickSize: 0, tickPadding: 8 } as const;
