import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseHTML } from "linkedom";
import { expect } from "vitest";
import { renderPicture, type Picture } from "../../lib/course/picture.js";
import { clashes } from "./textBoxes.js";

const folder = fileURLToPath(new URL("../../.leaderlab/gallery/", import.meta.url));

/** Draws a picture, leaves it in `.leaderlab/gallery/` for a person to look at, and checks what holds of every picture. */
export function hang(name: string, draw: (document: Document) => SVGElement): { readonly picture: Picture; readonly svg: Element } {
  const picture = renderPicture(draw, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.png`, picture.png);
  writeFileSync(`${folder}${name}.svg`, picture.svg);
  expect(picture.svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(picture.svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(picture.svg.length + (picture.png.length * 4) / 3).toBeLessThan(100_000);
  expect(renderPicture(draw, name)).toEqual(picture);
  const svg = draw(blank());
  for (const text of svg.querySelectorAll("[font-size]")) expect(Number(text.getAttribute("font-size"))).toBeGreaterThanOrEqual(12);
  expect(clashes(svg)).toEqual([]);
  return { picture, svg };
}

/** The words in a picture, or in its parts of one class. */
export function words(svg: Element, className = ""): string[] {
  return [...svg.querySelectorAll(className ? `text.${className}, .${className} text` : "text")].map((text) => text.textContent ?? "");
}

/** How many marks there are in a picture's parts of one class. */
export function count(svg: Element, className: string): number {
  return [...svg.querySelectorAll(`.${className}`)].reduce((sum, group) => sum + group.children.length, 0);
}

/** A document to draw with. */
export function blank(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
}
