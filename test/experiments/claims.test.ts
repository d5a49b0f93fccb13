import { expect, it } from "vitest";
import { judgeClaims } from "../../lib/experiments/claims.js";
import { experiments } from "../../lib/experiments/registry.js";

// A verdict that changes is a result: change it here only when you know why, and the chapter's prose with it.
const VERDICTS: readonly (readonly [id: string, verdict: string, condition?: RegExp])[] = [
  ["1.1", "holds if", /nothing that a majority does not have/],
  ["1.2", "fails"],
  ["1.3", "holds if", /counted in terms/],
  ["1.4", "holds if", /majority of the servers is up/],
  ["1.5", "holds if", /R and W stay up, and those that count on the dead node may wait/],
  ["1.6", "holds if", /first be sent it/],
  ["1.7", "fails"],
  ["1.8", "fails"],
  ["1.9", "holds if", /a third node has a vote/],
  ["1.10", "holds if", /steps/],
  ["1.11", "holds if", /hand writes on to the leader/],
  ["1.12", "holds if", /files are large/],
  ["1.13", "holds if", /fencing tokens/],
  ["1.14", "holds if", /snapshots are coordinated/],
  ["2.1", "fails"],
  ["2.2", "fails"],
  ["2.3", "fails"],
  ["2.4", "fails"],
  ["2.5", "holds if", /one vote a term and keeps it through a crash/],
  ["2.6", "holds if", /leader is never replaced/],
  ["2.7", "fails"],
  ["2.8", "fails"],
  ["2.9", "fails"],
  ["2.10", "holds if", /as soon as a majority has answered/],
  ["2.11", "fails"],
  ["3.1", "holds if", /all lists put the same node first/],
  ["3.2", "holds if", /neighbourhoods have a node in common/],
  ["3.3", "holds if", /not for what it costs/],
  ["3.4", "holds if", /as soon as they hear of something newer/],
  ["3.5", "holds"],
  ["3.6", "holds if", /a proposer still leads/],
  ["4.1", "holds if", /enough virtual nodes/],
  ["4.2", "holds"],
  ["4.3", "holds if", /keep to this convention/],
  ["4.4", "fails"],
  ["4.5", "holds if", /looks at the load/],
  ["4.6", "holds if", /news is younger/],
  ["4.7", "holds if", /until then requests are lost/],
  ["4.8", "fails"],
  ["4.9", "fails"],
  ["5.1", "fails"],
  ["5.2", "holds if", /far from the leader/],
  ["5.3", "holds if", /one leader for everything/],
  ["5.4", "fails"],
  ["5.5", "holds if", /stale gets go on/],
  ["5.6", "holds if", /only answering counts/],
  ["6.1", "holds"],
  ["6.2", "holds if", /old answers will do/],
  ["6.3", "holds if", /order of writes to different keys/],
  ["7.1", "holds"],
  ["7.2", "holds if", /what is to be saved/],
  ["7.3", "holds"],
  ["7.4", "holds if", /long enough to be learnt/],
  ["7.5", "holds if", /at home in the client's region/],
  ["7.6", "holds if", /only security is asked for/],
  ["A.4", "holds if", /fencing token/],
  ["B.1", "holds if", /does not need all its nodes/],
  ["C.1", "fails"],
  ["E.1", "fails"],
  ["E.2", "holds if", /rounded down/],
  ["E.3", "holds if", /adopts (any|the) high/],
  ["E.4", "holds if", /service times vary alike/],
  ["E.5", "holds if", /one and the same ballot or term/],
  ["E.6", "holds if", /servers are equal/],
  ["F.3", "holds if", /there is code that receives/],
  ["G.1", "holds if", /keys are divided/],
  ["G.2", "holds if", /takes longer to send/],
  ["G.3", "holds"],
  ["G.4", "holds if", /changes at most/],
  ["G.5", "holds if", /nothing acknowledged is lost/],
  ["R.1", "fails"],
];

const all = judgeClaims();

it("the claims that can be tried have these verdicts, each decided by an experiment of the registry and by figures", () => {
  const claims = all.filter(({ verdict }) => verdict !== "pending");
  expect(claims.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(VERDICTS.map(([id, verdict]) => `${id} ${verdict}`));
  claims.forEach(({ condition = "" }, i) => expect(condition).toMatch(VERDICTS[i]![2] ?? /^$/));
  // A source is looked up, and nothing measured.
  const [measured, lookedUp] = [claims.filter(({ id }) => !id.startsWith("R.")), claims.filter(({ id }) => id.startsWith("R."))];
  for (const claim of lookedUp) expect(claim).toMatchObject({ experiment: null, figures: {} });
  for (const claim of measured) {
    expect(experiments.map(({ name }) => name)).toContain(claim.experiment);
    expect(claim.condition !== undefined).toBe(claim.verdict === "holds if");
    expect(Object.values(claim.figures).length).toBeGreaterThan(1);
    expect(Object.values(claim.figures).every((figure) => figure !== undefined && !Number.isNaN(figure))).toBe(true);
    expect(claim.because).not.toMatch(/NaN|undefined|null/);
  }
});

it("only what needs real systems or learners is pending", () => expect(all.filter(({ verdict }) => verdict === "pending").map(({ id }) => id)).toEqual(["A.1", "A.2", "A.3", "B.2", "F.1", "F.2", "F.4", "F.5", "F.6"]));

it("a statement without a verdict is pending: every one of the survey is there once, in the order of its chapters", () => {
  const claims = all;
  const ids = claims.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(70);
  expect(ids.slice(0, 3)).toEqual(["1.1", "1.2", "1.3"]);
  for (const claim of claims.filter(({ verdict }) => verdict === "pending")) expect(claim).toMatchObject({ experiment: null, figures: {} });
});

it("the figures behind the verdicts are far from the line", () => {
  const figures = Object.fromEntries(all.map((claim) => [claim.id, claim.figures]));
  expect(figures["1.1"]).toMatchObject({ lossyMajority: 0, lossySynchronous: 0, resumedSynchronous: 0 });
  expect(figures["1.1"]!.lossyAsynchronous).toBeGreaterThan(0.3);
  expect(figures["1.3"]).toMatchObject({ mostInOneTerm: 1, staleMajorities: 0 });
  expect(figures["1.9"]).toMatchObject({ splitBrainMajority: 0, lostMajority: 0 });
  expect(figures["B.1"]!.all).toBeLessThan(figures["B.1"]!.oneNode as number);
  expect(figures["2.1"]!.severalSinceStart).toBeGreaterThan(0.1);
  expect(figures["2.1"]!.nonePerRoundLarge).toBeGreaterThan(0.9);
  expect(figures["2.1"]!.worstAgreedIfRivalsYield).toBeLessThan(0.5);
  expect(figures["2.2"]).toMatchObject({ messagesAsWritten: 0, noticedAsWritten: 0, noticedRepaired: 1, replacedRepaired: 1 });
  expect(figures["1.4"]).toMatchObject({ restoredWithMajority: 1, restoredWithoutMajority: 0 });
  expect(figures["2.4"]).toMatchObject({ byFollowers: 0, byCandidates: 0 });
  expect(figures["2.4"]!.byLeaders).toBeGreaterThan(10);
  expect(figures["2.5"]).toMatchObject({ brokenRunsDurable: 0 });
  expect(figures["2.5"]!.brokenRunsForgotten).toBeGreaterThan(5);
  expect(figures["2.5"]!.brokenRunsRepeated).toBeGreaterThan(5);
  expect(figures["E.1"]!.needlessFromZero).toBeGreaterThan(100);
  expect(figures["E.1"]!.needlessFromHalf).toBe(0);
});

it("an unknown claim is answered with the known ones", () => {
  expect(() => judgeClaims(["9.9"])).toThrow('no claim "9.9": expected one of 1.1, 1.2, 1.3');
});
