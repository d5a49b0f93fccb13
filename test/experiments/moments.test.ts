import { expect, it } from "vitest";
import { Moments } from "../../lib/experiments/moments.js";
import { createRandom } from "../../lib/random.js";

it("those whose moment has come are found in the order of their numbers, as by asking everybody", () => {
  const random = createRandom(7);
  const count = 20;
  const moments = new Moments(count);
  const plain = new Array<number>(count).fill(Infinity);
  const set = (who: number, moment: number): void => {
    moments.set(who, moment);
    plain[who] = moment;
  };
  let acted = 0;
  for (let now = 0; now < 500; now++) {
    for (let i = 0; i < 3; i++) set(Math.floor(count * random()), now + Math.floor(30 * random()));
    const due = plain.flatMap((moment, who) => (moment <= now ? [who] : []));
    expect(moments.next).toBe(Math.min(...plain));
    expect(moments.come(now)).toEqual(due);
    for (const who of due) plain[who] = Infinity;
    acted += due.length;
  }
  expect(acted).toBeGreaterThan(300);
  expect(moments.next).toBe(Math.min(...plain));
});
