export type * from "./protocol.js";
export { createRandom, deriveSeed, type Distribution, parseDistribution, type Random } from "./random.js";
export { Cluster, type ClusterOptions, type Command, simulate } from "./sim/cluster.js";
export { type DropReason, Trace, type TraceEvent } from "./sim/trace.js";
export { isMajority, majority } from "./replication/raft/quorum.js";
export { isUpToDate, lastTerm, raft, type RaftOptions } from "./replication/raft/raft.js";
export type * from "./replication/raft/types.js";
