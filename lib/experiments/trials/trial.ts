import type { Experiment, Row } from "../experiment.js";

/** What an experiment said of a statement of the survey. */
export interface Judgement {
  readonly verdict: "holds" | "holds if" | "fails";
  /** With `holds if`: the condition, as a clause. */
  readonly condition?: string;
  /** Why, in a sentence with the numbers that decided it. */
  readonly because: string;
  /** Those numbers. */
  readonly figures: Readonly<Record<string, number | string | boolean | null>>;
}

/** A statement of the survey, and how an experiment decides it. */
export interface Trial {
  readonly id: string;
  /** Where the survey says it: a chapter's number or an appendix's letter. */
  readonly chapter: string;
  /** What it says, in our words. */
  readonly statement: string;
  readonly experiment: Experiment<any, any>;
  /** The verdict, from the rows that the experiment gives for these parameters. */
  judge(run: (parameters?: Readonly<Record<string, string | number>>) => readonly Row[]): Judgement;
}

/** A share, for people: with so many digits. */
export const percent = (share: number, digits = 3): string => `${Number((100 * share).toPrecision(digits))} %`;
