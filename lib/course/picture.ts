import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { element } from "../plot/element.js";
import { fixTextWidths } from "../plot/fixTextWidths.js";
import { svgText } from "../plot/svgText.js";
import { indexedPng } from "./png.js";

/** A finished picture, for notebooks, files and web pages. */
export interface Picture {
  /** The text of an SVG file. */
  readonly svg: string;
  /** The same as a PNG file, larger than on the screen so that it stays sharp; the same bytes on every machine. */
  readonly png: Uint8Array;
  /** What it shows, in words: the text for those who do not see it. */
  readonly caption: string;
  /** Its size on the screen, in px. */
  readonly width: number;
  readonly height: number;
}

/** Draws with a document of its own: `renderPicture((document) => spaceTime(trace, { document }), "An election")`. */
export function renderPicture(draw: (document: Document) => SVGElement, caption: string): Picture {
  if (!caption.trim()) throw new Error("A picture needs a caption that says in words what it shows; give one as the second argument.");
  const document = parseHTML("<!doctype html><html><head></head><body></body></html>").document as unknown as Document;
  const drawing = draw(document);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", caption);
  drawing.insertBefore(element(document, "title", {}, caption), drawing.firstChild);
  fixTextWidths(drawing);
  const svg = svgText(drawing);
  let png = rasterize(svg, 2);
  for (const zoom of [1.75, 1.5, 1.25, 1]) if (svg.length + base64Length(png) > sizeLimit) png = rasterize(svg, zoom);
  return { svg, png, caption, width: Number(drawing.getAttribute("width")), height: Number(drawing.getAttribute("height")) };
}

/** What a picture may take of a notebook, in bytes, both forms together. */
const sizeLimit = 96_000;

function base64Length(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / 3) * 4;
}

function rasterize(svg: string, zoom: number): Uint8Array {
  const image = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: [...fontFiles], defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
    fitTo: { mode: "zoom", value: zoom },
    background: "white",
  }).render();
  return indexedPng(image.pixels, image.width, image.height);
}

// The fonts come with the package: a system's own would draw other pixels on each machine.
const fonts = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/inter/package.json"));
const fontFiles: readonly string[] = [join(fonts, "400Regular", "Inter_400Regular.ttf"), join(fonts, "600SemiBold", "Inter_600SemiBold.ttf")];
