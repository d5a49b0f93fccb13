/**
 * How a rumour spreads and when a site loses interest in it: the variants of rumour mongering that Demers et al. compare
 * (Epidemic Algorithms for Replicated Database Maintenance, PODC 1987, §1.4), each a rule that can be chosen by itself.
 */
export interface RumorRules {
  /** Who hands the update over in a contact: the site that calls, the one that is called, or both. Default `push`. */
  readonly variant?: "push" | "pull" | "push-pull";
  /** Whether a site loses interest because of what those it spoke to already knew, or whatever they knew. Default `feedback`. */
  readonly mode?: "feedback" | "blind";
  /** After k unnecessary cycles, with probability 1/k after each, or never. Default `counter`. */
  readonly stop?: "counter" | "coin" | "never";
  /** A whole number from 1 to 65,535. Default 1. */
  readonly k?: number;
  /** Whether a contact that was of use sets the counter back to 0. Default true: so the published tables come out. */
  readonly resets?: boolean;
  /** A contact is of use if the other site did not know the update when the cycle began, or did not when it was called. Default `start`. */
  readonly useful?: "start" | "now";
  /**
   * What is counted: a cycle, in which all whom the site gave the update to knew it, or every such contact. Blind sites
   * count cycles, or contacts. Default `cycle`.
   */
  readonly count?: "cycle" | "contact";
  /** How many calls a site takes in a cycle; it refuses others. Default Infinity. */
  readonly connectionLimit?: number;
  /** How many other sites a site that is refused tries within the same cycle. Default 0. */
  readonly hunts?: number;
}

/** Fills in defaults. Throws a `RangeError` for rules out of range. */
export function completeRules(rules: RumorRules = {}): Required<RumorRules> {
  const { variant = "push", mode = "feedback", stop = "counter", k = 1, resets = true, useful = "start", count = "cycle", connectionLimit = Infinity, hunts = 0 } = rules;
  if (!(Number.isInteger(k) && k >= 1 && k <= 65_535)) throw new RangeError(`expected k from 1 to 65535, not ${k}`);
  if (!(connectionLimit === Infinity || (Number.isInteger(connectionLimit) && connectionLimit >= 1 && connectionLimit <= 65_535))) throw new RangeError(`expected a connection limit from 1 to 65535, or Infinity, not ${connectionLimit}`);
  if (!(Number.isInteger(hunts) && hunts >= 0)) throw new RangeError(`expected hunts from 0, not ${hunts}`);
  return { variant, mode, stop, k, resets, useful, count, connectionLimit, hunts };
}
