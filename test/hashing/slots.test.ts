import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16, hashTag, slotOf, SLOTS, SlotTable } from "../../lib/hashing/slots.js";

/** CRC-16/XMODEM bit by bit. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) for (let bit = 7; bit >= 0; bit--) crc = ((crc << 1) & 0xffff) ^ (((crc >>> 15) ^ (byte >>> bit)) & 1 ? 0x1021 : 0);
  return crc;
}

describe("a key's slot (Redis cluster specification)", () => {
  it("is CRC-16/XMODEM modulo 16384: 0x31C3 for 123456789", () => {
    expect(crc16("123456789")).toBe(0x31c3);
    expect(slotOf("123456789")).toBe(12739);
    // As CLUSTER KEYSLOT answers.
    expect([slotOf("foo"), slotOf("bar"), slotOf("somekey"), slotOf("foo{hash_tag}"), slotOf("bar{hash_tag}")]).toEqual([12182, 5061, 11058, 2515, 2515]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(crc16(text)).toBe(slowCrc(new TextEncoder().encode(text)));
      }),
    );
  });

  it.each([
    ["{user1000}.following", "user1000"],
    ["foo{}{bar}", "foo{}{bar}"],
    ["foo{{bar}}zap", "{bar"],
    ["foo{bar}{zap}", "bar"],
    ["foo", "foo"],
    ["foo{bar", "foo{bar"],
    ["foo}bar{", "foo}bar{"],
    ["}{a}", "a"],
    ["", ""],
  ])("of %j is that of %j", (key, tag) => {
    expect(hashTag(key)).toBe(tag);
    expect(slotOf(key)).toBe(crc16(tag) % SLOTS);
  });
});

describe("a table of slots", () => {
  it("is dealt out in ranges, as redis-cli does", () => {
    const table = SlotTable.spread(["a", "b", "c"]);
    expect(table.counts()).toEqual([5461, 5462, 5461]);
    expect([0, 5460, 5461, 10922, 10923, 16383].map((slot) => table.owners[slot])).toEqual([0, 0, 1, 1, 2, 2]);
    expect(table.lookup("foo")).toBe("c");
  });

  it("is rebalanced with as few slots moved as can be", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 9, max: 200 }), (from, to, slots) => {
        const nodes = (count: number) => Array.from({ length: count }, (_, i) => i);
        const before = SlotTable.spread(nodes(from), slots);
        const after = before.rebalance(nodes(to));
        const counts = after.counts();
        expect(Math.min(...counts)).toBe(Math.floor(slots / to));
        expect(Math.max(...counts)).toBe(Math.ceil(slots / to));
        const had = before.counts();
        const moved = before.owners.filter((owner, slot) => owner !== after.owners[slot]).length;
        // What is received is all that moves.
        expect(moved).toBe(counts.reduce((sum, count, node) => sum + Math.max(0, count - (had[node] ?? 0)), 0));
        expect(after.rebalance(nodes(to)).owners).toEqual(after.owners);
      }),
      { numRuns: 100 },
    );
  });

  it("has its slots moved one by one, to a new node too, and stays as it was itself", () => {
    const table = SlotTable.spread(["a", "b"], 8);
    const moved = table.move([0, 7], "c");
    expect(moved.nodes).toEqual(["a", "b", "c"]);
    expect(moved.counts()).toEqual([3, 3, 2]);
    expect(table.counts()).toEqual([4, 4]);
    expect(table.move([7], "a").counts()).toEqual([5, 3]);
    expect(() => table.move([8], "a")).toThrow("there is no slot 8: expected one from 0 to 7");
    expect(() => new SlotTable(["a"], [0, 1])).toThrow("slot 1 belongs to no node");
    expect(() => table.rebalance([])).toThrow("no node");
  });
});
