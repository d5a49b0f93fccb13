import type { TraceEvent } from "../../lib/sim/trace.js";

/** A trace as an election writes one, made by a few rules of its own: five nodes, timeouts of 150 to 300 ms. */
export function raftTrace({ size = 5, seed = 1, until = 620, crashAt = 180, restartAt = 520, splitVote = true, loss = 0.06 } = {}): TraceEvent[] {
  const events: TraceEvent[] = [];
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  let id = 0;
  const up = (node: number, time: number) => !(node === leader && time >= crashAt && time < restartAt);
  const send = (time: number, node: number, to: number, message: { type: string; term: number; [field: string]: unknown }, lost = random() < loss): number => {
    const arrives = time + 6 + 14 * random();
    const number = id++;
    events.push({ kind: "send", time, node, to, id: number, message });
    if (lost) events.push({ kind: "drop", time, node: to, from: node, id: number, reason: "loss", message });
    else if (!up(to, arrives)) events.push({ kind: "drop", time: arrives, node: to, from: node, id: number, reason: "down", message });
    else {
      events.push({ kind: "deliver", time: arrives, node: to, from: node, id: number, message });
      return arrives;
    }
    return NaN;
  };
  const others = (node: number) => Array.from({ length: size }, (_, i) => i).filter((i) => i !== node);
  const heartbeat = (time: number, node: number, term: number, first = false) => {
    if (!first) events.push({ kind: "timer", time, node, timer: "heartbeat" });
    for (const to of others(node)) {
      const arrives = send(time, node, to, { type: "AppendEntries", term });
      if (arrives) send(arrives, to, node, { type: "AppendEntriesReply", term, success: true });
    }
  };
  const campaign = (time: number, node: number, term: number, voters: readonly number[]) => {
    events.push({ kind: "timer", time, node, timer: "election" }, { kind: "role", time, node, role: "candidate" }, { kind: "save", time, node, value: { currentTerm: term, votedFor: node } });
    return others(node).map((to) => {
      const arrives = send(time, node, to, { type: "RequestVote", term, lastLogIndex: 0, lastLogTerm: 0 }, false);
      return arrives ? send(arrives + 2, to, node, { type: "RequestVoteReply", term, voteGranted: voters.includes(to) }, false) : NaN;
    }).filter((time) => time).sort((a, b) => a - b);
  };

  const leader = Math.min(2, size - 1);
  for (let node = 0; node < size; node++) events.push({ kind: "start", time: 0, node }, { kind: "role", time: 0, node, role: "follower" });
  if (size === 1) {
    events.push({ kind: "timer", time: 170, node: 0, timer: "election" }, { kind: "role", time: 170, node: 0, role: "candidate" }, { kind: "role", time: 172, node: 0, role: "leader" }, { kind: "output", time: 172, node: 0, value: { type: "leader", leader: 0, term: 1 } });
    return events;
  }
  const votes = campaign(30, leader, 1, others(leader));
  const won = votes[1]!;
  events.push({ kind: "role", time: won, node: leader, role: "leader" }, { kind: "output", time: won, node: leader, value: { type: "leader", leader, term: 1 } });
  for (let time = won; time < crashAt; time += 75) heartbeat(time, leader, 1, time === won);
  events.push({ kind: "crash", time: crashAt, node: leader }, { kind: "restart", time: restartAt, node: leader }, { kind: "role", time: restartAt, node: leader, role: "follower" });
  let start = crashAt + 95;
  let term = 2;
  if (splitVote && size >= 5) {
    campaign(start, 0, term, [1]);
    campaign(start + 3, 4, term, [3]);
    events.push({ kind: "role", time: start + 140, node: 4, role: "follower" });
    start += 125;
    term = 3;
  }
  const again = campaign(start, 0, term, others(0));
  const second = again[1]!;
  events.push({ kind: "role", time: second, node: 0, role: "leader" }, { kind: "output", time: second, node: 0, value: { type: "leader", leader: 0, term } });
  events.push({ kind: "input", time: second + 40, node: 0, value: "set x" });
  for (let time = second; time < until - 30; time += 75) heartbeat(time, 0, term, time === second);
  return events.map((event, order) => ({ event, order })).sort((a, b) => a.event.time - b.event.time || a.order - b.order).map(({ event }) => event).filter(({ time }) => time <= until);
}
