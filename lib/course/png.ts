import { deflate } from "./deflate.js";

/**
 * A PNG file with a palette, from pixels of four bytes each (red, green, blue, alpha; opaque). Our pictures have a dozen
 * colours and the shades at their edges: the `colours` most frequent are kept, others take the nearest of them. That is
 * a third of the size of a PNG in full colour.
 */
export function indexedPng(pixels: Uint8Array, width: number, height: number, colours = 48): Uint8Array {
  const { palette, indices } = quantize(pixels, colours);
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette, deflate, filters, not interlaced
  const parts = [Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), chunk("IHDR", header), chunk("PLTE", palette), chunk("IDAT", deflate(rows)), chunk("IEND", new Uint8Array(0))];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function quantize(pixels: Uint8Array, colours: number): { palette: Uint8Array; indices: Uint8Array } {
  const rgb = new Uint32Array(pixels.length / 4);
  const counts = new Map<number, number>();
  let run = 0;
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = (pixels[4 * i]! << 16) | (pixels[4 * i + 1]! << 8) | pixels[4 * i + 2]!;
    // Most pixels are as the one before: a look into the map for each would take most of the time.
    if (i > 0 && rgb[i] === rgb[i - 1]) run++;
    else {
      if (i > 0) counts.set(rgb[i - 1]!, (counts.get(rgb[i - 1]!) ?? 0) + run);
      run = 1;
    }
  }
  if (rgb.length > 0) counts.set(rgb.at(-1)!, (counts.get(rgb.at(-1)!) ?? 0) + run);
  const kept = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a - b).slice(0, colours);
  const nearest = new Map([...counts.keys()].map((colour) => [colour, indexOfNearest(kept, colour)]));
  const indices = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) indices[i] = i > 0 && rgb[i] === rgb[i - 1] ? indices[i - 1]! : nearest.get(rgb[i]!)!;
  return { palette: Uint8Array.from(kept.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])), indices };
}

function indexOfNearest(kept: readonly number[], colour: number): number {
  let best = 0;
  let least = Infinity;
  kept.forEach((other, i) => {
    const [red, green, blue] = [(other >> 16) - (colour >> 16), ((other >> 8) & 255) - ((colour >> 8) & 255), (other & 255) - (colour & 255)] as const;
    const distance = red * red + green * green + blue * blue;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
