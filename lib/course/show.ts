import { display } from "./display.js";
import { renderPicture, type Picture } from "./picture.js";

/**
 * Shows a picture under the cell that runs: `show((document) => spaceTime(trace, { document }), "An election")`, or a
 * picture already made. SVG, PNG and caption leave in one bundle, of which each viewer takes what it can show. Throws
 * an `Error` outside a notebook.
 */
export function show(picture: Picture): void;
export function show(draw: (document: Document) => SVGElement, caption: string): void;
export function show(what: Picture | ((document: Document) => SVGElement), caption = ""): void {
  const picture = typeof what === "function" ? renderPicture(what, caption) : what;
  const { svg, png, width, height } = picture;
  display(
    {
      data: { "image/svg+xml": svg, "image/png": Buffer.from(png.buffer, png.byteOffset, png.length).toString("base64"), "text/plain": picture.caption },
      metadata: { "image/png": { width, height } },
    },
    "In a script use renderPicture() and write its svg or png to a file.",
  );
}
