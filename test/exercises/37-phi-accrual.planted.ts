import type { Planted } from "./planted.js";

const NOTE = "if (arrivals.last !== null) arrivals.intervals.push(now - arrivals.last);";
const DROP = "if (arrivals.intervals.length > window) arrivals.intervals.shift();";
const LAST = "  arrivals.last = now;\n";
const MEAN = "let mean = first;";
const SPREAD = "let spread = first / 4;";
const SQUARES = "spread = Math.sqrt(intervals.reduce((sum, one) => sum + (one - mean) * (one - mean), 0) / intervals.length);";
const LEAST = "spread = Math.max(spread, deviation);";
const LEVEL = "return tailLevel((now - last - mean) / spread);";
const SUSPECTED = "return phi(arrivals, now, options) >= options.threshold;";
const BELOW = "if (z < -8) return 0;";
const NEAR = "if (z < 2) {";
const SERIES = "return -Math.log10(0.5 - Math.exp(logDensity) * sum);";
const FAR = "return (Math.log(fraction) - logDensity) / Math.LN10;";

// The cases.
const NEAR_TAIL = "the tail, a few deviations away";
const FAR_TAIL = "the tail, far out";
const TOO_SMALL = "the tail, where its probability is too small for a number";
const USUAL = "what is usual, and how late it is now";
const NOTHING_YET = "before there is anything to go by";
const CLOCKWORK = "heartbeats that come like clockwork";
const WINDOW = "what is long past is forgotten, and takes no room";
const THRESHOLD = "who sets a threshold is told from then on";
const RARE = "false alarms are as rare as they should be";
const SLOWER = "also after the network has become slower";

