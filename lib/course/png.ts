import { encode } from "fast-png";

/**
 * A PNG file with a palette, from pixels of four bytes each (red, green, blue, alpha; opaque). Our pictures have a dozen
 * colours and the shades at their edges: the `colours` most frequent are kept, others take the nearest of them. That is
 * a third of the size of a PNG in full colour. fast-png compresses in JavaScript, so that the bytes are the same on every
 * machine; those of node:zlib differ between processors.
 */
export function indexedPng(pixels: Uint8Array, width: number, height: number, colours = 48): Uint8Array {
  const { palette, indices } = quantize(pixels, colours);
  return encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib: { level: 9 } });
}

function quantize(pixels: Uint8Array, colours: number): { palette: [red: number, green: number, blue: number][]; indices: Uint8Array } {
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
  return { palette: kept.map((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]), indices };
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
