import type { Io } from "./io.js";

/** A command of `npx leaderlab`. To add one, write its file and a line here. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, in a line of `--help`. */
  readonly summary: string;
  /** What may follow the name. */
  readonly usage: string;
  /** More lines for `NAME --help`. */
  readonly details?: readonly string[];
  /** Loads the code only when it is wanted, so that `--help` answers at once. */
  load(): Promise<Command>;
}

/** Does the work and returns the exit status: 0, or 1 if a check found something. Throws a `UsageError` for wrong arguments. */
export type Command = (args: readonly string[], io: Io) => Promise<number>;

export const commands: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "run an experiment and print its rows",
    usage: "NAME [--PARAMETER VALUE …] [--trials N] [--seed S] [--only I] [--json], or --list [--json]",
    details: ["`run --list` names the experiments.", "`run NAME --help` explains one: its question, its parameters, its rows."],
    load: async () => (await import("./run.js")).runCommand,
  },
  {
    name: "claims",
    summary: "judge the survey's claims by experiments",
    usage: "[--json]",
    load: async () => (await import("./claims.js")).claimsCommand,
  },
  {
    name: "published",
    summary: "compare published figures with ours; exit status 1 if one is not reproduced",
    usage: "[--json]",
    load: async () => (await import("./published.js")).publishedCommand,
  },
  {
    name: "choose",
    summary: "state a workload; every design is run on it, and what does not fit is out for a measured reason",
    usage: "[--reads SHARE] [--value-size BYTES] [--keys N] [--regions N] [--nodes N] [--faults N] [--staleness MS] [--exclusive yes|no] [--demand N] [--bound MS] [--prefer throughput|latency] [--json]",
    details: ["`choose --help` explains each; it is the experiment `choose`, told in words."],
    load: async () => (await import("./choose.js")).chooseCommand,
  },
  {
    name: "grade",
    summary: "grade your answers to the exercises, all or those named",
    usage: "[NAME …] [--answers DIR] [--json], or NAME --case CASE --seed S [--answers DIR]",
    details: [
      "--answers DIR grades the answers in DIR instead of those in exercises/.",
      "--case CASE --seed S replays one case of one exercise and tells the whole run; a score card prints this command.",
    ],
    load: async () => (await import("./grade.js")).gradeCommand,
  },
  {
    name: "hint",
    summary: "give the next hint for an exercise, or the one with a number",
    usage: "NAME [NUMBER]",
    load: async () => (await import("./hint.js")).hintCommand,
  },
  {
    name: "reset",
    summary: "put an exercise or a chapter back as it was",
    usage: "NAME",
    load: async () => (await import("./reset.js")).resetCommand,
  },
  {
    name: "check",
    summary: "judge a history: is it linearizable? Exit status 0 yes, 1 no, 2 unknown, 3 bad usage or input",
    usage: "FILE --model M [--promise P] [--initial JSON] [--budget-ms N] [--json]",
    details: ["FILE holds JSON Lines in time order; - reads standard input.", "Models: register, cas-register, kv, queue, lock.", "Promises: linearizable (unless another is named); for register and kv also sequential, causal, causal-convergence, read-your-writes, monotonic-reads, convergence."],
    load: async () => (await import("./check.js")).checkCommand,
  },
  {
    name: "explore",
    summary: "visit every world that a small cluster can get into; exit status 1 if a promise breaks",
    usage: "ENGINE [--size N] [--timers N] [--crashes N] [--in-flight N] [--depth N] [--symmetry] [--mutant NAME] [--path STEPS] [--json], or CLUSTER [--json]",
    details: ["A CLUSTER is an engine with bounds within which there is an end: raft-two-terms, paxos-two-proposers, zab-two-epochs and others; `npx leaderlab run exhaustive --help` names them all."],
    load: async () => (await import("./explore.js")).exploreCommand,
  },
  {
    name: "fuzz",
    summary: "run an engine under everything it declares to bear; exit status 1 if a promise breaks",
    usage: "ENGINE [--seeds N] [--seed S] [--mutant NAME] [--keep-going] [--picture FILE] [--json], or ENGINE --seed S --nodes N --path STEPS [--calm PROMISE [--alone]]",
    details: ["Runs have the seeds S, S + 1, …: a range can be gone through in parts.", "It stops at the first run that breaks a promise, and reduces it; --keep-going goes on.", "--picture draws the reduced run as a space–time diagram, an .svg or a .png.", "--calm goes on after the steps without any fault, to where the promise should have come true; with --alone one node stays cut off."],
    load: async () => (await import("./fuzz.js")).fuzzCommand,
  },
  {
    name: "mutants",
    summary: "say how every planted bug is caught; exit status 1 if one is not",
    usage: "[ENGINE ...] [--json]",
    details: ["Without a name it goes through the bugs of all engines, which takes some minutes."],
    load: async () => (await import("./mutants.js")).mutantsCommand,
  },
  {
    name: "doctor",
    summary: "say what is installed and what is missing; exit status 1 if something is",
    usage: "[--json]",
    load: async () => (await import("./doctor.js")).doctorCommand,
  },
];
