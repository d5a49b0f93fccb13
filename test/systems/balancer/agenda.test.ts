import { describe, expect, it } from "vitest";
import { createRandom } from "../../../lib/random.js";
import { Agenda } from "../../../lib/systems/balancer/agenda.js";

describe("an agenda", () => {
  it.each([5, 60, 64, 200, 1000])("gives events in order of time, and of scheduling at one time: about %i of them and twice as many", (pending) => {
    const random = createRandom(pending);
    const agenda = new Agenda(1e9);
    const open: { time: number; place: number }[] = [];
    const expected: number[][] = [];
    const taken: number[][] = [];
    for (let [now, place] = [0, 0]; place < 2 * pending || open.length > 0; ) {
      // First they become twice as many as they should be, then fewer, at last none.
      if (place < 2 * pending || (place < 3 * pending + 1000 && random() < 0.5)) {
        // Whole times, so that many are equal.
        const time = now + Math.floor(random() * random() * pending);
        agenda.schedule(time, place % 3, place, 7 - place);
        open.push({ time, place: place++ });
      }
      if (place < pending) continue;
      const least = open.reduce((best, one) => (one.time < best.time || (one.time === best.time && one.place < best.place) ? one : best));
      open.splice(open.indexOf(least), 1);
      now = least.time;
      expected.push([least.time, least.place % 3, least.place, 7 - least.place]);
      const { next } = agenda;
      agenda.take();
      taken.push([next, agenda.kind, agenda.first, agenda.second]);
    }
    expect(agenda.next).toBe(Infinity);
    expect(taken).toEqual(expected);
  });

  it("leaves out what would happen after the end", () => {
    const agenda = new Agenda(10);
    agenda.schedule(11, 0, 0, 0);
    agenda.schedule(Infinity, 0, 0, 0);
    expect(agenda.next).toBe(Infinity);
    agenda.schedule(10, 1, 2, 3);
    expect(agenda.next).toBe(10);
  });
});
