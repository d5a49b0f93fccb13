import { describe, expect, it } from "vitest";
import { isMajority, majority } from "../../../lib/replication/raft/quorum.js";
import { raft } from "../../../lib/replication/raft/raft.js";
import type { Role } from "../../../lib/replication/raft/types.js";
import { VoterByHand, heartbeat, heartbeatReply, preVote, preVoteReply, requestVote, vote } from "./byHand.js";

const granted = (term: number) => [vote(term, true)];
const refused = (term: number) => [vote(term, false)];

describe("a vote (§5.2, §5.4.1, Figure 2)", () => {
  it("is given once a term, first come first served, and repeated to the same candidate (published bug 6)", () => {
    const server = new VoterByHand();
    expect(server.hear(1, requestVote(1))).toEqual(granted(1));
    expect(server.hear(2, requestVote(1))).toEqual(refused(1));
    expect(server.hear(1, requestVote(1))).toEqual(granted(1));
    expect(server.hear(2, requestVote(2))).toEqual(granted(2));
    expect(server.saved).toEqual({ currentTerm: 2, votedFor: 2 });
  });

  it("outlives a crash (published bugs 4 and 5)", () => {
    const server = new VoterByHand({ stored: { currentTerm: 4, votedFor: 1 } });
    expect(server.hear(2, requestVote(4))).toEqual(refused(4));
    expect(server.hear(1, requestVote(4))).toEqual(granted(4));
  });

  it("is refused to an older term, with the newer one in the answer", () => {
    const server = new VoterByHand({ stored: { currentTerm: 4, votedFor: null } });
    expect(server.hear(1, requestVote(3))).toEqual(refused(4));
    expect(server.state.votedFor).toBeNull();
  });

  it.each([
    ["an empty log meets an empty log", [], 0, 0, true],
    ["the last term is older, whatever the length (Figure 7)", [1, 1, 3], 10, 2, false],
    ["the last term is newer, whatever the length", [1, 1, 2, 2, 2], 1, 3, true],
    ["the last term is equal, the log shorter", [1, 2, 2], 2, 2, false],
    ["the last term is equal, the log as long", [1, 2, 2], 3, 2, true],
    ["the last term is equal, the log longer", [1, 2, 2], 4, 2, true],
    ["the log is empty, the voter's is not (published bug 10)", [1], 0, 0, false],
  ])("goes by the log: %s", (_name, logTerms, lastLogIndex, lastLogTerm, voteGranted) => {
    const server = new VoterByHand({ logTerms, stored: { currentTerm: 3, votedFor: null } });
    expect(server.hear(1, requestVote(9, lastLogIndex, lastLogTerm))).toEqual([vote(9, voteGranted)]);
    // The newer term counts all the same (§5.1).
    expect(server.saved).toEqual({ currentTerm: 9, votedFor: voteGranted ? 1 : null });
  });

  it("postpones the voter's own candidacy; a refusal does not", () => {
    const server = new VoterByHand({ logTerms: [1] });
    const due = server.timers.get("election")!;
    server.now = 100;
    server.hear(1, requestVote(1));
    expect(server.timers.get("election")).toBe(due);
    server.hear(1, requestVote(2, 1, 1));
    expect(server.timers.get("election")).toBe(100 + 225);
  });

  it("of a candidate for itself is not withdrawn by a rival of its term, nor forgotten when it steps down in that term (published bug 3)", () => {
    const server = new VoterByHand();
    server.fire("election");
    expect(server.hear(1, requestVote(1))).toEqual(refused(1));
    server.hear(2, heartbeat(1));
    expect(server.state).toMatchObject({ role: "follower", leader: 2, votedFor: 0 });
    expect(server.hear(1, requestVote(1))).toEqual(refused(1));
  });
});

