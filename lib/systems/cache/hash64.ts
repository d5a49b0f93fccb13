import { hashString } from "../../hashing/hashString.js";

/** Two hashes of 32 bits of one string, which are independent of each other: 64 bits in all. */
export const hash64 = (key: string): readonly [number, number] => [hashString(key, FIRST), hashString(key, SECOND)];

const FIRST = 0x2c1b3c6d;
const SECOND = 0x297a2d39;
