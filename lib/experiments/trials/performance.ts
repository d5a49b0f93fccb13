import type { Row } from "../experiment.js";
import { faultTolerance } from "../faultTolerance.js";
import { joinUnderLoad } from "../joinUnderLoad.js";
import { latency } from "../latency.js";
import { scalability } from "../scalability.js";
import { throughput } from "../throughput.js";
import { percent, type Trial } from "./trial.js";

const ms = (value: unknown) => (value === null ? "never" : `${Number((value as number).toPrecision(3))} ms`);
const perSecond = (value: unknown) => `${Math.round(value as number).toLocaleString("en")} a second`;

/** Beyond what chance and small differences in the rules make, a figure is better by this factor. */
const CLEARLY = 1.1;

/** What the survey says of performance, on the same machines for every design. */
export const performanceTrials: readonly Trial[] = [
  {
    id: "5.1",
    chapter: "5",
    statement: "A single leader has the higher throughput.",
    experiment: throughput,
    judge(run) {
      const sizes = { nodes: "3,9", reads: "0,1", clients: 32, warm: 15, window: 35 };
      const [led, free] = [run({ ...sizes, design: "raft-lease" }), run({ ...sizes, design: "abd" })];
      const [ledWeak, freeWeak] = [run({ ...sizes, nodes: 9, reads: 0.5, design: "raft", consistency: "weakest" })[0]!, run({ ...sizes, nodes: 9, reads: 0.5, design: "quorum-store", consistency: "weakest", replicas: 9 })[0]!];
      const batched = run({ ...sizes, nodes: 9, reads: 0, clients: 64, design: "raft-lease", batch: 64 })[0]!;
      const cells = led.map((row, i) => ({ nodes: row.nodes as number, reads: row.reads as number, led: row.throughput as number, free: free[i]!.throughput as number }));
      const at = (nodes: number, reads: number) => cells.find((cell) => cell.nodes === nodes && cell.reads === reads)!;
      const figures = { ledWrites3: at(3, 0).led, freeWrites3: at(3, 0).free, ledWrites9: at(9, 0).led, freeWrites9: at(9, 0).free, ledBatched9: batched.throughput as number, ledReads9: at(9, 1).led, freeReads9: at(9, 1).free, ledWeak9: ledWeak.throughput as number, freeWeak9: freeWeak.throughput as number };
      const lost = cells.filter((cell) => cell.free > CLEARLY * cell.led);
      const because = `Both linearizable on the same machines: of nine servers, at puts alone Raft answers ${perSecond(figures.ledWrites9)} and ABD, without a leader, ${perSecond(figures.freeWrites9)}: a put is ${2 * 9} messages for the leader's processor, unless several share a message (up to 64 of them: ${perSecond(figures.ledBatched9)}). Of three servers it is ${perSecond(figures.ledWrites3)} and ${perSecond(figures.freeWrites3)}. Gets that the leader answers under its lease go ${Number((figures.ledReads9 / figures.freeReads9).toPrecision(2))} times as fast as ABD's on nine. Where stale answers will do, at half gets and with nine copies: ${perSecond(figures.ledWeak9)} with a leader for the puts, ${perSecond(figures.freeWeak9)} with R = W = 1.`;
      if (lost.length === 0 && figures.freeWeak9 <= CLEARLY * figures.ledWeak9) return { verdict: "holds", because, figures };
      return { verdict: "fails", because, figures };
    },
  },
  {
    id: "5.2",
    chapter: "5",
    statement: "A single leader has the lower latency.",
    experiment: latency,
    judge(run) {
      const sizes = { regions: "1,3" };
      const rows = [...run({ ...sizes, design: "raft-lease" }), ...run({ ...sizes, design: "abd" })];
      const failover = [...run({ regions: 1, faults: 1, patience: 100, design: "raft-lease" }), ...run({ regions: 1, faults: 1, patience: 100, design: "abd" })];
      const weak = [...run({ regions: 3, design: "raft", consistency: "weakest" }), ...run({ regions: 3, design: "quorum-store", consistency: "weakest" })];
      const of = (among: readonly Row[], design: string, regions: number, operation: string, place: string) => among.find((row) => row.design === design && row.regions === regions && row.operation === operation && (row.place === place || row.place === "all"))!;
      const pair = (where: string, among: readonly Row[], [led, free]: readonly [string, string], regions: number, operation: string, place: string, field: "mean" | "unanswered") => ({ where, led: of(among, led, regions, operation, place)[field] as number | null, free: of(among, free, regions, operation, "all")[field] as number | null });
      const equal = ["raft-lease", "abd"] as const;
      const cells = [
        pair("in one room", rows, equal, 1, "get", "all", "mean"),
        pair("in one room", rows, equal, 1, "put", "all", "mean"),
        pair("near the leader", rows, equal, 3, "get", "near", "mean"),
        pair("near the leader", rows, equal, 3, "put", "near", "mean"),
        pair("far from the leader", rows, equal, 3, "put", "far", "mean"),
        pair("while a leader is replaced", failover, equal, 1, "put", "all", "unanswered"),
        pair("far from the leader where R = W = 1 would do", weak, ["raft", "quorum-store"], 3, "put", "far", "mean"),
      ];
      const worse = ({ led, free }: { readonly led: number | null; readonly free: number | null }) => (led ?? Infinity) > CLEARLY * (free ?? Infinity);
      const lost = [...new Set(cells.filter(worse).map(({ where }) => where))];
      const figures = { roomGetLed: cells[0]!.led, roomGetFree: cells[0]!.free, roomPutLed: cells[1]!.led, roomPutFree: cells[1]!.free, nearGetLed: cells[2]!.led, nearGetFree: cells[2]!.free, nearPutLed: cells[3]!.led, nearPutFree: cells[3]!.free, farPutLed: cells[4]!.led, farPutFree: cells[4]!.free, lateLed: cells[5]!.led, lateFree: cells[5]!.free, farPutLedWeak: cells[6]!.led, farPutFreeWeak: cells[6]!.free };
      const because = `Both linearizable, in one room a put takes ${ms(figures.roomPutLed)} with a leader and ${ms(figures.roomPutFree)} with ABD, which goes round twice. Over three regions, a get near the leader takes ${ms(figures.nearGetLed)} against ${ms(figures.nearGetFree)}; a put from far away ${ms(figures.farPutLed)} against ${ms(figures.farPutFree)} (means of all far clients and of all clients). In the ${latency.parameters.window.default} ms after the leader's crash ${percent(figures.lateLed!)} of the puts took more than 100 ms, after a crash in ABD ${percent(figures.lateFree!)}. And where R = W = 1 is enough, a put anywhere takes ${ms(figures.farPutFreeWeak)}, through a far leader ${ms(figures.farPutLedWeak)}.`;
      if (lost.length === 0) return { verdict: "holds", because, figures };
      if (lost.length === new Set(cells.map(({ where }) => where)).size) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: `it is not measured ${lost.join(", nor ")}`, because, figures };
    },
  },
  {
    id: "5.3",
    chapter: "5",
    statement: "A leaderless cluster scales better.",
    experiment: scalability,
    judge(run) {
      const sizes = { nodes: "3,12" };
      const last = (design: string, consistency: string) => run({ ...sizes, design, consistency }).at(-1)!;
      const [led, sharded, free] = [last("raft-lease", "linearizable"), last("sharded-raft", "linearizable"), last("quorum-store", "weakest")];
      const figures = { speedupOneLeader: led.speedup as number, speedupLeaderAShard: sharded.speedup as number, speedupLeaderless: free.speedup as number, perfect: free.perfect as number, throughputLeaderAShard: sharded.throughput as number, throughputLeaderless: free.throughput as number };
      const because = `From 3 servers to 12, with three copies of each key, or one on every server if one leads them all: without a leader throughput goes up ${figures.speedupLeaderless.toFixed(2)}-fold, with one leader it changes to ${figures.speedupOneLeader.toFixed(2)} of what it was, and with a leader a shard it goes up ${figures.speedupLeaderAShard.toFixed(2)}-fold (then ${perSecond(figures.throughputLeaderAShard)}, linearizable; without a leader ${perSecond(figures.throughputLeaderless)}, eventually consistent).`;
      if (figures.speedupLeaderless <= CLEARLY * figures.speedupOneLeader) return { verdict: "fails", because, figures };
      if (figures.speedupLeaderless > CLEARLY * figures.speedupLeaderAShard) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "its keys are divided and the other cluster has one leader for everything: with a leader a shard that scales as well", because, figures };
    },
  },
  {
    id: "5.4",
    chapter: "5",
    statement: "A node that joins a single-leader cluster waits for an election.",
    experiment: joinUnderLoad,
    judge(run) {
      const row = run()[0]!;
      const figures = { caughtUp: row.caughtUp as number | null, votes: row.votes as number | null, elections: row.elections as number, p50Before: row.p50Before as number, p50After: row.p50After as number };
      const because = `A fourth server asked to join a loaded Raft cluster of three: it had the log after ${ms(figures.caughtUp)} and a vote after ${ms(figures.votes)}, by two entries in the log. ${figures.elections === 0 ? "No new term began" : `${figures.elections} new terms began on average`}, and the median answer took ${ms(figures.p50After)} instead of ${ms(figures.p50Before)}.`;
      return { verdict: figures.elections === 0 ? "fails" : "holds", because, figures };
    },
  },
  {
    id: "5.5",
    chapter: "5",
    statement: "When the leader fails, the whole cluster stops.",
    experiment: faultTolerance,
    judge(run) {
      const [strong, weak] = run({ design: "raft", consistency: "both" }) as [Row, Row];
      const step = strong.step as number;
      const first = 200 / step;
      const gap = Math.max(1, Math.floor((strong.silence as number) / step));
      const inGap = (row: Row, field: string) => mean((row[field] as readonly number[]).slice(first, first + gap).filter((share) => share >= 0));
      const figures = { silence: strong.silence as number, putsInGap: inGap(strong, "putsByStep"), getsInGap: inGap(strong, "getsByStep"), staleGetsInGap: inGap(weak, "getsByStep"), putsAfterwards: strong.writesAfter as number };
      const because = `For ${ms(figures.silence)} after the leader's crash nobody's put was answered. Of the requests asked in that time ${percent(figures.putsInGap)} of the puts and ${percent(figures.getsInGap)} of the linearizable gets were answered in time; of the gets that any server may answer from what it has, ${percent(figures.staleGetsInGap)}.`;
      const stops = figures.putsInGap < 0.5 && figures.getsInGap < 0.5;
      if (!stops) return { verdict: "fails", because, figures };
      if (figures.staleGetsInGap < 0.5) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "it is said of puts and linearizable gets, for as long as the failover takes: stale gets go on", because, figures };
    },
  },
  {
    id: "5.6",
    chapter: "5",
    statement: "A leaderless cluster tolerates faults better.",
    experiment: faultTolerance,
    judge(run) {
      const sizes = { faults: "1,3", replicas: 5 };
      const [led, abd, free] = [run({ ...sizes, design: "raft" }), run({ ...sizes, design: "abd" }), run({ ...sizes, design: "quorum-store", consistency: "weakest" })];
      const cut = { faults: 2, kind: "partition", replicas: 5 };
      const [ledCut, freeCut] = [run({ ...cut, design: "raft" })[0]!, run({ ...cut, design: "quorum-store", consistency: "weakest" })[0]!];
      const figures = { writesLed1: led[0]!.writes as number, writesLed3: led[1]!.writes as number, writesAbd1: abd[0]!.writes as number, writesAbd3: abd[1]!.writes as number, writesFree1: free[0]!.writes as number, writesFree3: free[1]!.writes as number, writesCutLed: ledCut.writes as number, writesCutFree: freeCut.writes as number, staleLed: ledCut.stale as number, staleFree: freeCut.stale as number, linearizableLed: ledCut.linearizable as number, linearizableFree: freeCut.linearizable as number };
      const because = `One of five servers away: Raft answers ${percent(figures.writesLed1)} of the puts in time (the leader had to be replaced), ABD ${percent(figures.writesAbd1)}, the store with R = W = 1 ${percent(figures.writesFree1)}. Three away: ${percent(figures.writesLed3)}, ${percent(figures.writesAbd3)} and ${percent(figures.writesFree3)}. Two cut off from the other three: Raft answers ${percent(figures.writesCutLed)}, the store ${percent(figures.writesCutFree)}, on both sides; but ${percent(figures.staleFree)} of its gets were stale (of Raft's ${percent(figures.staleLed)}), and ${percent(figures.linearizableFree)} of its histories were linearizable (of Raft's ${percent(figures.linearizableLed)}).`;
      const better = figures.writesFree1 > figures.writesLed1 && figures.writesFree3 > CLEARLY * figures.writesLed3;
      if (!better) return { verdict: "fails", because, figures };
      if (figures.linearizableFree >= figures.linearizableLed) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "only answering counts, or the gap of an election: what is consistent needs a majority, with a leader or without, and what goes on without one is not consistent when both sides of a cut go on", because, figures };
    },
  },
  {
    id: "G.1",
    chapter: "G",
    statement: "More nodes, more throughput.",
    experiment: scalability,
    judge(run) {
      const last = (design: string, consistency: string) => run({ nodes: "3,12", design, consistency }).at(-1)!;
      const [one, abd, sharded, free] = [last("raft-lease", "linearizable"), last("abd", "linearizable"), last("sharded-raft", "linearizable"), last("quorum-store", "weakest")];
      const figures = { speedupRaft: one.speedup as number, speedupAbd: abd.speedup as number, speedupShardedRaft: sharded.speedup as number, speedupQuorumStore: free.speedup as number };
      const because = `Four times the servers: one Raft group does ${figures.speedupRaft.toFixed(2)} of what it did and ABD, which keeps a copy everywhere, ${figures.speedupAbd.toFixed(2)}; with three copies of each key, a leader a shard does ${figures.speedupShardedRaft.toFixed(2)} times as much and a quorum store ${figures.speedupQuorumStore.toFixed(2)} times.`;
      const grows = (speedup: number) => speedup > CLEARLY;
      const [whole, parts] = [[figures.speedupRaft, figures.speedupAbd], [figures.speedupShardedRaft, figures.speedupQuorumStore]];
      if ([...whole, ...parts].every(grows)) return { verdict: "holds", because, figures };
      if (!parts.some(grows)) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: "the keys are divided among the nodes: where each node has them all, more nodes mean more copies", because, figures };
    },
  },
];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
