import { drawnTopologies } from "../drawnTopologies.js";
import type { Row } from "../experiment.js";
import { followerReads } from "../followerReads.js";
import { lockFencing } from "../lockFencing.js";
import { zabMessages } from "../zabMessages.js";
import { zabRecovery } from "../zabRecovery.js";
import { percent, type Trial } from "./trial.js";

/** Of the messages in these rows, the share that has a mark. */
function shareOf(rows: readonly Row[], mark: string): number {
  const all = rows.reduce((sum, row) => sum + (row.messages as number), 0);
  return rows.reduce((sum, row) => sum + (row.messages as number) * (row[mark] as number), 0) / all;
}

/** What the survey says of ZAB, of followers that serve, of ZooKeeper's locks, and draws of clusters. */
export const zabTrials: readonly Trial[] = [
  {
    id: "1.7",
    chapter: "1",
    statement: "ZAB combines Paxos with gossip.",
    experiment: zabMessages,
    judge(run) {
      const rows = run();
      const of = (phase: string) => rows.filter((row) => row.phase === phase);
      const zab = rows.filter(({ protocol }) => protocol === "zab");
      const gossip = of("gossip");
      const throughLeader = of("broadcast");
      const figures = {
        randomZab: shareOf(zab, "random"),
        randomGossip: shareOf(gossip, "random"),
        timedBroadcast: shareOf(throughLeader, "timed"),
        timedGossip: shareOf(gossip, "timed"),
        relayedElection: shareOf(of("election"), "relayed"),
        relayedBroadcast: shareOf(throughLeader, "relayed"),
        relayedGossip: shareOf(gossip, "relayed"),
        broadcastThroughLeader: shareOf(throughLeader, "fromLeader") + shareOf(throughLeader, "toLeader"),
        electionAmongPeers: shareOf(of("election"), "amongPeers"),
      };
      const because = `In broadcast ${percent(figures.broadcastThroughLeader)} of the messages ran between a leader and another node. ${percent(figures.relayedElection)} of the messages of the election passed on what their sender had from another node, and ${percent(figures.relayedBroadcast)} of those of broadcast. To a peer drawn at random went ${percent(figures.randomZab)} of ZAB's messages, and ${percent(figures.randomGossip)} of those of an election by gossip.`;
      const isGossip = ["election", "discovery", "synchronization", "broadcast"].some((phase) => ["random", "timed", "relayed"].every((mark) => shareOf(of(phase), mark) > 0));
      return { verdict: isGossip ? "holds" : "fails", because, figures };
    },
  },
  {
    id: "1.11",
    chapter: "1",
    statement: "In a database cluster the followers serve reads and writes.",
    experiment: followerReads,
    judge(run) {
      const rows = run();
      const of = (design: string) => rows.find((row) => row.design === design)!;
      const fresh = rows.filter(({ linearizable, diverged }) => linearizable === 1 && diverged === 0);
      const local = of("local reads");
      const both = of("local reads and writes");
      const figures = {
        staleInLog: of("reads in the log").stale as number,
        readLatencyInLog: of("reads in the log").readLatency as number,
        staleByIndex: of("reads by index").stale as number,
        readLatencyByIndex: of("reads by index").readLatency as number,
        staleLocal: local.stale as number,
        staleForLocal: local.staleFor as number,
        readLatencyLocal: local.readLatency as number,
        divergedLocalReads: local.diverged as number,
        divergedLocalWrites: both.diverged as number,
        linearizableDesigns: fresh.length,
      };
      const because = `Followers that answer reads from their own copies took ${figures.readLatencyLocal.toFixed(0)} ms instead of ${figures.readLatencyInLog.toFixed(0)} ms, and ${percent(figures.staleLocal)} of the reads were stale, by up to ${figures.staleForLocal.toFixed(0)} ms; through the leader's log ${percent(figures.staleInLog)} were, and ${percent(figures.staleByIndex)} where a follower first asked the leader for its commit index (${figures.readLatencyByIndex.toFixed(0)} ms). Where servers took writes by themselves, their copies differed for good in ${percent(figures.divergedLocalWrites)} of the runs.`;
      if (figures.staleLocal === 0 && figures.divergedLocalWrites === 0) return { verdict: "holds", because, figures };
      if (figures.linearizableDesigns === 0 || figures.divergedLocalReads > 0) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: "followers hand writes on to the leader, and reads may be stale, or wait for what the leader has committed", because, figures };
    },
  },
  {
    id: "2.7",
    chapter: "2",
    statement: "In ZAB a leader sends its changes, a majority answers, the leader confirms, and all are in step.",
    experiment: zabRecovery,
    judge(run) {
      const [alone, synchronized, discovered, whole] = run();
      const figures = {
        lostAlone: alone!.lost as number,
        lostWithSynchronization: synchronized!.lost as number,
        lostWithDiscovery: discovered!.lost as number,
        lostWithBoth: whole!.lost as number,
        stepsAlone: alone!.steps as number | null,
        stepsWithSynchronization: synchronized!.steps as number | null,
        worldsWithBoth: whole!.worlds as number,
      };
      const shortest = figures.stepsAlone === null ? "" : ` The shortest such run has ${figures.stepsAlone} steps.`;
      const because = `Through changes of the leader, a confirmed change was lost in ${percent(figures.lostAlone)} of the runs; in ${percent(figures.lostWithSynchronization)} if a new leader first made its history everybody's, and in ${percent(figures.lostWithBoth)} if before that it took the newest history of a majority.${shortest}`;
      if (figures.lostAlone === 0 && figures.stepsAlone === null) return { verdict: "holds", because, figures };
      return { verdict: "fails", because, figures };
    },
  },
  {
    id: "A.4",
    chapter: "A",
    statement: "ZooKeeper serves locks, queues and configuration.",
    experiment: lockFencing,
    judge(run) {
      const rows = run();
      const worst = (fencing: boolean, field: string) => Math.max(...rows.filter((row) => row.fencing === fencing).map((row) => row[field] as number));
      const of = (fault: string) => rows.find((row) => row.fault === fault && row.checksLease === true && row.fencing === false)!;
      const figures = {
        passedOn: Math.min(...rows.map(({ passedOn }) => passedOn as number)),
        staleWithoutFencing: worst(false, "staleTaken"),
        stalePausedChecksLease: of("holder paused").staleTaken as number,
        staleDelayedChecksLease: of("write delayed").staleTaken as number,
        staleWithFencing: worst(true, "staleTaken"),
        refusedWithFencing: worst(true, "staleRefused"),
      };
      const because = `When a holder was paused, or its write late, the lock passed on in ${percent(figures.passedOn)} of the runs, and without fencing the resource took a write of the old holder in up to ${percent(figures.staleWithoutFencing)}; if holders look at their own clocks first, still in ${percent(figures.staleDelayedChecksLease)} of those in which the write was late. With fencing tokens it took one in ${percent(figures.staleWithFencing)}.`;
      if (figures.staleWithFencing > 0) return { verdict: "fails", because, figures };
      if (figures.staleWithoutFencing === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "whatever a lock guards checks the lock's fencing token", because, figures };
    },
  },
  {
    id: "C.1",
    chapter: "C",
    statement: "The second diagram shows equal peers.",
    experiment: drawnTopologies,
    judge(run) {
      const rows = run().filter(({ diagram }) => diagram === "leaderless");
      const spread = (arrows: string, field: string) => {
        const costs = rows.filter((row) => row.arrows === arrows && row.removed !== "none").map((row) => row[field] as number);
        return Math.max(...costs) - Math.min(...costs);
      };
      const without = (arrows: string, box: string) => rows.find((row) => row.arrows === arrows && row.removed === box)!;
      const figures = {
        hearWithoutNode: without("as drawn", "Node1").hear as number,
        hearWithoutSync: without("as drawn", "Sync").hear as number,
        commitWithoutNode: without("as drawn", "Node1").commit as number,
        commitWithoutSync: without("as drawn", "Sync").commit as number,
        hearWithoutSyncBothWays: without("both ways", "Sync").hear as number,
        commitWithoutSyncBothWays: without("both ways", "Sync").commit as number,
      };
      const because = `As drawn, the failure of Node1 leaves ${percent(figures.hearWithoutNode)} of the pairs of others in touch and ${percent(figures.commitWithoutNode)} of the others able to have something agreed to by a majority; that of the box "Sync" ${percent(figures.hearWithoutSync)} and ${percent(figures.commitWithoutSync)}. If arrows are links for both directions, ${percent(figures.hearWithoutSyncBothWays)} and ${percent(figures.commitWithoutSyncBothWays)}: the box is then not needed.`;
      const equal = (arrows: string) => spread(arrows, "hear") === 0 && spread(arrows, "commit") === 0;
      return { verdict: equal("as drawn") ? "holds" : "fails", because, figures };
    },
  },
];
