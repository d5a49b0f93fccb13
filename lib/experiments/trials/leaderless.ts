import type { Row } from "../experiment.js";
import { gossipPaxosCost } from "../gossipPaxosCost.js";
import { mossNeighbours } from "../mossNeighbours.js";
import { parabolicViews } from "../parabolicViews.js";
import { percent, type Trial } from "./trial.js";

/** The largest, or the least, of a field over some rows; null where no row has it. */
const most = (rows: readonly Row[], field: string) => Math.max(...rows.flatMap((row) => (row[field] === null ? [] : [row[field] as number])));
const least = (rows: readonly Row[], field: string) => Math.min(...rows.flatMap((row) => (row[field] === null ? [] : [row[field] as number])));

/** What the survey says of elections and of Paxos in clusters without a leader. */
export const leaderlessTrials: readonly Trial[] = [
  {
    id: "3.1",
    chapter: "3",
    statement: "PARABOLIC: whoever has the highest probability in its own list leads; fit for changing membership.",
    experiment: parabolicViews,
    judge(run) {
      const of = (rows: readonly Row[], design: string) => rows.filter((row) => row.design === design);
      const cut = run();
      const crashed = run({ fault: "crash" });
      const written = of(cut, "as written");
      const quiet = written.filter(({ every }) => every === 0);
      const changing = written.filter(({ every }) => every !== 0);
      const figures = {
        severalQuiet: most(quiet, "several"),
        severalChanging: most(changing, "several"),
        mostAtOnce: most(changing, "most"),
        differ: most(changing, "differ"),
        severalAgreed: most(written, "severalAgreed"),
        severalCrashed: most(of(crashed, "as written"), "several"),
        agreedAfterQuiet: most(quiet, "agreedAfter"),
        agreedChanging: least(changing, "agreed"),
        severalStaying: most(of(cut, "as written, a leader stays one"), "several"),
        severalRepaired: most(of(cut, "repaired"), "several"),
        noneChanging: most(changing, "none"),
        noneRepaired: most(of(cut, "repaired"), "none"),
        severalInEpochRepaired: most([...of(cut, "repaired"), ...of(crashed, "repaired")], "severalInEpoch"),
      };
      const because = `With nodes that are cut off and come back, lists put different nodes first for up to ${percent(figures.differ)} of the time, and two nodes or more led for up to ${percent(figures.severalChanging)} of it if a leader yields to another (once there were ${figures.mostAtOnce}), for ${percent(figures.severalStaying)} if it stays one; for ${percent(figures.severalQuiet)} if nobody went, and for ${percent(figures.severalAgreed)} while all lists put the same node first. With views that converge, epochs and votes, it was ${percent(figures.severalRepaired)}, and two leaders of one epoch were seen ${figures.severalInEpochRepaired} times; for that, nobody led for up to ${percent(figures.noneRepaired)} of the time, against ${percent(figures.noneChanging)} as written.`;
      if (figures.severalQuiet > 0 || figures.severalAgreed > 0) return { verdict: "fails", because, figures };
      if (figures.severalChanging === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "all lists put the same node first, and have for as long as a leader's word takes; while membership changes they need not", because, figures };
    },
  },
  {
    id: "3.2",
    chapter: "3",
    statement: "MOSS: whoever holds the locks of all its neighbours leads; fit for stable, strict clusters.",
    experiment: mossNeighbours,
    judge(run) {
      const all = run();
      const two = run({ rivals: "2" });
      const crashed = run({ crash: "one" });
      const every = [...all, ...two];
      const of = (rows: readonly Row[], graph: string, order: boolean) => rows.find((row) => row.graph === graph && row.order === order)!;
      const figures = {
        severalRing: of(all, "ring", true).several as number,
        severalApart: most(every, "severalApart"),
        severalIntersecting: most(every, "severalIntersecting"),
        noneOrdered: most(every.filter(({ order }) => order === true), "none"),
        noneTwoUnordered: of(two, "complete", false).none as number,
        noneUnordered: of(all, "complete", false).none as number,
        noneCrashed: of(crashed, "complete", true).none as number,
        noneCrashedQuorums: of(crashed, "quorums", true).none as number,
        messagesComplete: of(all, "complete", true).messages as number,
        messagesQuorums: of(all, "quorums", true).messages as number,
      };
      const because = `Where some two neighbourhoods have no node in common, as on a ring of six, two nodes led in up to ${percent(figures.severalApart)} of the runs; where any two have one, in ${percent(figures.severalIntersecting)}. Without the order of the clocks nodes waited for each other for ever in ${percent(figures.noneUnordered)} of the runs on the complete graph if all wanted to lead, and in ${percent(figures.noneTwoUnordered)} if two did; with it nobody led in ${percent(figures.noneOrdered)}. If one of the six crashed during the election, nobody led in ${percent(figures.noneCrashed)} of the runs on the complete graph.`;
      if (figures.severalIntersecting > 0 || figures.noneOrdered > 0) return { verdict: "fails", because, figures };
      if (figures.severalApart === 0 && figures.noneTwoUnordered === 0 && figures.noneCrashed === 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "any two neighbourhoods have a node in common, the older wish goes first by the logical clocks, and no node crashes", because, figures };
    },
  },
  {
    id: "3.6",
    chapter: "3",
    statement: "Paxos over gossip gives consistency without a leader.",
    experiment: gossipPaxosCost,
    judge(run) {
      const rows = run();
      const largest = most(rows, "nodes");
      const gossip = rows.filter(({ transport }) => transport !== "direct");
      const of = (transport: string) => rows.find((row) => row.transport === transport && row.nodes === largest)!;
      const [direct, plain, spare] = [of("direct"), of("gossip"), of("gossip, filtered and aggregated")];
      const figures = {
        agree: least(gossip, "agree"),
        hostile: least(gossip, "hostile"),
        answeredWithoutLeader: gossip.reduce((sum, row) => sum + (row.answeredWithoutLeader as number), 0),
        stalled: spare.stalled as number | null,
        nodes: largest,
        messagesDirect: direct.messages as number,
        messagesGossip: plain.messages as number,
        messagesSpare: spare.messages as number,
        atLeaderDirect: direct.atLeader as number,
        atLeaderSpare: spare.atLeader as number,
        latencyDirect: direct.p50 as number,
        latencySpare: spare.p50 as number,
      };
      const because = `Over gossip no two nodes ever carried out different commands in a slot, in hostile runs either, but ${figures.answeredWithoutLeader} clients were answered while nobody led: after the leader's crash the next one was answered ${figures.stalled?.toFixed(0)} ms later. Of ${largest} nodes a command took ${figures.messagesDirect.toFixed(0)} messages directly, ${figures.messagesGossip.toFixed(0)} by gossip, and ${figures.messagesSpare.toFixed(0)} with answers filtered and aggregated (${figures.latencyDirect.toFixed(0)} ms and ${figures.latencySpare.toFixed(0)} ms); of these the leader handled ${figures.atLeaderDirect.toFixed(0)} and ${figures.atLeaderSpare.toFixed(0)}.`;
      if (figures.agree < 1 || figures.hostile < 1) return { verdict: "fails", because, figures };
      if (figures.answeredWithoutLeader > 0) return { verdict: "holds", because, figures };
      return { verdict: "holds if", condition: "only consistency is asked for: a proposer still leads, and without it nothing is decided", because, figures };
    },
  },
];