describe("a candidate (§5.2)", () => {
  const candidate = (size = 5) => {
    const server = new VoterByHand({ size, logTerms: [1, 1, 2], stored: { currentTerm: 2, votedFor: null } });
    const asked = server.fire("election");
    expect(asked).toEqual(Array.from({ length: size - 1 }, () => requestVote(3, 3, 2)));
    return server;
  };

  it("votes for itself in the next term, durably, and asks all others", () => {
    const server = candidate();
    expect(server.state).toMatchObject({ role: "candidate", currentTerm: 3, votedFor: 0 });
    expect(server.saved).toEqual({ currentTerm: 3, votedFor: 0 });
    expect(server.sent.map(({ to }) => to)).toEqual([1, 2, 3, 4]);
    expect(server.timers.has("election")).toBe(true);
  });

  it("leads with the votes of a majority, itself included, and says so at once", () => {
    const server = candidate();
    expect(server.hear(1, vote(3))).toEqual([]);
    expect(server.hear(2, vote(3))).toEqual([1, 2, 3, 4].map(() => heartbeat(3)));
    expect(server.state.role).toBe("leader");
    expect([...server.timers.keys()]).toEqual(["heartbeat"]);
    expect(server.outputs).toEqual([{ type: "leader", leader: 0, term: 3 }]);
    expect(server.hear(3, vote(3))).toEqual([]);
  });

  it("counts a voter once, however often the reply arrives (published bug 1)", () => {
    const server = candidate();
    for (let i = 0; i < 10; i++) server.hear(1, vote(3));
    expect(server.state).toMatchObject({ role: "candidate", votes: [0, 1] });
  });

  it("counts no refusal and no vote of an earlier term (published bug 2)", () => {
    const server = candidate();
    server.fire("election");
    for (const voter of [1, 2, 3, 4]) {
      server.hear(voter, vote(3));
      server.hear(voter, vote(4, false));
    }
    expect(server.state).toMatchObject({ role: "candidate", currentTerm: 4, votes: [0] });
  });

  it("steps down for a leader of its term, and goes on against one of an older term", () => {
    const server = candidate();
    expect(server.hear(4, heartbeat(2))).toEqual([heartbeatReply(3, false)]);
    expect(server.state.role).toBe("candidate");
    expect(server.hear(4, heartbeat(3))).toEqual([heartbeatReply(3, true)]);
    expect(server.state).toMatchObject({ role: "follower", leader: 4, votes: [] });
    for (const voter of [1, 2, 3]) server.hear(voter, vote(3));
    expect(server.state.role).toBe("follower");
  });

  it.each([["a vote refused", vote(7, false)], ["a request", requestVote(7)], ["a heartbeat", heartbeat(7)], ["a heartbeat's reply", heartbeatReply(7, false)], ["a pre-vote refused", preVoteReply(7, false)]])("adopts a higher term from %s, durably, and its votes are void", (_name, message) => {
    const server = candidate();
    server.hear(1, message);
    expect(server.state).toMatchObject({ role: "follower", currentTerm: 7, votes: [], votedFor: null });
    expect(server.saved).toEqual({ currentTerm: 7, votedFor: null });
    expect(server.timers.has("election")).toBe(true);
  });

  it("alone in a cluster of one leads at once", () => {
    const server = new VoterByHand({ size: 1 });
    server.fire("election");
    expect(server.state.role).toBe("leader");
  });

  it("starts another election when it neither wins nor loses", () => {
    const server = candidate();
    expect(server.fire("election")).toEqual([1, 2, 3, 4].map(() => requestVote(4, 3, 2)));
  });
});

describe("a leader", () => {
  it("sends heartbeats by half the lowest election timeout and waits for no election", () => {
    const server = new VoterByHand({ electionTimeout: [100, 300] }).lead();
    const { now } = server;
    expect(server.fire("heartbeat")).toEqual([1, 2, 3, 4].map(() => heartbeat(1)));
    expect(server.now - now).toBe(50);
    expect(server.timers.has("election")).toBe(false);
  });

  it.each([["a request", requestVote(5)], ["a heartbeat", heartbeat(5)], ["a reply", heartbeatReply(5, false)]])("deposed by %s of a higher term stops its heartbeats and waits for an election again", (_name, message) => {
    const server = new VoterByHand({ checkQuorum: false }).lead();
    server.hear(1, message);
    expect(server.state).toMatchObject({ role: "follower", currentTerm: 5 });
    expect([...server.timers.keys()]).toEqual(["election"]);
  });

  it("without check-quorum leads on, heard or not", () => {
    const server = new VoterByHand().lead();
    for (let i = 0; i < 100; i++) server.fire("heartbeat");
    expect(server.state.role).toBe("leader");
  });
});

