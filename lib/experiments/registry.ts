import { acceptedByMajority } from "./acceptedByMajority.js";
import { acknowledgedWrites } from "./acknowledgedWrites.js";
import { adaptiveTimeouts } from "./adaptiveTimeouts.js";
import { anomalyReconstruction } from "./anomalyReconstruction.js";
import { authenticationCost } from "./authenticationCost.js";
import { balancerDetection } from "./balancerDetection.js";
import { balancerHerding } from "./balancerHerding.js";
import { balancerPolicies } from "./balancerPolicies.js";
import { balancerStaleLoad } from "./balancerStaleLoad.js";
import { balancerSwitching } from "./balancerSwitching.js";
import { ballsIntoBins } from "./ballsIntoBins.js";
import { bloomFalsePositives } from "./bloomFalsePositives.js";
import { boundedLoad } from "./boundedLoad.js";
import { broadcastCost } from "./broadcastCost.js";
import { cacheGossip } from "./cacheGossip.js";
import { cacheIndex } from "./cacheIndex.js";
import { cacheLosses } from "./cacheLosses.js";
import { cacheProxy } from "./cacheProxy.js";
import { choose } from "./choose.js";
import { chordPath } from "./chordPath.js";
import { clockSkewLoss } from "./clockSkewLoss.js";
import { coldStart } from "./coldStart.js";
import { commandMessages } from "./commandMessages.js";
import { consistencyBySynchrony } from "./consistencyBySynchrony.js";
import { drawnTopologies } from "./drawnTopologies.js";
import { electionDowntime } from "./electionDowntime.js";
import { electionMessages } from "./electionMessages.js";
import { electionTrigger } from "./electionTrigger.js";
import { electionVariants } from "./electionVariants.js";
import { electionWithoutLog } from "./electionWithoutLog.js";
import { etcdOrGossip } from "./etcdOrGossip.js";
import { executeOnReceipt } from "./executeOnReceipt.js";
import { exhaustive } from "./exhaustive.js";
import type { Experiment } from "./experiment.js";
import { failureDetector } from "./failureDetector.js";
import { failureDetectorMistakes } from "./failureDetectorMistakes.js";
import { fairElections } from "./fairElections.js";
import { faultTolerance } from "./faultTolerance.js";
import { followerReads } from "./followerReads.js";
import { forgedMessages } from "./forgedMessages.js";
import { gossipBytes } from "./gossipBytes.js";
import { gossipElection } from "./gossipElection.js";
import { gossipElectionFailure } from "./gossipElectionFailure.js";
import { gossipPaxosCost } from "./gossipPaxosCost.js";
import { herdEffect } from "./herdEffect.js";
import { hostileRuns } from "./hostileRuns.js";
import { hotKeys } from "./hotKeys.js";
import { hotStandby } from "./hotStandby.js";
import { hybridDesign } from "./hybridDesign.js";
import { infectionCurve } from "./infectionCurve.js";
import { joinKnown } from "./joinKnown.js";
import { joinUnderLoad } from "./joinUnderLoad.js";
import { keyMovement } from "./keyMovement.js";
import { latency } from "./latency.js";
import { leaderlessFailover } from "./leaderlessFailover.js";
import { leadersPerTerm } from "./leadersPerTerm.js";
import { learnedTuning } from "./learnedTuning.js";
import { loadFactor } from "./loadFactor.js";
import { lockFencing } from "./lockFencing.js";
import { lruHits } from "./lruHits.js";
import { maglevDisruption } from "./maglevDisruption.js";
import { majorityRule } from "./majorityRule.js";
import { majorityUpdate } from "./majorityUpdate.js";
import { mossCrash } from "./mossCrash.js";
import { mossNeighbours } from "./mossNeighbours.js";
import { mutualExclusionMessages } from "./mutualExclusionMessages.js";
import { namespaceLeader } from "./namespaceLeader.js";
import { oneLeaderAtATime } from "./oneLeaderAtATime.js";
import { parabolicViews } from "./parabolicViews.js";
import { partialConnectivity } from "./partialConnectivity.js";
import { paxosFailover } from "./paxosFailover.js";
import { pbs } from "./pbs.js";
import { printedGossip } from "./printedGossip.js";
import { pseudoCode } from "./pseudoCode.js";
import { quorumStaleness } from "./quorumStaleness.js";
import { quorumStalenessUnderLoad } from "./quorumStalenessUnderLoad.js";
import { redundancy } from "./redundancy.js";
import { regions } from "./regions.js";
import { ringConvention } from "./ringConvention.js";
import { ringLoad } from "./ringLoad.js";
import { rolesByGossip } from "./rolesByGossip.js";
import { rumor } from "./rumor.js";
import { rumorAveraging } from "./rumorAveraging.js";
import { rumorBackUp } from "./rumorBackUp.js";
import { rumorDeletion } from "./rumorDeletion.js";
import { rumorRounds } from "./rumorRounds.js";
import { sameService } from "./sameService.js";
import { scalability } from "./scalability.js";
import { schedulerFailover } from "./schedulerFailover.js";
import { serviceRestored } from "./serviceRestored.js";
import { slots } from "./slots.js";
import { splitVote } from "./splitVote.js";
import { staleCrossing } from "./staleCrossing.js";
import { streamCounts } from "./streamCounts.js";
import { supermarket } from "./supermarket.js";
import { supermarketTail } from "./supermarketTail.js";
import { swimDetection } from "./swimDetection.js";
import { swimInfection } from "./swimInfection.js";
import { swimSuspicion } from "./swimSuspicion.js";
import { taskClaims } from "./taskClaims.js";
import { termGrowth } from "./termGrowth.js";
import { throughput } from "./throughput.js";
import { timeoutRange } from "./timeoutRange.js";
import { twoCopies } from "./twoCopies.js";
import { waitForAll } from "./waitForAll.js";
import { withoutElection } from "./withoutElection.js";
import { xfetch } from "./xfetch.js";
import { zabMessages } from "./zabMessages.js";
import { zabRecovery } from "./zabRecovery.js";
import { zookeeperMix } from "./zookeeperMix.js";
import { zookeeperThroughput } from "./zookeeperThroughput.js";

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
  fairElections,
  electionWithoutLog,
  partialConnectivity,
  gossipElection,
  gossipElectionFailure,
  electionMessages,
  oneLeaderAtATime,
  acknowledgedWrites,
  hotStandby,
  followerReads,
  redundancy,
  drawnTopologies,
  pseudoCode,
  waitForAll,
  executeOnReceipt,
  acceptedByMajority,
  paxosFailover,
  zabMessages,
  zabRecovery,
  commandMessages,
  zookeeperThroughput,
  sameService,
  lockFencing,
  herdEffect,
  ringLoad,
  ringConvention,
  keyMovement,
  boundedLoad,
  maglevDisruption,
  slots,
  chordPath,
  loadFactor,
  failureDetector,
  failureDetectorMistakes,
  swimDetection,
  swimSuspicion,
  swimInfection,
  joinKnown,
  rumor,
  rumorRounds,
  infectionCurve,
  broadcastCost,
  majorityUpdate,
  printedGossip,
  rumorAveraging,
  rumorBackUp,
  rumorDeletion,
  pbs,
  quorumStaleness,
  quorumStalenessUnderLoad,
  consistencyBySynchrony,
  leaderlessFailover,
  withoutElection,
  rolesByGossip,
  throughput,
  latency,
  scalability,
  faultTolerance,
  joinUnderLoad,
  zookeeperMix,
  taskClaims,
  choose,
  adaptiveTimeouts,
  anomalyReconstruction,
  authenticationCost,
  balancerDetection,
  balancerHerding,
  balancerPolicies,
  balancerStaleLoad,
  balancerSwitching,
  ballsIntoBins,
  bloomFalsePositives,
  cacheGossip,
  cacheIndex,
  cacheLosses,
  cacheProxy,
  electionVariants,
  etcdOrGossip,
  forgedMessages,
  hotKeys,
  hybridDesign,
  learnedTuning,
  lruHits,
  namespaceLeader,
  regions,
  schedulerFailover,
  staleCrossing,
  streamCounts,
  supermarket,
  supermarketTail,
  xfetch,
  mutualExclusionMessages,
  parabolicViews,
  mossNeighbours,
  mossCrash,
  gossipPaxosCost,
  gossipBytes,
  clockSkewLoss,
  hostileRuns,
  exhaustive,
  twoCopies,
] as unknown as readonly Experiment[];
