import type { RawParameters } from "../../lib/experiments/parameters.js";

/**
 * By experiment, what stands for the defaults of those that take long: the same code, in a fraction of the time. What its
 * rows are like, and that they are the same each time, does not depend on how long it is watched; verdicts do, and are
 * computed with the defaults.
 */
export const SMALLER: Readonly<Record<string, RawParameters>> = {
  choose: { design: "raft" },
  scalability: { design: "raft-lease", nodes: "3" },
  throughput: { design: "abd" },
  latency: { design: "raft", warm: 150, window: 300 },
  "fault-tolerance": { design: "quorum-store" },
  "pseudo-code": { worlds: 1000 },
  "accepted-by-majority": { worlds: 1000 },
  exhaustive: { world: "paxos-two-proposers" },
  "zab-recovery": { worlds: 2000 },
  regions: { warm: 300, window: 300, local: "0,1" },
  "quorum-staleness-under-load": { length: 300 },
  "gossip-paxos-cost": { nodes: "5,9", commands: 2 },
  "cache-losses": { acks: "1,3", crashes: "1,3", time: 500 },
  "adaptive-timeouts": { phase: 2000 },
  "gossip-bytes": { nodes: "4,8", changed: "0.1", keys: 50 },
  "anomaly-reconstruction": { lasts: 400 },
  "stale-crossing": { ages: "0.4,4", arrivals: 30_000 },
  hybrid: { clients: 16, between: 800, watch: 300 },
  "join-under-load": { backlog: 100, window: 100 },
  "rumor-rounds": { n: "10,1000,100000", work: 10_000 },
  "balancer-policies": { duration: 8 },
  "balancer-switching": { duration: 12 },
  "balancer-stale-load": { intervals: "0,30", duration: 5 },
  "balancer-detection": { intervals: "250,2000" },
  "learned-tuning": { duration: 5, shifts: "300,3000" },
  "leaderless-failover": { before: 200, after: 300 },
  "same-service": { before: 300, after: 700 },
  "zookeeper-mix": { reads: "0,100" },
  "parabolic-views": { every: "0,1000", watch: 2000 },
  "task-claims": { tasks: 10 },
  "hot-keys": { keys: 2000, requests: 10_000 },
  "lru-hits": { keys: 2000, sizes: "100,300", requests: 10_000, warmUp: 5000 },
  "follower-reads": { duration: 500 },
  "load-factor": { alphas: "0.5,0.95", requests: 100_000 },
  "election-variants": { watch: 1500 },
  "clock-skew-loss": { skew: "0,1000" },
  "etcd-or-gossip": { lasts: 700 },
  "herd-effect": { clients: "2,8" },
};
