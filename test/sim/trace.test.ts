import { expect, it } from "vitest";
import { simulate } from "../../lib/sim/cluster.js";
import { Trace, type TraceEvent } from "../../lib/sim/trace.js";
import { puppet } from "./puppet.js";

it("a run's trace tells everything that happened, in order, and an arrow's two ends carry one number", () => {
  const run = simulate(puppet(), { size: 2, seed: 1, latency: "constant:5", trace: true, probe: (state) => (state.heard.length > 0 ? "knows" : "waits"), diskWrite: "constant:1" });
  run.input(0, [{ save: { term: 1 } }, { append: ["x"] }, { truncate: 0 }, { send: 1, message: { n: 1 } }, { output: "sent" }, { setTimer: { retry: 1 }, delay: 20 }]);
  run.run(10);
  run.command({ type: "cut", from: 0, to: 1 });
  run.input(0, [{ send: 1, message: 2 }]);
  run.input(1, [{ send: 0, message: 3 }]);
  run.crash(0);
  run.run(30);
  run.restart(0);
  expect([...run.trace!].map(line)).toEqual([
    "0 start 0",
    "0 role 0 waits",
    "0 start 1",
    "0 role 1 waits",
    '0 input 0 [{"save":{"term":1}},{"append":["x"]},{"truncate":0},{"send":1,"message":{"n":1}},{"output":"sent"},{"setTimer":{"retry":1},"delay":20}]',
    '0 save 0 {"kind":"save","stored":{"term":1}}',
    '0 save 0 {"kind":"append","entries":["x"]}',
    '0 save 0 {"kind":"truncate","length":0}',
    '1 send 0 to 1 #0 {"n":1}',
    '1 output 0 "sent"',
    '6 deliver 1 from 0 #0 {"n":1}',
    "6 role 1 knows",
    '10 input 0 [{"send":1,"message":2}]',
    "10 send 0 to 1 #1 2",
    "10 drop 1 from 0 #1 cut 2",
    '10 input 1 [{"send":0,"message":3}]',
    "10 send 1 to 0 #2 3",
    "10 crash 0",
    "15 drop 0 from 1 #2 down 3",
    "30 restart 0",
    "30 role 0 waits",
  ]);
});

function line(event: TraceEvent): string {
  const head = `${event.time} ${event.kind} ${event.node}`;
  switch (event.kind) {
    case "send":
      return `${head} to ${event.to} #${event.id} ${JSON.stringify(event.message)}`;
    case "deliver":
      return `${head} from ${event.from} #${event.id} ${JSON.stringify(event.message)}`;
    case "drop":
      return `${head} from ${event.from} #${event.id} ${event.reason} ${JSON.stringify(event.message)}`;
    case "timer":
      return `${head} ${JSON.stringify(event.timer)}`;
    case "role":
      return `${head} ${event.role}`;
    case "save":
    case "input":
    case "output":
      return `${head} ${JSON.stringify(event.value)}`;
    default:
      return head;
  }
}

it("every kind of record comes back as it went in, over many blocks and with large node numbers", () => {
  const trace = new Trace();
  const told: TraceEvent[] = [];
  const far = 1_000_000;
  let messages = 0;
  for (let i = 0; i < 3000; i++) {
    const time = i / 3;
    const node = (i * 7919) % far;
    const id = messages++;
    trace.send(time, node, far, { i });
    told.push({ kind: "send", time, node, to: far, id, message: { i } });
    trace.deliver(time, far, id);
    told.push({ kind: "deliver", time, node: far, from: node, id, message: { i } });
    const reason = (["loss", "cut", "down"] as const)[i % 3]!;
    trace.drop(time, far, id, reason);
    told.push({ kind: "drop", time, node: far, from: node, id, reason, message: { i } });
    for (const kind of ["start", "crash", "pause", "resume"] as const) {
      trace.note(kind, time, node);
      told.push({ kind, time, node });
    }
    trace.note("restart", time, node, "lost");
    told.push({ kind: "restart", time, node, disk: "lost" });
    for (const kind of ["save", "input", "missed", "output"] as const) {
      trace.note(kind, time, node, { kind, i });
      told.push({ kind, time, node, value: { kind, i } });
    }
    trace.note("timer", time, node, { retry: i });
    told.push({ kind: "timer", time, node, timer: { retry: i } });
    trace.note("role", time, node, `role ${i}`);
    told.push({ kind: "role", time, node, role: `role ${i}` });
  }
  expect(trace.length).toBe(told.length);
  expect([...trace]).toEqual(told);
  expect(trace.at(20_000)).toEqual(told[20_000]);
  expect([...trace]).toEqual([...trace]);
});

it("there is no record before the first or after the last", () => {
  const trace = new Trace();
  trace.note("start", 0, 0);
  expect(trace.at(0)).toEqual({ kind: "start", time: 0, node: 0 });
  for (const i of [-1, 1, NaN]) expect(() => trace.at(i)).toThrow(/records 0 to 0/);
});
