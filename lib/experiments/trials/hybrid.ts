import type { Row } from "../experiment.js";
import { hybridDesign } from "../hybridDesign.js";
import { regions } from "../regions.js";
import { percent, type Trial } from "./trial.js";

const rounded = (value: number, digits = 3) => Number(value.toPrecision(digits)).toLocaleString("en");

/** The survey's statements on what combining both designs brings. */
export const hybridTrials: readonly Trial[] = [
  {
    id: "7.1",
    chapter: "7",
    statement: "A hybrid of both designs combines their strengths.",
    experiment: hybridDesign,
    judge(run) {
      const rows = run();
      const of = (design: string) => rows.find((row) => row.design === design)!;
      const [mixed, leader, leaderless, majorities, fixed] = ["hybrid", "raft", "quorum-store", "quorum-store-majority", "sharded-raft"].map(of) as [Row, Row, Row, Row, Row];
      const n = (row: Row, field: string) => row[field] as number;
      const figures = {
        throughputHybrid: n(mixed, "throughput"),
        throughputOneLeader: n(leader, "throughput"),
        throughputLeaderless: n(leaderless, "throughput"),
        linearizableHybrid: mixed.linearizable as number | null,
        linearizableMajorities: majorities.linearizable as number | null,
        oneDownHybrid: n(mixed, "oneDown"),
        oneDownOneLeader: n(leader, "oneDown"),
        oneDownLeaderless: n(majorities, "oneDown"),
        twoDownHybrid: n(mixed, "twoDown"),
        twoDownFixedGroups: n(fixed, "twoDown"),
        twoDownMajorities: n(majorities, "twoDown"),
      };
      const consistent = figures.linearizableHybrid === 1;
      const fast = figures.throughputHybrid >= 0.8 * figures.throughputLeaderless && figures.throughputHybrid > figures.throughputOneLeader;
      const because = `The hybrid answered ${rounded(figures.throughputHybrid)} requests a second, one leader ${rounded(figures.throughputOneLeader)}, the store without one ${rounded(figures.throughputLeaderless)} and groups that never move ${rounded(n(fixed, "throughput"))}; the hybrid's histories were ${consistent ? "all" : "not all"} linearizable, key by key. Just after one server had failed it answered ${percent(figures.oneDownHybrid)} of the puts in time (one leader ${percent(figures.oneDownOneLeader)}, majorities without a leader ${percent(figures.oneDownLeaderless)}); with a second one gone as well, ${percent(figures.twoDownHybrid)}, where groups that never move answered ${percent(figures.twoDownFixedGroups)}.`;
      if (!consistent || !(figures.throughputHybrid > figures.throughputOneLeader)) return { verdict: "fails", because, figures };
      if (fast && figures.oneDownHybrid >= figures.oneDownLeaderless - 0.1) return { verdict: "holds", because, figures };
      const condition = fast ? "operations concern one key each, and a shard whose leader fails may wait for an election, as no store without leaders does" : "operations concern one key each, and throughput below that of a store without leaders will do";
      return { verdict: "holds if", condition, because, figures };
    },
  },
  {
    id: "7.5",
    chapter: "7",
    statement: "Clusters at the edge, with leaders or quorums near their users, lower latency.",
    experiment: regions,
    judge(run) {
      const rows = run();
      const locals = [...new Set(rows.map(({ local }) => local as number))].sort((a, b) => a - b);
      const at = (design: string, local: number) => rows.find((row) => row.design === design && row.local === local)!;
      const time = (row: Row, field: string) => (row[field] as number | null) ?? Infinity;
      const [ONE, HOME, LOCAL] = ["one leader", "a leader a region, copies at home", "no leader, local quorum"];
      const faster = (design: string, local: number) => ["read", "write"].every((field) => time(at(design, local), field) < time(at(ONE, local), field));
      const from = locals.find((local) => locals.filter((each) => each >= local).every((each) => faster(HOME, each)));
      const [least, most] = [locals[0]!, locals.at(-1)!];
      const stalest = Math.max(...locals.map((local) => at(LOCAL, local).stale as number));
      const figures = {
        writeOneLeader: time(at(ONE, most), "write"),
        writeAtHome: time(at(HOME, most), "write"),
        writeAtHomeOfOthersKeys: time(at(HOME, least), "write"),
        readOneLeader: time(at(ONE, least), "read"),
        readAtHome: time(at(HOME, most), "read"),
        readAtHomeOfOthersKeys: time(at(HOME, least), "read"),
        writeLocalQuorum: time(at(LOCAL, least), "write"),
        staleLocalQuorum: stalest,
        fasterFromLocalShare: from ?? null,
        withoutRegionAtHome: at(HOME, least).withoutRegion as number,
      };
      const because = `Where all requests are for keys of the client's own region, a leader there writes in ${rounded(figures.writeAtHome)} ms and reads in ${rounded(figures.readAtHome)} ms (means); where none are, in ${rounded(figures.writeAtHomeOfOthersKeys)} ms and ${rounded(figures.readAtHomeOfOthersKeys)} ms. One leader for all regions writes in about ${rounded(figures.writeOneLeader)} ms and reads in about ${rounded(figures.readOneLeader)} ms, whosever keys they are. Quorums near each client write in ${rounded(figures.writeLocalQuorum)} ms, and up to ${percent(stalest)} of their reads are stale.`;
      if (from === undefined && !faster(LOCAL, least)) return { verdict: "fails", because, figures };
      if (from === least && stalest === 0) return { verdict: "holds", because, figures };
      const share = from === undefined ? "" : `at least ${percent(from)} of the `;
      return { verdict: "holds if", condition: `${share}requests are for keys that are at home in the client's region, or stale reads will do`, because, figures };
    },
  },
];
