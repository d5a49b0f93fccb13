import { unfollowed } from "../leaderPromises.js";
import type { Declaration, Ending, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { gridQuorums } from "./lockSets.js";
import { mossQuorums } from "./mossQuorums.js";
import type { MossQuorums } from "./mossQuorums.types.js";

const COURSE = "this course; the survey's section 3.1, repaired";
const LEASES = "Gray and Cheriton, Leases, SOSP 1989";
const MAEKAWA = "Maekawa, ACM TOCS 3(2), 1985";

type Node = NodeView<MossQuorums>;
const leads = ({ up, state }: Node) => up && state.role === "leader";
const leading = (nodes: readonly Node[]) => nodes.filter(leads).sort((a, b) => b.state.claim - a.state.claim);

const oneAtATime: Invariant<MossQuorums> = {
  name: "at most one leader at any moment",
  source: `${LEASES}; ${MAEKAWA}`,
  concerns: leads,
  overall(nodes, facts) {
    const [newer, older] = leading(nodes);
    facts.must(older === undefined, () => `node ${newer!.id} leads with token ${newer!.state.claim}, and node ${older!.id} with token ${older!.state.claim}`);
  },
};

const oneLeaderAToken: Invariant<MossQuorums> = {
  name: "a fencing token has one leader",
  source: COURSE,
  afterStep({ id, state }, facts) {
    if (state.role === "leader") facts.agree("leader with token", state.claim, id);
  },
  onOutput: (_node, { leader, token }, facts) => facts.agree("leader with token", token, leader),
};

const fenced: Invariant<MossQuorums> = {
  name: "nobody takes the word of an older leader after that of a newer one, also after a crash",
  source: COURSE,
  onOutput: ({ id }, { token }, facts) => facts.rises("token followed by node", id, token),
};

const durableFirst: Invariant<MossQuorums> = {
  name: "a token is on disk before its claim is confirmed",
  source: COURSE,
  afterStep({ id, disk }, facts) {
    if (disk.stored) facts.rises("token on the disk of node", id, disk.stored.token);
  },
  // It may have heard of a higher token since the claim came: that one is not what it confirms.
  onSend({ id, disk }, to, message, facts) {
    if (message.type === "Claim") facts.agree("token of the claim", `${id}, ${message.ask}`, message.token);
    if (message.type !== "Claimed") return;
    const token = facts.known("token of the claim", `${to}, ${message.ask}`) as number | undefined;
    facts.must(token === undefined || (disk.stored?.token ?? 0) >= token, () => `node ${id} confirms a claim with token ${token}, its disk has ${disk.stored?.token ?? 0}`);
  },
};

const ofAQuorum: Invariant<MossQuorums> = {
  name: "who comes to lead has the claims of all its quorum confirmed",
  source: MAEKAWA,
  onSend({ id }, to, message, facts) {
    if (message.type === "Claimed") facts.agree("confirmed", `${id} to ${to} for ${message.ask}`, 1);
  },
  concerns: leads,
  overall(nodes, facts) {
    for (const { id, state } of leading(nodes)) {
      const name = `${id} for ${state.ask}`;
      if (facts.known("looked at", name) !== undefined) continue;
      facts.agree("looked at", name, 1);
      const missing = gridQuorums(id, nodes.length).filter((node) => node !== id && facts.known("confirmed", `${node} to ${name}`) === undefined);
      facts.must(missing.length === 0, () => `node ${id} leads, and node ${missing[0]} has not confirmed its claim`);
    }
  },
};

const oneForAll: Progress<MossQuorums> = {
  name: "when the faults end, one node leads and all follow it",
  source: COURSE,
  missing(nodes) {
    const [leader, rival] = leading(nodes);
    if (!leader) return "nobody leads";
    if (rival) return `node ${leader.id} leads, and so does node ${rival.id}`;
    const strangers = nodes.filter(({ id, state }) => state.leader !== leader.id || (id !== leader.id && state.following !== leader.state.claim));
    return unfollowed(leader.id, strangers);
  },
};

const remember = (nodes: readonly Node[]) => String(leading(nodes)[0]?.state.claim ?? 0);

const leaderStays: Ending<MossQuorums> = {
  name: "while nothing fails, a leader stays",
  source: COURSE,
  lasts: 4000,
  remember,
  missing: (nodes, before) => (remember(nodes) === before ? undefined : `the leader had token ${before}; 4,000 ms later ${remember(nodes) === "0" ? "nobody leads" : `it is ${remember(nodes)}`}`),
};

const anotherLeads: Ending<MossQuorums> = {
  name: "without its leader, somebody whose quorum does without it leads",
  source: `${LEASES}: a lock whose holder is gone ends`,
  isolate: "leader",
  lasts: 8000,
  // Of fewer, each quorum may have the one that is gone.
  nodes: 4,
  remember,
  missing: (nodes, before) => (Number(remember(nodes)) > Number(before) ? undefined : "8,000 ms after the leader was cut off nobody leads with a newer token"),
};

const common: readonly Reachable<MossQuorums>[] = [
  { name: "a leader", afterStep: leads },
  { name: "a lock taken away by an older wish before it was claimed", onSend: ({ state }, to, { type }) => type === "Refused" && state.lock !== null && state.lock.node !== to },
  { name: "a lock that ends by itself, its holder gone", overall: (nodes) => nodes.some(({ up, state }) => up && state.lock !== null && state.lock.claimed && !nodes[state.lock.node]!.up) },
  { name: "a leader that stops because its lease is over", afterStep: ({ up, state }) => up && state.role === "follower" && state.leader === null && state.round > 3 },
  { name: "a request to a node that does not know whom it gave its lock", afterStep: ({ state }) => state.quiet && state.clock > 0 },
  { name: "token 5", afterStep: ({ state }) => state.token >= 5 },
];

const declare = (name: string, summary: string, more: Pick<Declaration<MossQuorums>, "tolerates" | "invariants" | "reachables">): Declaration<MossQuorums> => ({
  name,
  summary,
  source: COURSE,
  engine: () => mossQuorums(),
  sizes: [1, 2, 3, 4, 5, 7],
  progress: [oneForAll],
  endings: [leaderStays, anotherLeads],
  probe: ({ role }) => role,
  roles: ["leader", "claiming", "asking"],
  calm: 12_000,
  ...more,
});

const FAULTS = ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "slow-disk", "torn-write", "clock-skew", "clock-drift"] as const;
const kept = [oneLeaderAToken, fenced, durableFirst, ofAQuorum];

/** MOSS with quorums and leases: one leader at any moment, as long as nobody is paused. */
export const mossLeases = declare("moss-leases", "MOSS with Maekawa's quorums and locks that are leases: one leader at any moment, if no node is paused", {
  tolerates: FAULTS,
  invariants: [oneAtATime, ...kept],
  reachables: common,
});

/** The same with pauses: then two may take themselves for the leader, and the fencing token keeps the older one from being followed. */
export const mossFenced = declare("moss-fenced", "the same where nodes may be paused: two may lead at a time, and fencing tokens keep everybody from following the older one", {
  tolerates: [...FAULTS, "pause"],
  invariants: kept,
  reachables: [...common, { name: "two leaders at once, one of which was paused", concerns: leads, overall: (nodes) => leading(nodes).length > 1 }, { name: "the word of an older leader not taken", onSend: ({ state }, _to, { type }) => type === "Refused" && state.leader !== null }],
});
