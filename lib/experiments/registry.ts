import { acknowledgedWrites } from "./acknowledgedWrites.js";
import { coldStart } from "./coldStart.js";
import { electionDowntime } from "./electionDowntime.js";
import { electionTrigger } from "./electionTrigger.js";
import { electionMessages } from "./electionMessages.js";
import type { Experiment } from "./experiment.js";
import { gossipElection } from "./gossipElection.js";
import { gossipElectionFailure } from "./gossipElectionFailure.js";
import { hostileRuns } from "./hostileRuns.js";
import { hotStandby } from "./hotStandby.js";
import { leadersPerTerm } from "./leadersPerTerm.js";
import { majorityRule } from "./majorityRule.js";
import { oneLeaderAtATime } from "./oneLeaderAtATime.js";
import { paxosFailover } from "./paxosFailover.js";
import { redundancy } from "./redundancy.js";
import { serviceRestored } from "./serviceRestored.js";
import { splitVote } from "./splitVote.js";
import { termGrowth } from "./termGrowth.js";
import { timeoutRange } from "./timeoutRange.js";
import { twoCopies } from "./twoCopies.js";

/** Every experiment of the course, in the order in which they are listed. */
export const experiments = [
  electionDowntime,
  splitVote,
  serviceRestored,
  electionTrigger,
  coldStart,
  leadersPerTerm,
  timeoutRange,
  majorityRule,
  termGrowth,
  gossipElection,
  gossipElectionFailure,
  electionMessages,
  oneLeaderAtATime,
  acknowledgedWrites,
  hotStandby,
  paxosFailover,
  redundancy,
  hostileRuns,
  twoCopies,
] as unknown as readonly Experiment[];
