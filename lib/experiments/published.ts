import { cachingComparisons } from "./published/caching.js";
import type { Comparison, Published } from "./published/comparison.js";
import { epidemicComparisons } from "./published/epidemics.js";
import { failureDetectionComparisons } from "./published/failureDetection.js";
import { hashingComparisons } from "./published/hashing.js";
import { loadBalancingComparisons } from "./published/loadBalancing.js";
import { messageComparisons } from "./published/messages.js";
import { quorumComparisons } from "./published/quorums.js";
import { raftComparisons } from "./published/raft.js";
import { zookeeperComparisons } from "./published/zookeeper.js";

/** The published numbers by their sources, in the order of the chapters. */
const comparisons: readonly Comparison[] = [...raftComparisons, ...zookeeperComparisons, ...epidemicComparisons, ...failureDetectionComparisons, ...quorumComparisons, ...hashingComparisons, ...loadBalancingComparisons, ...messageComparisons, ...cachingComparisons];

/** Runs the published models that the engines reach, each cell with its tolerance: those whose source contains `source`, or all. */
export function comparePublished(source = ""): Published[] {
  return comparisons.filter((comparison) => comparison.source.includes(source)).flatMap((comparison) => comparison.compare(comparison.source));
}
