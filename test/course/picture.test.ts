import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { renderPicture } from "../../lib/course/picture.js";
import { indexedPng } from "../../lib/course/png.js";
import { show } from "../../lib/course/show.js";
import { element } from "../../lib/plot/element.js";

const square = (document: Document) => {
  const svg = element(document, "svg", { width: 40, height: 20, viewBox: "0 0 40 20" });
  svg.append(element(document, "rect", { x: 1 / 3, width: 20, height: 20, fill: "#0072b2" }), element(document, "text", { x: 22, y: 15 }, "a < b & c"));
  return svg;
};

describe("a picture", () => {
  test("carries its caption as alternative text, well escaped", () => {
    const { svg, caption } = renderPicture(square, 'One < "two" & three');
    expect(caption).toBe('One < "two" & three');
    expect(svg).toContain("<title>One &lt; \"two\" &amp; three</title>");
    expect(svg).toContain('aria-label="One &lt; &quot;two&quot; &amp; three"');
    expect(svg).toContain('role="img"');
    expect(svg).toContain('x="0.3"');
  });

  test("is the same twice, as SVG and as PNG", () => {
    expect(renderPicture(square, "A square")).toEqual(renderPicture(square, "A square"));
  });

  test("has a PNG of twice its size", () => {
    const { png, width, height } = renderPicture(square, "A square");
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([2 * width, 2 * height]);
  });

  test("without a caption is refused", () => {
    expect(() => renderPicture(square, " ")).toThrow("A picture needs a caption");
  });

  test("is shown in notebooks only", () => {
    expect(() => show(square, "A square")).toThrow("no cell is running");
  });
});

test("a PNG has the same bytes on every machine", () => {
  const pixels = Uint8Array.from({ length: 4 * 64 * 64 }, (_, i) => (i % 4 === 3 ? 255 : 85 * ((i >> 4) % 4)));
  expect(createHash("sha256").update(indexedPng(pixels, 64, 64)).digest("hex").slice(0, 16)).toBe("d1bf424e400552b4");
});

test("a PNG with few colours keeps each of them", () => {
  const pixels = Uint8Array.from([255, 255, 255, 255, 0, 114, 178, 255, 255, 255, 255, 255, 230, 159, 0, 255]);
  const png = indexedPng(pixels, 2, 2);
  const palette = Buffer.from(png).indexOf("PLTE") + 4;
  expect([...png.subarray(palette, palette + 9)]).toEqual([255, 255, 255, 0, 114, 178, 230, 159, 0]);
  const data = Buffer.from(png).indexOf("IDAT");
  const length = new DataView(png.buffer).getUint32(data - 4);
  expect([...inflateSync(png.subarray(data + 4, data + 4 + length))]).toEqual([0, 0, 1, 0, 0, 2]);
});
