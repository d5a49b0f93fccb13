import type { Planted } from "./planted.js";

const SLOW = "const slow = quantile(delays, 1 - mostNeedless);";
const LOW = "const low = heartbeat + slow;";
const WIDTH = "const width = ((servers - 1) * slow) / mostSplit;";
const RANGE = "return [low, low + width];";

// The cases.
const IS_RANGE = "the answer is a range";
const STAYS = "a leader that is well stays";
const SLOW_CASE = "a slow message is no dead leader";
const SPLIT = "a crash seldom ends in a split vote";
const TWO = "also where two candidates at once always split it";
const IN_TIME = "the next leader is there in time";

const NAN = /your function returned \[NaN, NaN\] instead of \[low, high\], two numbers/;

/** Mistakes in choosing election timeouts. */
export const planted: readonly Planted[] = [
  { bug: "takes the numbers of the paper for every network", changes: [[RANGE, "return [150, 300];"]], fails: { [TWO]: /For four servers.*you chose 150 ms to 300 ms: after \d+ of 300 crashes the first election was split/, [IN_TIME]: /For five servers in one rack.*until there was a leader again, and may take 80 ms/ } },
  { bug: "takes the delays for objects", changes: [[SLOW, "const slow = (delays as unknown as { max: number }).max;"]], fails: { [IS_RANGE]: NAN, [STAYS]: NAN, [SLOW_CASE]: NAN, [SPLIT]: NAN, [TWO]: NAN, [IN_TIME]: NAN } },
  { bug: "forgets the heartbeat interval", changes: [[LOW, "const low = 2 * slow;"]], fails: { [STAYS]: /For five servers in one rack.*4 ms to.*ran out and called an election/ } },
  { bug: "waits no longer than a heartbeat interval", changes: [[LOW, "const low = heartbeat;"]], fails: { [STAYS]: /with a heartbeat every 20 ms, you chose 20 ms to.*ran out and called an election/, [SLOW_CASE]: /with a heartbeat every 30 ms, you chose 30 ms to.*ran out/ } },
  { bug: "goes by the mean delay", changes: [[SLOW, "const slow = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;"]], fails: { [SLOW_CASE]: /one message in ten being slow.*ran out and called an election/ } },
  { bug: "draws nothing: one timeout for all", changes: [[RANGE, "return [low, low];"]], fails: { [SPLIT]: /you chose 22 ms to 22 ms: after \d+ of 300 crashes the first election was split/, [TWO]: /after 300 of 300 crashes the first election was split \(100 %/, [IN_TIME]: /you chose 22 ms to 22 ms: after \d+ of 300 crashes one election followed the other and nobody won/ } },
  { bug: "makes the range as wide as one delay", changes: [[WIDTH, "const width = slow;"]], fails: { [SPLIT]: /For five servers in one rack.*the first election was split/, [TWO]: /For four servers.*the first election was split/, [IN_TIME]: /it took \d+ ms on average|one election followed the other/ } },
  { bug: "reckons with one follower", changes: [[WIDTH, "const width = slow / mostSplit;"]], fails: { [TWO]: /For four servers.*the first election was split \(2\d %, and at most 10 % may be\)/ } },
  { bug: "waits for ten heartbeats to be on the safe side", changes: [[LOW, "const low = 10 * heartbeat + slow;"]], fails: { [IN_TIME]: /you chose 202 ms to.*and may take 80 ms/ } },
  { bug: "makes the range ten times as wide to be on the safe side", changes: [[RANGE, "return [low, low + 10 * width];"]], fails: { [IN_TIME]: /it took 1\d\d ms on average until there was a leader again, and may take 80 ms/ } },
  { bug: "makes the highest timeout twice the lowest, as the paper does", changes: [[RANGE, "return [low, 2 * low];"]], fails: { [SPLIT]: /For nine servers.*you chose 31 ms to 62 ms.*the first election was split/, [TWO]: /For four servers.*you chose 82 ms to 164 ms.*the first election was split/ } },
];
