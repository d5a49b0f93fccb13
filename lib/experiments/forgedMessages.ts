import { swim } from "../gossip/membership/swim.js";
import type { NodeId } from "../protocol.js";
import type { Distribution } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import { keyValue } from "../replication/service/keyValue.js";
import type { Authentication } from "../sim/authentication.js";
import { simulate } from "../sim/cluster.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  members: { type: "integer", default: 16, range: [4, 200], summary: "members of the cluster in which a rumour is forged" },
  forgeries: { type: "integer", default: 3, range: [1, 100], summary: "members to whom the rumour is told" },
  period: { type: "number", default: 200, range: [10, 10_000], unit: "ms", summary: "SWIM's protocol period" },
  delay: { type: "distribution", default: "uniform:1,10", unit: "ms", summary: "one-way delay of a message" },
} as const;

export const AUTHENTICATIONS: readonly Authentication[] = ["none", "shared key", "pairwise keys", "signature"];

/** Who makes the messages, and in whose name. */
const ATTACKERS = ["nobody", "an outsider", "a member, in others' names", "a member, in its own name"] as const;
type Attacker = (typeof ATTACKERS)[number];

const ATTACKS = ["votes", "acknowledgements", "rumours"] as const;

interface Attack {
  readonly authentication: Authentication;
  readonly attacker: Attacker;
  readonly delay: Distribution;
  readonly seed: number;
}

/** Who forges in whose names, where a member that lies is `liar`; undefined: nobody does. */
function forgers(attacker: Attacker, liar: NodeId, others: readonly NodeId[]): readonly { readonly from: NodeId; readonly by?: NodeId }[] {
  switch (attacker) {
    case "nobody":
      return [];
    case "an outsider":
      return others.map((from) => ({ from }));
    case "a member, in others' names":
      return others.map((from) => ({ from, by: liar }));
    case "a member, in its own name":
      return [{ from: liar, by: liar }];
  }
}

/**
 * Claim 7.6: messages are forged, by somebody outside, by a member in the names of others, and by a member in its own name.
 * Which keys stop whom?
 */
export const forgedMessages: Experiment<typeof parameters, readonly boolean[]> = {
  name: "forged-messages",
  question: "Do keys on messages keep a cluster safe from forged votes, acknowledgements and rumours?",
  parameters,
  trials: 25,
  row: {
    attack: "what is forged: `votes` of Raft for two candidates, of five nodes; `acknowledgements` of Raft for an entry that only the leader of three has; `rumours` of SWIM that a live member is dead",
    attacker: "who forges, in whose name",
    authentication: "how receivers tell whose message it is",
    succeeded: "share of runs with harm: two leaders in one term; an acknowledged write that is lost; a live member that most others take for dead",
  },
  trial({ members, forgeries, period, delay }, seed) {
    return ATTACKS.flatMap((attack) =>
      ATTACKERS.flatMap((attacker) =>
        AUTHENTICATIONS.map((authentication) => {
          const given = { authentication, attacker, delay, seed };
          return attack === "votes" ? twoLeaders(given) : attack === "acknowledgements" ? lostWrite(given) : falseDeath(given, members, forgeries, period);
        }),
      ),
    );
  },
  summarize: (samples) =>
    ATTACKS.flatMap((attack, a) =>
      ATTACKERS.flatMap((attacker, b) =>
        AUTHENTICATIONS.map((authentication, c) => ({
          attack,
          attacker,
          authentication,
          succeeded: samples.filter((sample) => sample[(a * ATTACKERS.length + b) * AUTHENTICATIONS.length + c]).length / samples.length,
        })),
      ),
    ),
};

/** Nodes 0 and 2 stand in the same term; node 4 may lie. */
function twoLeaders({ authentication, attacker, delay, seed }: Attack): boolean {
  const cluster = simulate(raft(), { size: 5, seed, latency: delay, authentication, digest: false });
  const candidates = [0, 2];
  for (const candidate of candidates) {
    cluster.input(candidate, { type: "campaign" });
    const term = cluster.nodes[candidate]!.state.currentTerm;
    for (const { from, by } of forgers(attacker, 4, [1, 3])) cluster.command({ type: "forge", from, to: candidate, ...(by !== undefined && { by }), message: { type: "RequestVoteReply", term, voteGranted: true } });
  }
  cluster.run(100);
  const elected = cluster.outputs.filter(({ node, output }) => output.leader === node).map(({ output }) => output.term);
  return new Set(elected).size < elected.length;
}

/** A leader of three that the others do not hear any more takes a write, believes that another has it, and crashes. */
function lostWrite({ authentication, attacker, delay, seed }: Attack): boolean {
  const cluster = simulate(raft({ machine: keyValue }), { size: 3, seed, latency: delay, authentication, digest: false });
  const leading = () => cluster.nodes.find(({ up, state: { role, commitIndex } }) => up && role === "leader" && commitIndex > 0);
  cluster.runUntil(() => leading() !== undefined, 60_000);
  const { id: leader, state } = leading()!;
  const [other, liar] = [0, 1, 2].filter((node) => node !== leader) as [NodeId, NodeId];
  for (const to of [other, liar]) cluster.command({ type: "cut", from: leader, to });
  cluster.input(leader, { type: "request", client: 1, serial: 1, command: { op: "put", key: "a", value: "x" } });
  const message = { type: "AppendEntriesReply", term: state.currentTerm, success: true, matchIndex: state.log.length } as const;
  for (const { from, by } of forgers(attacker, liar, [other])) cluster.command({ type: "forge", from, to: leader, ...(by !== undefined && { by }), message });
  cluster.run(cluster.now + 50);
  const answered = cluster.outputs.some(({ output }) => output.type === "answer" && output.client === 1);
  cluster.crash(leader);
  cluster.heal();
  cluster.runUntil(() => leading() !== undefined, cluster.now + 60_000);
  return answered && leading()?.state.sessions.machine.a !== "x";
}

/** Some are told that node 0, which lives, is dead. The last member may lie. */
function falseDeath({ authentication, attacker, delay, seed }: Attack, members: number, forgeries: number, period: number): boolean {
  const cluster = simulate(swim({ period, joined: members }), { size: members, seed, latency: delay, authentication, digest: false });
  cluster.run(2 * period);
  const liar = members - 1;
  for (let to = 1; to <= Math.min(forgeries, members - 3); to++)
    for (const { from, by } of forgers(attacker, liar, [members - 2])) {
      const own = { member: from, status: "alive", incarnation: 0 } as const;
      cluster.command({ type: "forge", from, to, ...(by !== undefined && { by }), message: { type: "Gossip", own, updates: [{ member: 0, status: "dead", incarnation: 0 }] } });
    }
  cluster.run(12 * period);
  const deceived = new Set(cluster.outputs.filter(({ output }) => output.member === 0 && output.status === "dead").map(({ node }) => node));
  return deceived.size > (members - 1) / 2;
}
