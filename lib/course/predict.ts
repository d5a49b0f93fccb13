import { learnersRecord, type LearnersRecord } from "./grading/learnersRecord.js";
import { inLearnersFolder } from "./grading/places.js";
import { UsageError } from "./usageError.js";

interface Prediction {
  readonly value: number;
}

/** A learner's predictions, and how to hold them against what came out. */
export interface Predictions {
  /**
   * Locks in a prediction and returns a sentence that says so. One that is locked stays: a second call with another value
   * says what is locked. `id` is the chapter's two digits, or its letter, and a name, such as `"02.downtime"`. Throws a `UsageError` if
   * the id has another form or the value is not a number.
   */
  predict(id: string, value: number): string;
  /** A sentence that says what was predicted, what came out, and how far off that is. `unit` follows the numbers. */
  reveal(id: string, actual: number, unit?: string): string;
}

/** The predictions kept in a file. While chapters are built nothing is read or written, and the words are the same for all. */
export function predictionsIn(file: string): Predictions {
  const building = process.env["LEADERLAB_NOTEBOOK_BUILD"] === "1";
  return {
    predict(id, value) {
      check(id, value, "predict", "prediction");
      if (building) return "Write your own number into this cell and run it: your prediction is locked in before you see the answer.";
      const record: LearnersRecord<Prediction> = learnersRecord(file);
      const locked = record.get(id)?.value;
      if (locked === value) return `Your prediction ${value} is locked in.`;
      if (locked !== undefined) return `You have locked in ${locked} already, and it stays: a prediction changed afterwards is none.`;
      record.set(id, { value });
      return `Locked in: ${value}. Go on to see how far off it is.`;
    },
    reveal(id, actual, unit = "") {
      check(id, actual, "reveal", "result");
      const measured = `Measured: ${withUnit(actual, unit)}.`;
      if (building) return `${measured} Your prediction will be compared here.`;
      const predicted = learnersRecord<Prediction>(file).get(id)?.value;
      if (predicted === undefined) return `${measured} You have locked in no prediction; run the cell with predict("${id}", …) before this one next time.`;
      return `You predicted ${withUnit(predicted, unit)}. ${measured} ${comparison(predicted, actual, unit)}`;
    },
  };
}

/** `predict` for this learner: kept in `.leaderlab/predictions.json`. */
export const predict: Predictions["predict"] = (id, value) => mine().predict(id, value);
/** `reveal` for this learner. */
export const reveal: Predictions["reveal"] = (id, actual, unit) => mine().reveal(id, actual, unit);

const mine = (): Predictions => predictionsIn(inLearnersFolder("predictions.json"));

function check(id: string, value: number, call: string, kind: string): void {
  if (typeof id !== "string" || !/^(\d\d|[A-Z])\.[a-z0-9-]+$/.test(id)) throw new UsageError(`${call}: the first argument names the question, such as "02.downtime", not ${typeof id === "string" ? JSON.stringify(id) : String(id)}.`);
  if (typeof value !== "number" || !Number.isFinite(value)) throw new UsageError(`${call}: the ${kind} is a number, such as ${call}("${id}", 250), not ${typeof value === "string" ? JSON.stringify(value) : String(value)}.`);
}

function comparison(predicted: number, actual: number, unit: string): string {
  const off = predicted - actual;
  if (off === 0) return "Spot on.";
  const direction = off > 0 ? "too high" : "too low";
  const share = actual === 0 ? "" : ` (${rounded(Math.abs((100 * off) / actual))} %)`;
  return `That is ${withUnit(Math.abs(off), unit)}${share} ${direction}.`;
}

const withUnit = (value: number, unit: string): string => (unit === "" ? rounded(value) : `${rounded(value)} ${unit}`);

/** Three digits are enough to compare; whole numbers stay whole. */
const rounded = (value: number): string => String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