describe("check-quorum (thesis §6.2, §4.2.3)", () => {
  it("a leader that hears from a majority goes on, one that does not steps down within two of the lowest timeouts", () => {
    const server = new VoterByHand({ checkQuorum: true }).lead();
    for (let i = 0; i < 10; i++) {
      for (const follower of [3, 4]) server.hear(follower, heartbeatReply(1));
      server.fire("quorum");
      expect(server.state.role).toBe("leader");
    }
    const alone = server.now;
    for (let i = 0; i < 9; i++) server.hear(3, heartbeatReply(1));
    server.fire("quorum");
    expect(server.now - alone).toBe(150);
    expect(server.state).toMatchObject({ role: "follower", leader: null, currentTerm: 1 });
    expect([...server.timers.keys()]).toEqual(["election"]);
  });

  it("nobody helps to depose a leader that it heard from within the lowest timeout", () => {
    const server = new VoterByHand({ checkQuorum: true });
    server.hear(1, heartbeat(1));
    server.now = 149;
    expect(server.hear(2, requestVote(9))).toEqual([]);
    expect(server.state).toMatchObject({ currentTerm: 1, leader: 1 });
    server.now = 150;
    expect(server.hear(2, requestVote(9))).toEqual(granted(9));
  });

  it("a node in a higher term is not shut out: its answer to a heartbeat deposes the leader", () => {
    const server = new VoterByHand({ checkQuorum: true }).lead();
    expect(server.hear(4, requestVote(9))).toEqual([]);
    server.hear(4, heartbeatReply(9, false));
    expect(server.state).toMatchObject({ role: "follower", currentTerm: 9 });
    expect([...server.timers.keys()]).toEqual(["election"]);
  });
});

describe("pre-vote (thesis §9.6)", () => {
  const waiting = () => new VoterByHand({ preVote: true, stored: { currentTerm: 3, votedFor: null } });

  it("asks in the next term and changes nothing durable, however often", () => {
    const server = waiting();
    for (let i = 0; i < 5; i++) expect(server.fire("election")).toEqual([1, 2, 3, 4].map(() => preVote(4)));
    expect(server.state).toMatchObject({ role: "pre-candidate", currentTerm: 3, votedFor: null });
    expect(server.saved).toBeUndefined();
  });

  it("a majority of pre-votes, each voter once and for this term, lets it campaign", () => {
    const server = waiting();
    server.fire("election");
    for (const term of [4, 4, 3, 5]) server.hear(1, preVoteReply(term));
    expect(server.state.role).toBe("pre-candidate");
    expect(server.hear(2, preVoteReply(4))).toEqual([1, 2, 3, 4].map(() => requestVote(4)));
    expect(server.saved).toEqual({ currentTerm: 4, votedFor: 0 });
  });

  it("a leader of its term calls a pre-candidate back, and late pre-votes do not wake it", () => {
    const server = waiting();
    server.fire("election");
    server.hear(4, heartbeat(3));
    for (const voter of [1, 2, 3]) server.hear(voter, preVoteReply(4));
    expect(server.state).toMatchObject({ role: "follower", leader: 4, currentTerm: 3 });
  });

  it("is granted by who misses its leader and is not ahead; it binds nobody and delays nobody", () => {
    const server = new VoterByHand({ preVote: true, logTerms: [1, 1], stored: { currentTerm: 1, votedFor: null } });
    const due = server.timers.get("election");
    expect(server.hear(1, preVote(2, 2, 1))).toEqual([preVoteReply(2, true)]);
    expect(server.hear(2, preVote(2, 2, 1))).toEqual([preVoteReply(2, true)]);
    expect(server.hear(3, preVote(2, 1, 1))).toEqual([preVoteReply(1, false)]);
    expect(server.hear(3, preVote(1, 9, 1))).toEqual([preVoteReply(1, false)]);
    expect(server.state).toMatchObject({ role: "follower", currentTerm: 1, votedFor: null });
    expect([server.timers.get("election"), server.saved]).toEqual([due, undefined]);
  });

  it("is refused by a leader, and by a follower that heard from its leader", () => {
    const leader = new VoterByHand({ preVote: true, stored: { currentTerm: 0, votedFor: null } }).lead();
    expect(leader.hear(1, preVote(2))).toEqual([preVoteReply(1, false)]);
    const follower = new VoterByHand({ preVote: true });
    follower.hear(1, heartbeat(1));
    expect(follower.hear(2, preVote(2))).toEqual([preVoteReply(1, false)]);
    follower.now = 150;
    expect(follower.hear(2, preVote(2))).toEqual([preVoteReply(2, true)]);
  });

  it("a refusal with a higher term brings a node that slept through it up to date, so that it asks on", () => {
    const server = waiting();
    server.fire("election");
    server.hear(1, preVoteReply(8, false));
    expect(server.saved).toEqual({ currentTerm: 8, votedFor: null });
    expect(server.fire("election")).toEqual([1, 2, 3, 4].map(() => preVote(9)));
  });
});

