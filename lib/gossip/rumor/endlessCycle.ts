import type { Random } from "../../random.js";
import { addBit, type Bits, countOnes, eachBit, hasBit } from "./bits.js";
import { distances, FEW, otherThan } from "./draws.js";

/** A cycle in which nobody stops, and what decides it. */
export interface EndlessCycle {
  readonly size: number;
  /** Who knew the update when the cycle began, and how many they were. */
  readonly knew: Bits;
  readonly known: number;
  /** Who knows it: whoever learns it is added. */
  readonly knows: Bits;
  /** Whether the site that calls hands the update over, and the one that is called. One of them at least. */
  readonly pushes: boolean;
  readonly pulls: boolean;
}

/**
 * Every site calls another; returns how many updates were sent. Only calls between one that knows and one that does not
 * change anything. While few know, or few do not, these are so rare that their places are drawn, not the other calls:
 * the distance from one to the next is geometric.
 */
export function endlessCycle(cycle: EndlessCycle, random: Random): number {
  if (cycle.known <= cycle.size / FEW) return whileFewKnow(cycle, random);
  if (cycle.size - cycle.known <= cycle.size / FEW) return whileFewDoNot(cycle, random);
  return everybodyCalls(cycle, random);
}

function everybodyCalls({ size, knew, known, knows, pushes, pulls }: EndlessCycle, random: Random): number {
  const others = size - 1;
  // Side by side, so that the two words of a site share a line of the processor's cache.
  const both = new Uint32Array(2 * knew.length);
  for (let word = 0; word < knew.length; word++) both[2 * word] = both[2 * word + 1] = knew[word]!;
  let sent = 0;
  for (let word = 0; word < knew.length; word++) {
    const own = knew[word]!;
    const first = word << 5;
    for (let rest = own; rest !== 0; rest &= rest - 1) {
      const i = first + 31 - Math.clz32(rest & -rest);
      let j = (random() * others) | 0;
      // Here and below a branch that chance decides would cost more than a sum: j is moved up by one unless it is below i.
      j += ((j - i) >>> 31) ^ 1;
      const at = (j >>> 5) << 1;
      if (pulls) sent += (both[at]! >>> j) & 1;
      if (pushes) {
        sent++;
        both[at + 1]! |= 1 << j;
      }
    }
    if (!pulls) continue;
    // Whom one calls that does not know matters only in so far as that site knows: a coin says so, and no array is read.
    const asking = ~own & (size - first < 32 ? (1 << (size - first)) - 1 : -1);
    let told = 0;
    for (let rest = asking; rest !== 0; rest &= rest - 1) told |= (rest & -rest) & ((((random() * others) | 0) - known) >> 31);
    both[2 * word + 1]! |= told;
    sent += countOnes(told);
  }
  for (let word = 0; word < knew.length; word++) knows[word] = both[2 * word + 1]!;
  return sent;
}

function whileFewKnow({ size, knew, known, knows, pushes, pulls }: EndlessCycle, random: Random): number {
  let sent = 0;
  eachBit(knew, size, (i) => {
    const j = otherThan(i, size, random);
    if (pushes) {
      sent++;
      addBit(knows, j);
    }
    if (pulls && hasBit(knew, j)) sent++;
  });
  if (!pulls) return sent;
  const rare = distances(known / (size - 1), random);
  for (let i = rare(); i < size; i += 1 + rare()) {
    if (hasBit(knew, i)) continue;
    sent++;
    addBit(knows, i);
  }
  return sent;
}

function whileFewDoNot({ size, knew, known, knows, pushes, pulls }: EndlessCycle, random: Random): number {
  const strangers = new Int32Array(size - known);
  let count = 0;
  eachBit(knew.map((word) => ~word), size, (i) => void (strangers[count++] = i));
  let sent = (pushes ? known : 0) + (pulls ? known : 0);
  const rare = distances(count / (size - 1), random);
  for (let i = rare(); i < size; i += 1 + rare()) {
    if (!hasBit(knew, i)) continue;
    // It calls a stranger, any of them, who has nothing to give in return.
    if (pulls) sent--;
    if (pushes) addBit(knows, strangers[(random() * count) | 0]!);
  }
  if (!pulls) return sent;
  for (const i of strangers) {
    if (!hasBit(knew, otherThan(i, size, random))) continue;
    sent++;
    addBit(knows, i);
  }
  return sent;
}
