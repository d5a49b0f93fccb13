import { anomalyReconstruction } from "../anomalyReconstruction.js";
import type { Row } from "../experiment.js";
import { namespaceLeader } from "../namespaceLeader.js";
import { schedulerFailover } from "../schedulerFailover.js";
import { streamCounts } from "../streamCounts.js";
import { percent, type Trial } from "./trial.js";

const whole = (value: number) => Math.round(value).toLocaleString("en");
const ms = (value: number | null) => (value === null ? "never" : `${value.toFixed(0)} ms`);
const sum = (rows: readonly Row[], field: string) => rows.reduce((sum, row) => sum + (row[field] as number), 0);

/** Uses of a single leader, and of none, that the survey names: small models of each. */
export const modelTrials: readonly Trial[] = [
  {
    id: "1.12",
    chapter: "1",
    statement: "In a distributed file system the leader keeps the names, the followers the data.",
    experiment: namespaceLeader,
    judge(run) {
      const rows = run();
      const beside = rows.filter(({ path }) => path === "beside the leader");
      const through = rows.filter(({ path }) => path === "through the leader");
      const most = (all: readonly Row[]) => Math.max(...all.map(({ throughput }) => throughput as number));
      const smallest = beside[0]!;
      // A leader that is not busy is not what holds the others up.
      const busy = beside.filter(({ processor }) => (processor as number) > 0.95);
      const figures = {
        besideMost: most(beside),
        throughMost: most(through),
        smallestSize: smallest.size as number,
        smallestThroughput: smallest.throughput as number,
        smallestOperations: smallest.operations as number,
        smallestProcessor: smallest.processor as number,
        busyUpTo: busy.length > 0 ? Math.max(...busy.map(({ size }) => size as number)) : null,
      };
      const because = `With names alone at the leader, clients moved up to ${whole(figures.besideMost)} MB/s straight between them and the data servers, through the leader ${whole(figures.throughMost)} MB/s. ${figures.busyUpTo === null ? "No size of files kept its processor busy" : `Files of up to ${figures.busyUpTo} KiB kept its processor busy all the time: of ${figures.smallestSize} KiB each, ${whole(figures.smallestOperations)} a second, ${whole(figures.smallestThroughput)} MB/s`}.`;
      if (figures.besideMost < 1.5 * figures.throughMost) return { verdict: "fails", because, figures };
      if (figures.busyUpTo === null) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "files are large: every operation asks the leader, and small files use it up before the data servers", because, figures };
    },
  },
  {
    id: "1.13",
    chapter: "1",
    statement: "In a scheduler the leader hands out the tasks.",
    experiment: schedulerFailover,
    judge(run) {
      const rows = run();
      const of = (variant: string) => rows.filter((row) => row.variant === variant && row.fault !== "none");
      const [once, often, fenced, idempotent, both] = ["at most once", "at least once", "at least once, fenced", "at least once, idempotent", "at least once, idempotent, fenced"].map(of) as [Row[], Row[], Row[], Row[], Row[]];
      const worst = (rows: readonly Row[]) => Math.max(...rows.map(({ wrong }) => wrong as number));
      const figures = {
        lostAtMostOnce: sum(once, "lost"),
        twiceAtLeastOnce: sum(often, "twice"),
        tasks: sum(often, "tasks"),
        wrongAtMostOnce: worst(once),
        wrongAtLeastOnce: worst(often),
        wrongFenced: worst(fenced),
        wrongIdempotent: worst(idempotent),
        backIdempotent: sum(idempotent, "back"),
        wrongBoth: worst(both),
        wrongWithoutFault: worst(rows.filter(({ fault }) => fault === "none")),
      };
      const because = `A leader that writes down a task before it hands it out lost ${figures.lostAtMostOnce} of ${whole(figures.tasks)} tasks when it crashed or was paused; one that writes it down afterwards had ${figures.twiceAtLeastOnce} done twice. Tokens alone left ${percent(figures.wrongFenced)} of the objects wrong under the worse of the two faults, effects that can be repeated alone ${percent(figures.wrongIdempotent)} (${figures.backIdempotent} times one went back when a paused leader woke), both together ${percent(figures.wrongBoth)}.`;
      if (figures.wrongWithoutFault > 0 || figures.wrongBoth > 0) return { verdict: "fails", because, figures };
      if (Math.max(figures.wrongAtMostOnce, figures.wrongAtLeastOnce, figures.wrongFenced, figures.wrongIdempotent) === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "effects can be repeated and carry fencing tokens: no order of writing down and handing out does a task exactly once", because, figures };
    },
  },
  {
    id: "1.14",
    chapter: "1",
    statement: "Stream processing without a leader is real-time and consistent.",
    experiment: streamCounts,
    judge(run) {
      const rows = run();
      const of = (checkpoints: string, crash: boolean) => rows.find((row) => row.checkpoints === checkpoints && row.crash === crash)!;
      const off = (row: Row) => (row.wrong as number) + (row.missing as number);
      const [none, own, global, calm] = [of("none", true), of("uncoordinated", true), of("coordinated", true), of("coordinated", false)];
      const figures = { wrongNone: off(none), wrongUncoordinated: off(own), moreUncoordinated: own.more as number, wrongCoordinated: off(global), late: calm.late as number | null, lateCrash: global.lateP99 as number | null, bytesNone: of("none", false).bytes as number, bytesCoordinated: calm.bytes as number };
      const because = `After one crash of a counter ${percent(figures.wrongNone)} of the windows were wrong or missing if nothing was saved, ${percent(figures.wrongUncoordinated)} if each node went back to a state of its own, and ${percent(figures.wrongCoordinated)} if all went back to one global state and the input could be read again. Right counts came ${ms(figures.late)} after a window's end in the median, and at the 99th percentile ${ms(figures.lateCrash)} after a crash; snapshots took ${percent(figures.bytesCoordinated / figures.bytesNone - 1)} more bytes.`;
      if (figures.wrongNone === 0) return { verdict: "holds", because, figures };
      if (figures.wrongCoordinated > 0) return { verdict: "fails", because, figures };
      return { verdict: "holds if", condition: "snapshots are coordinated, the input can be read again, and real-time allows for the time of a recovery when a node crashes", because, figures };
    },
  },
  {
    id: "6.3",
    chapter: "6",
    statement: "A clear hierarchy eases monitoring and debugging.",
    experiment: anomalyReconstruction,
    judge(run) {
      const rows = run();
      const of = (source: string, keys: string, design = "") => rows.find((row) => row.source === source && row.keys === keys && (row.design as string).includes(design))!;
      const leader = of("the leader's log", "two");
      const [winner, siblings] = [of("the replicas' logs", "two", "last writer"), of("the replicas' logs", "two", "siblings")];
      const [oneWinner, oneSiblings] = [of("the replicas' logs", "one", "last writer"), of("the replicas' logs", "one", "siblings")];
      const figures = {
        leaderOrdered: Math.min(leader.ordered as number, of("the leader's log", "one").ordered as number),
        leaderAgrees: leader.agrees as number | null,
        leaderNodes: leader.nodes as number,
        leaderBytes: of("the leader's log", "one").bytes as number,
        siblingsOrderedOne: oneSiblings.ordered as number,
        siblingsBytesOne: oneSiblings.bytes as number,
        siblingsOrderedTwo: siblings.ordered as number,
        winnerFoundOne: oneWinner.found as number,
        winnerNodesOne: oneWinner.nodes as number,
        winnerAgreesTwo: winner.agrees as number | null,
        snapshotFound: of("a global snapshot", "one").found as number,
        snapshotNodes: of("a global snapshot", "one").nodes as number,
      };
      const because = `The leader's log, ${whole(figures.leaderBytes)} bytes of one node, ordered ${percent(figures.leaderOrdered)} of the pairs of writes. Without a leader, logs of version vectors ordered ${percent(figures.siblingsOrderedOne)} of those of one key, in fewer bytes (${whole(figures.siblingsBytesOne)}), and ${percent(figures.siblingsOrderedTwo)} of those of two keys; timestamps put ${percent(figures.winnerAgreesTwo ?? 0)} of those into their true order, and of the pairs of one key ${percent(1 - figures.winnerFoundOne)} were not to be found anywhere. A global snapshot of ${whole(figures.snapshotNodes)} nodes still showed both writes of ${percent(figures.snapshotFound)} of those pairs.`;
      const easier = figures.leaderOrdered === 1 && figures.leaderAgrees === 1;
      if (!easier) return { verdict: "fails", because, figures };
      const oneKeyAsWell = figures.siblingsOrderedOne === 1;
      const twoKeysAsWell = figures.siblingsOrderedTwo === 1 || figures.winnerAgreesTwo === 1;
      if (oneKeyAsWell && twoKeysAsWell) return { verdict: "fails", because, figures };
      if (!oneKeyAsWell) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "what is asked is the order of writes to different keys, and the log is kept: of one key, replicas with version vectors tell as much", because, figures };
    },
  },
];