describe("the campaign input", () => {
  const inRole: Record<Role, () => VoterByHand> = {
    follower: () => new VoterByHand({ preVote: true }),
    "pre-candidate": () => {
      const server = new VoterByHand({ preVote: true });
      server.fire("election");
      return server;
    },
    candidate: () => {
      const server = new VoterByHand();
      server.fire("election");
      return server;
    },
    leader: () => new VoterByHand().lead(),
  };

  it.each(["follower", "pre-candidate", "candidate"] as const)("makes a %s stand at once, in the next term, without a pre-vote", (role) => {
    const server = inRole[role]();
    expect(server.state.role).toBe(role);
    const { currentTerm } = server.state;
    expect(server.campaign()).toEqual([1, 2, 3, 4].map(() => requestVote(currentTerm + 1)));
    expect(server.saved).toEqual({ currentTerm: currentTerm + 1, votedFor: 0 });
  });

  it("does nothing to a leader", () => {
    const server = inRole.leader();
    expect(server.campaign()).toEqual([]);
    expect(server.state).toMatchObject({ role: "leader", currentTerm: 1 });
  });
});

describe("options that do not fit", () => {
  it.each([
    ["high below low", { electionTimeout: [300, 150] as const }, /0 ≤ low ≤ high and high above 0, not \[300, 150\]/],
    ["a negative timeout", { electionTimeout: [-1, 150] as const }, /not \[-1, 150\]/],
    ["no number", { electionTimeout: [NaN, 150] as const }, /not \[NaN, 150\]/],
    ["no heartbeat", { heartbeat: 0 }, /above 0 ms, not 0/],
  ])("%s", (_name, options, message) => expect(() => raft(options)).toThrow(message));

  it.each([
    ["an election timeout of exactly 0, whose run would never leave its first ms", { electionTimeout: [0, 0] as const, heartbeat: 50 }],
    ["check-quorum by a lowest timeout of 0, which would check without end", { electionTimeout: [0, 300] as const, heartbeat: 50, checkQuorum: true }],
    ["an endless timeout, at which a run stops later with a timer's error", { electionTimeout: [150, Infinity] as const }],
    ["a heartbeat no shorter than the timeout that it is to prevent, with check-quorum", { heartbeat: 400, checkQuorum: true }],
  ])("%s", (_name, options) => expect(() => raft(options)).toThrow(RangeError));
});

describe("a majority", () => {
  it("is the smallest number of which two groups must share one", () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(majority)).toEqual([1, 2, 2, 3, 3, 4, 4]);
  });

  it("counts a node once", () => {
    expect(isMajority([1, 1, 1], 5)).toBe(false);
    expect(isMajority([1, 2, 3], 5)).toBe(true);
    expect(isMajority([], 1)).toBe(false);
  });
});
