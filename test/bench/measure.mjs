/** Runs each task `rounds` times, interleaved and after one run that does not count, and returns what each run returned. */
export async function samples(tasks, rounds) {
  const results = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]));
  for (const task of Object.values(tasks)) await task();
  for (let round = 0; round < rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) results[name].push(await task());
  }
  return results;
}

/** The medians of `samples`. */
export async function medians(tasks, rounds = 15) {
  return Object.fromEntries(Object.entries(await samples(tasks, rounds)).map(([name, values]) => [name, median(values)]));
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Nanoseconds that one of `count` repetitions takes, all done by one call of `run`. */
export function each(count, run) {
  const started = process.hrtime.bigint();
  run(count);
  return Number(process.hrtime.bigint() - started) / count;
}

/** What has been used so far: nanoseconds by the clock, and of the processor by all threads of this process. On a shared machine only the second is ours alone. */
export function clocks() {
  const { user, system } = process.cpuUsage();
  return { wall: Number(process.hrtime.bigint()), processor: 1000 * (user + system) };
}

/** What one of `count` things took since `begun`, by both clocks. */
export function since(begun, count) {
  const now = clocks();
  return { wall: (now.wall - begun.wall) / count, processor: (now.processor - begun.processor) / count };
}

/** Prints one comparison: what, the ratio, and the bound it should meet. */
export function report(what, ratio, bound, detail) {
  const [sense, limit] = bound;
  const met = sense === "at least" ? ratio >= limit : ratio <= limit;
  console.log(`${met ? "ok  " : "MISS"} ${what}: ${ratio.toFixed(2)} (${sense} ${limit})  ${detail}`);
}
