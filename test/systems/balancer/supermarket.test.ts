import { describe, expect, it } from "vitest";
import { createRandom, parseDistribution } from "../../../lib/random.js";
import { ballsIntoBins, ballsIntoBinsLimit } from "../../../lib/systems/balancer/ballsIntoBins.js";
import { supermarket, type SupermarketOptions } from "../../../lib/systems/balancer/supermarket.js";
import { limitMeanTime, limitTail } from "../../../lib/systems/balancer/supermarketLimit.js";

const usual: SupermarketOptions = { queues: 100, choices: 2, load: 0.9, service: parseDistribution("exp:1"), replacement: false, stale: 0, arrivals: 100_000, warmUp: 20_000 };
const run = (more: Partial<SupermarketOptions>, seed = 1) => supermarket({ ...usual, ...more }, seed);

describe("the supermarket model (Mitzenmacher 2001)", () => {
  it("comes near to the limit of ever more queues, in mean time and tail", () => {
    const { meanTime, tail } = run({ queues: 1000, load: 0.8, arrivals: 400_000, warmUp: 40_000 });
    expect(Math.abs(meanTime / limitMeanTime(0.8, 2) - 1)).toBeLessThan(0.02);
    for (let i = 1; i <= 3; i++) expect(Math.abs(tail[i]! - limitTail(0.8, 2, i))).toBeLessThan(0.01);
  });

  it("with one choice each queue is an M/M/1: mean 1/(1 − λ), tail λ^i", () => {
    const { meanTime, tail } = run({ choices: 1, load: 0.7, arrivals: 300_000 });
    expect(Math.abs(meanTime * 0.3 - 1)).toBeLessThan(0.03);
    expect(Math.abs(tail[3]! - 0.343)).toBeLessThan(0.01);
    expect(limitMeanTime(0.7, 1)).toBeCloseTo(1 / 0.3, 9);
  });

  it("with constant services one queue waits half as long (Pollaczek and Khinchine)", () => {
    const { meanTime } = run({ queues: 1, choices: 1, load: 0.5, service: parseDistribution("constant:1"), arrivals: 200_000 });
    expect(Math.abs(meanTime - 1.5)).toBeLessThan(0.03);
  });

  it("agrees customer by customer with queues that are kept event by event", () => {
    for (const more of [{}, { choices: 3, replacement: true }, { choices: 100 }, { choices: 5, stale: 0.7 }, { choices: 100, stale: 2 }] as const) {
      const options = { ...usual, ...more, load: 0.95, arrivals: 3000, warmUp: 0 };
      expect(supermarket(options, 5).meanTime).toBeCloseTo(byEvents(options, 5), 9);
    }
  });

  it("old news: the least loaded on the board beats two choices while it is fresh, and loses to random when it is old (Mitzenmacher 2000)", () => {
    const time = (choices: number, stale: number) => run({ choices, stale, arrivals: 60_000 }).meanTime;
    expect(time(100, 0.2)).toBeLessThan(time(2, 0.2));
    expect(time(100, 2)).toBeGreaterThan(1.5 * time(2, 2));
    expect(time(100, 10)).toBeGreaterThan(1.5 * time(1, 0));
    expect(time(2, 10)).toBeLessThan(time(1, 0));
  });

  it("one seed, one run; another seed, another", () => {
    expect(run({ arrivals: 5000 })).toEqual(run({ arrivals: 5000 }));
    expect(run({ arrivals: 5000 }, 2).meanTime).not.toBe(run({ arrivals: 5000 }).meanTime);
  });
});

describe("balls into bins (Azar and others 1994)", () => {
  it("two choices leave the shares that the differential equations give; one choice those of Poisson", () => {
    const two = ballsIntoBinsLimit({ ratio: 1, choices: 2 });
    [0.7616, 0.2295, 0.0089].forEach((share, i) => expect(two[i + 1]).toBeCloseTo(share, 4));
    expect(ballsIntoBinsLimit({ ratio: 1, choices: 1 })[1]).toBeCloseTo(1 - Math.exp(-1), 6);
    const thrown = ballsIntoBins({ balls: 100_000, bins: 100_000, choices: 2 }, 1);
    for (let i = 1; i <= 3; i++) expect(Math.abs(thrown[i]! - two[i]!)).toBeLessThan(0.005);
  });
});

/** The same draws in the same order, with a list of customers a queue. */
function byEvents({ queues, choices, load, service, replacement, stale, arrivals }: SupermarketOptions, seed: number): number {
  const random = createRandom(seed);
  const inside: number[][] = Array.from({ length: queues }, () => []);
  const free = new Array<number>(queues).fill(0);
  const order = inside.map((_, i) => i);
  let board = new Array<number>(queues).fill(0);
  let written = -1;
  let [now, sum] = [0, 0];
  const lengthAt = (queue: number, time: number) => inside[queue]!.filter((leaves) => leaves > time).length;
  for (let i = 0; i < arrivals; i++) {
    now -= Math.log(1 - random()) / (queues * load);
    if (stale > 0 && Math.floor(now / stale) > written) {
      written = Math.floor(now / stale);
      board = inside.map((_, queue) => lengthAt(queue, written * stale));
    }
    const seen = (queue: number) => (stale > 0 ? board[queue]! : lengthAt(queue, now));
    let chosen: number;
    if (choices === queues && !replacement) {
      const least = Math.min(...order.map((_, queue) => seen(queue)));
      const ties = order.map((_, queue) => queue).filter((queue) => seen(queue) === least);
      chosen = ties[Math.floor(random() * ties.length)]!;
    } else {
      const drawn = Array.from({ length: choices }, (_, k) => {
        if (replacement) return Math.floor(random() * queues);
        const place = k + Math.floor(random() * (queues - k));
        [order[k], order[place]] = [order[place]!, order[k]!];
        return order[k]!;
      });
      chosen = drawn.reduce((best, queue) => (seen(queue) < seen(best) ? queue : best));
    }
    free[chosen] = Math.max(now, free[chosen]!) + service.sample(random);
    inside[chosen]!.push(free[chosen]!);
    sum += free[chosen]! - now;
  }
  return sum / arrivals;
}