/** Mistakes of those who measure suspicion, and right answers that are written in another way. */
export const planted: readonly Planted[] = [
  { bug: "adds up the area under the curve", changes: [[NEAR, "if (z > -8) {\n    const end = z < 1 ? 10 - z : 20 / z;\n    let area = 0;\n    for (let i = 0; i < 4000; i++) area += Math.exp((-z * (i + 0.5) * end) / 4000 - ((((i + 0.5) * end) / 4000) * (((i + 0.5) * end) / 4000)) / 2);\n    return -(logDensity + Math.log((area * end) / 4000)) / Math.LN10;\n  }\n  if (z < 2) {"]], fails: {} },
  { bug: "keeps the newest first", changes: [[NOTE, "if (arrivals.last !== null) arrivals.intervals.unshift(now - arrivals.last);"], [DROP, "arrivals.intervals.length = Math.min(arrivals.intervals.length, window);"]], fails: {} },
  { bug: "makes 1 the rest of the other side", changes: [[BELOW, `${BELOW}\n  if (z < 0) return -Math.log10(1 - Math.exp(-Math.LN10 * tailLevel(-z)));`]], fails: {} },
  { bug: "takes the rest from 1", changes: [[NEAR, "if (z < 40) {"], ["k < 200", "k < 4000"]], fails: { [FAR_TAIL]: /tailLevel\(8\) returned 14\.84/, [TOO_SMALL]: /tailLevel\(38\) returned NaN/ } },
  { bug: "takes the logarithm last", changes: [[FAR, "return -Math.log10(Math.exp(logDensity) / fraction);"]], fails: { [TOO_SMALL]: /tailLevel\(39\) returned Infinity/ } },
  { bug: "uses a logistic curve, as a well-known toolkit does", changes: [[BELOW, "const e = Math.exp(-z * (1.5976 + 0.070566 * z * z));\n  if (z < 1e6) return z > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));"]], fails: { [FAR_TAIL]: /tailLevel\(3\.25\) returned 3\.307/, [TOO_SMALL]: /tailLevel\(38\) returned Infinity/ } },
  { bug: "takes the natural logarithm", changes: [[SERIES, SERIES.replace("Math.log10", "Math.log")], [FAR, "return Math.log(fraction) - logDensity;"]], fails: { [NEAR_TAIL]: /tailLevel\(-2\.75\) returned 0\.002984/, [FAR_TAIL]: /tailLevel\(3\.25\) returned 7\.458/, [TOO_SMALL]: /tailLevel\(38\) returned 726\.6/, [THRESHOLD]: /your `isSuspected` returned true/, [RARE]: /came only after φ had reached 1/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "looks at both tails", changes: [[SERIES, SERIES.replace("Math.log10(", "Math.log10(2 * (").replace("sum);", "sum));")], [FAR, "return (Math.log(fraction / 2) - logDensity) / Math.LN10;"]], fails: { [NEAR_TAIL]: /tailLevel\(-4\) returned -0\.301/, [FAR_TAIL]: /tailLevel\(3\.25\) returned 2\.938/, [THRESHOLD]: /your `isSuspected` returned false/, [RARE]: /φ was no number from 0 on/, [SLOWER]: /φ was no number from 0 on/ } },
  { bug: "uses the far formula everywhere", changes: [[NEAR, "if (z < 0) {"]], fails: { [NEAR_TAIL]: /tailLevel\(0\) returned -Infinity/, [USUAL]: /your `phi` returned -Infinity/, [NOTHING_YET]: /your `phi` returned -Infinity/, [CLOCKWORK]: /your `phi` returned -Infinity/, [WINDOW]: /your `phi` returned -Infinity/, [RARE]: /φ was no number from 0 on/, [SLOWER]: /φ was no number from 0 on/ } },
  { bug: "assumes no least deviation", changes: [[LEAST, ""]], fails: { [CLOCKWORK]: /ms after the last one φ is 0/, [WINDOW]: /ms after the last one φ is 0/ } },
  { bug: "adds the least deviation", changes: [[LEAST, "spread += deviation;"]], fails: { [USUAL]: /ms after the last one φ is 0\.1234/, [NOTHING_YET]: /ms after the last one φ is 1\.603/, [CLOCKWORK]: /ms after the last one φ is 0\.211/, [WINDOW]: /ms after the last one φ is 0\.9058/ } },
  { bug: "keeps all times", changes: [[DROP, ""]], fails: { [WINDOW]: /ms after the last one φ is 0\.0842/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "learns nothing more once the window is full", changes: [[DROP, "if (arrivals.intervals.length > window) arrivals.intervals.pop();"]], fails: { [WINDOW]: /ms after the last one φ is 0\.02815/, [RARE]: /came only after φ had reached 3/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "empties a full window", changes: [[DROP, "if (arrivals.intervals.length > window) arrivals.intervals.length = 0;"]], fails: { [WINDOW]: /ms after the last one φ is 88\.56/, [RARE]: /came only after φ had reached 2/, [SLOWER]: /came only after φ had reached 2/ } },
  { bug: "divides by one less", changes: [[SQUARES, SQUARES.replace("/ intervals.length", "/ (intervals.length - 1)")]], fails: { [USUAL]: /ms after the last one φ is 0\.1329/, [CLOCKWORK]: /your `phi` returned NaN/, [WINDOW]: /ms after the last one φ is 0\.7995/ } },
  { bug: "takes the variance for the deviation", changes: [[SQUARES, SQUARES.replace("Math.sqrt(", "(")]], fails: { [USUAL]: /ms after the last one φ is 0\.1602/, [CLOCKWORK]: /ms after the last one φ is 0\.284/, [WINDOW]: /ms after the last one φ is 0\.1116/, [THRESHOLD]: /your `isSuspected` returned false/, [RARE]: /came only after φ had reached 1/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "assumes exponential times", changes: [[LEVEL, "return (now - last) / mean / Math.LN10;"]], fails: { [USUAL]: /ms after the last one φ is 0\.2171/, [NOTHING_YET]: /ms after the last one φ is 0\.3474/, [CLOCKWORK]: /ms after the last one φ is 0\.4169/, [WINDOW]: /ms after the last one φ is 0\.2171/, [THRESHOLD]: /your `isSuspected` returned false/, [RARE]: /came only after φ had reached 1/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "counts from when the heartbeat should have come", changes: [[LEVEL, "return tailLevel((now - last - 2 * mean) / spread);"]], fails: { [USUAL]: /ms after the last one φ is /, [NOTHING_YET]: /ms after the last one φ is /, [CLOCKWORK]: /ms after the last one φ is 0/, [WINDOW]: /ms after the last one φ is 0/, [THRESHOLD]: /your `isSuspected` returned false/, [RARE]: /φ was no number from 0 on/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "counts the time before the first heartbeat", changes: [[NOTE, "arrivals.intervals.push(now - (arrivals.last ?? 0));"]], fails: { [USUAL]: /ms after the last one φ is 0\.007581/, [NOTHING_YET]: /ms after the last one φ is 0/, [CLOCKWORK]: /ms after the last one φ is 0\.22/, [THRESHOLD]: /your `isSuspected` returned false/ } },
  { bug: "knows no first time", changes: [[MEAN, "let mean = 0;"], [SPREAD, "let spread = 0;"]], fails: { [NOTHING_YET]: /ms after the last one φ is 0\.301/ } },
  { bug: "goes by the first time as long as there is only one", changes: [["if (intervals.length > 0) {", "if (intervals.length > 1) {"]], fails: { [CLOCKWORK]: /ms after the last one φ is 4\.499/, [WINDOW]: /ms after the last one φ is 0\.301/ } },
  { bug: "forgets when the last one came", changes: [[LAST, "  arrivals.last ??= now;\n"]], fails: { [USUAL]: /ms after the last one φ is 1\.08/, [CLOCKWORK]: /ms after the last one φ is 1\.433/, [WINDOW]: /ms after the last one φ is 1\.438/, [THRESHOLD]: /your `isSuspected` returned true/, [RARE]: /came only after φ had reached 1/, [SLOWER]: /came only after φ had reached 1/ } },
  { bug: "suspects below the threshold", changes: [[SUSPECTED, "return phi(arrivals, now, options) < options.threshold;"]], fails: { [THRESHOLD]: /your `isSuspected` returned true/ } },
  { bug: "suspects only beyond the threshold", changes: [[SUSPECTED, "return phi(arrivals, now, options) > options.threshold;"]], fails: { [THRESHOLD]: /returned false, expected true: a sender is suspected \*from\* the threshold on/ } },
  { bug: "takes the threshold for a probability", changes: [[SUSPECTED, "return Math.exp(-Math.LN10 * phi(arrivals, now, options)) <= options.threshold;"]], fails: { [THRESHOLD]: /your `isSuspected` returned true/ } },
  { bug: "suspects from a threshold of its own on", changes: [[SUSPECTED, "return phi(arrivals, now, options) >= 8;"]], fails: { [THRESHOLD]: /your `isSuspected` returned false/ } },
];
