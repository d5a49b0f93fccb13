import type { DistributionSeries } from "../../lib/plot/index.js";

/** The percentiles that the Raft paper's Figure 16 shows, ms. */
const published = {
  "150–155 ms": [[0.1, 119], [0.5, 287], [0.75, 435], [0.9, 609], [0.99, 1242]],
  "150–200 ms": [[0.1, 110], [0.5, 147], [0.75, 167], [0.9, 194], [0.99, 352]],
  "150–300 ms": [[0.1, 125], [0.5, 171], [0.75, 208], [0.9, 244], [0.99, 415]],
} as const;

/** A thousand downtimes for each timeout range, spread as the published percentiles are, a little beside them. */
export function downtimes(): DistributionSeries[] {
  return Object.entries(published).map(([name, percentiles]) => {
    const knots = [[0, percentiles[0][1] * 0.75], ...percentiles, [1, percentiles[4][1] * 1.6]] as const;
    const values = Array.from({ length: 1000 }, (_, i) => {
      const p = (i + 0.5) / 1000;
      const after = knots.findIndex(([share]) => share >= p);
      const [[p0, v0], [p1, v1]] = [knots[after - 1]!, knots[after]!];
      return 0.98 * (v0 + ((v1 - v0) * (p - p0)) / (p1 - p0));
    });
    return { name, values, published: percentiles.map(([p, value]) => ({ p, value })) };
  });
}
