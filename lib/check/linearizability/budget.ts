/** What a check may cost. */
export interface BudgetOptions {
  /** How often an operation may be tried as the next one; without end unless given. */
  readonly steps?: number;
  /** How many sets of operations, steps and states may be remembered, of about 40 bytes each; a state counts ten times. Unless given, 5,000,000, or 50 an operation if that is more. */
  readonly entries?: number;
  /** Asked at the start and now and then; true ends the check. */
  readonly stop?: () => boolean;
}

/** The budget of one check, used up by all its searches together. */
export class Budget {
  /** Steps taken so far. */
  steps = 0;
  private readonly mostSteps: number;
  private readonly mostEntries: number;
  private readonly stop: (() => boolean) | undefined;
  private nextPoll = 0;
  private stopped = false;

  constructor({ steps = Infinity, entries, stop }: BudgetOptions, operations = 0) {
    const mostEntries = entries ?? Math.max(5_000_000, 50 * operations);
    for (const [name, value] of [["steps", steps], ["entries", mostEntries]] as const) {
      if (!(value >= 0)) throw new RangeError(`${name}: expected a number from 0, not ${value}`);
    }
    this.mostSteps = steps;
    this.mostEntries = mostEntries;
    this.stop = stop;
  }

  /** Adds steps just taken, and says whether that was too much. `entries` are those that the search at hand remembers. */
  spent(steps: number, entries = 0): boolean {
    this.steps += steps;
    if (!this.stopped && this.steps >= this.nextPoll) {
      this.nextPoll = this.steps + 1024;
      this.stopped = this.stop?.() ?? false;
    }
    return this.stopped || this.steps > this.mostSteps || entries > this.mostEntries;
  }
}
