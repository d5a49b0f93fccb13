import type { Distribution } from "../random.js";

/** A number with a unit and a range; the command line and notebooks check values against it. */
export interface NumberParameter {
  readonly type: "number" | "integer";
  readonly default: number;
  readonly range: readonly [low: number, high: number];
  readonly unit?: string;
  readonly summary: string;
}

/** One of a few words. */
export interface ChoiceParameter {
  readonly type: "choice";
  readonly default: string;
  readonly values: readonly string[];
  readonly summary: string;
}

/** A distribution in the notation of `parseDistribution`, such as `uniform:0.5,6`. */
export interface DistributionParameter {
  readonly type: "distribution";
  readonly default: string;
  readonly unit?: string;
  readonly summary: string;
}

/** One of a few words, or a list of numbers such as `1,2,3,4`. */
export interface ListParameter {
  readonly type: "list";
  readonly default: string;
  readonly values: readonly string[];
  readonly unit?: string;
  readonly summary: string;
}

export type Parameter = NumberParameter | ChoiceParameter | DistributionParameter | ListParameter;
/** Parameters by their camelCase name; the command line writes them in kebab-case. */
export type ParameterSet = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends NumberParameter ? number : P extends DistributionParameter ? Distribution : P extends ListParameter ? string | readonly number[] : string;
/** The values that an experiment's `trial` receives, already parsed. */
export type Values<P extends ParameterSet> = { readonly [name in keyof P]: ValueOf<P[name]> };

/** A row of results: numbers, words, lists of numbers, or null where there is nothing to report. */
export type Row = Readonly<Record<string, number | string | boolean | null | readonly number[]>>;

/**
 * One runnable question. `trial` is one run of the model: pure, single-threaded, decided by its parameters and seed
 * alone. `summarize` turns the samples of all trials, in order of trial, into rows. Samples are structured-cloneable, so
 * that trials can be spread over threads without changing a digit.
 */
export interface Experiment<P extends ParameterSet = ParameterSet, Sample = any> {
  /** Its name on the command line. */
  readonly name: string;
  /** The question, in one line. */
  readonly question: string;
  readonly parameters: P;
  /** How many trials it runs unless told otherwise. */
  readonly trials: number;
  /** What each field of a row means, with its unit. */
  readonly row: Readonly<Record<string, string>>;
  /** Throws an `Error` that says what was expected if the values do not fit together. */
  check?(values: Values<P>): void;
  trial(values: Values<P>, seed: number, index: number): Sample;
  summarize(samples: readonly Sample[], values: Values<P>): Row[];
}
