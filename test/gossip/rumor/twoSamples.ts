import { chiSquareTail } from "../../../lib/experiments/chiSquare.js";

/**
 * How likely it is that two samples of one distribution differ as much as these or more (chi-square test of homogeneity):
 * the numbers are put into classes in which both together have 20 or more.
 */
export function sameDistribution(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: 1 })), ...b.map((value) => ({ value, first: 0 }))].sort((x, y) => x.value - y.value);
  const classes: { first: number; second: number }[] = [];
  let open = { first: 0, second: 0 };
  all.forEach(({ value, first }, i) => {
    open.first += first;
    open.second += 1 - first;
    if (open.first + open.second < 20 || all[i + 1]?.value === value) return;
    classes.push(open);
    open = { first: 0, second: 0 };
  });
  const last = classes[classes.length - 1];
  if (!last) return 1;
  last.first += open.first;
  last.second += open.second;
  if (classes.length < 2) return 1;
  let statistic = 0;
  for (const { first, second } of classes) {
    const expected = ((first + second) * a.length) / all.length;
    const other = first + second - expected;
    statistic += ((first - expected) * (first - expected)) / expected + ((second - other) * (second - other)) / other;
  }
  return chiSquareTail(statistic, classes.length - 1);
}
