import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "../../lib/sim/cluster.js";
import type { Command, Target } from "../../lib/sim/command.js";
import { formatSchedule, parseSchedule, type Scheduled } from "../../lib/sim/schedule.js";
import { puppet, type Puppet } from "./puppet.js";

const one = (statement: string) => parseSchedule<Puppet>(`at 5 ${statement}`).map(({ command }) => command);

describe("a schedule", () => {
  it("reads as a scenario", () =>
    expect(parseSchedule("at 200 crash leader; at 900 heal")).toEqual([
      { at: 200, command: { type: "crash", node: { role: "leader" } } },
      { at: 900, command: { type: "heal" } },
    ]));

  it.each<[string, readonly Command<Puppet>[]]>([
    ["crash 0", [{ type: "crash", node: 0 }]],
    ["pause pre-candidate", [{ type: "pause", node: { role: "pre-candidate" } }]],
    ["restart 2", [{ type: "restart", node: 2 }]],
    ["restart all", [{ type: "restart", node: "all" }]],
    ["restart all lost", [{ type: "restart", node: "all", disk: "lost" }]],
    ["restart 1   lost", [{ type: "restart", node: 1, disk: "lost" }]],
    ["resume 1", [{ type: "resume", node: 1 }]],
    ["resume all", [{ type: "resume", node: "all" }]],
    ["isolate leader", [{ type: "isolate", node: { role: "leader" } }]],
    ["bridge 2", [{ type: "bridge", node: 2 }]],
    ["ring", [{ type: "ring" }]],
    ["cut 0 > 1", [{ type: "cut", from: 0, to: 1 }]],
    ["cut 0>leader", [{ type: "cut", from: 0, to: { role: "leader" } }]],
    ["cut 0 <> 1", [{ type: "cut", from: 0, to: 1 }, { type: "cut", from: 1, to: 0 }]],
    ["clog leader > 1", [{ type: "clog", from: { role: "leader" }, to: 1 }]],
    ["clog 2<>1", [{ type: "clog", from: 2, to: 1 }, { type: "clog", from: 1, to: 2 }]],
    ["unclog", [{ type: "unclog" }]],
    ["heal", [{ type: "heal" }]],
    ["partition 0 1 | 2 3 4", [{ type: "partition", groups: [[0, 1], [2, 3, 4]] }]],
    ["partition 3", [{ type: "partition", groups: [[3]] }]],
    ["loss 0.3", [{ type: "network", loss: 0.3 }]],
    ["duplication 1", [{ type: "network", duplication: 1 }]],
    ["reordering 0.2 loss .5", [{ type: "network", reordering: 0.2, loss: 0.5 }]],
    ["clock 1 +50", [{ type: "clock", node: 1, by: 50 }]],
    ["clock leader -20.5", [{ type: "clock", node: { role: "leader" }, by: -20.5 }]],
    ["calm", [{ type: "calm" }]],
    ['input leader [{"output": "a; b # c \\" d"}]', [{ type: "input", node: { role: "leader" }, input: [{ output: 'a; b # c " d' }] }]],
  ])("at 5 %s", (statement, commands) => expect(one(statement)).toEqual(commands));

  it("is put in time order; what has one time keeps its order", () =>
    expect(parseSchedule("at 9 heal; at 2.5 ring\nat 9 calm; at 0 unclog").map(({ at, command }) => `${at} ${command.type}`)).toEqual(["0 unclog", "2.5 ring", "9 heal", "9 calm"]));

  it("has statements on lines or between semicolons, comments, and room between", () =>
    expect(parseSchedule('\n# a "quoted; comment\r\n at 1 heal ;; at 2 ring # at 3 calm; at 4 calm\n;at  5\tcalm').map(({ at }) => at)).toEqual([1, 2, 5]));

  it("of nothing is empty", () => expect(parseSchedule(" \n # nothing\n;")).toEqual([]));

  it.each<[string, RegExp]>([
    ["at 200 crahs leader", /in the schedule's statement "at 200 crahs leader": expected crash, or another one of crash, restart, .*, found "crahs"/],
    ["at 200 pasue 1", /expected pause, or/],
    ["at 200 calmly", /expected calm, or/],
    ["at 200 zap 1", /expected one of crash,.*found "zap"/],
    ["at 200 toString", /expected one of crash/],
    ["at 200", /found nothing/],
    ["at", /expected "at" and a time in ms from 0, as in at 200 crash leader, found "at"/],
    ["crash 1", /expected "at" and a time/],
    ["at soon crash 1", /expected "at" and a time/],
    ["at -5 crash 1", /expected "at" and a time/],
    ["at 1e999 crash 1", /expected "at" and a time/],
    ["at 5 crash", /a node's number or a role, as in 0 or leader, found nothing/],
    ["at 5 crash all", /only restart and resume take all/],
    ["at 5 crash 1 2", /found "1 2"/],
    ["at 5 crash -1", /found "-1"/],
    ["at 5 restart leader", /a node's number or all.*found "leader"/],
    ["at 5 restart 1 twice", /found "1 twice"/],
    ["at 5 cut 0 1", /two nodes or roles, as in 0 > 1 or 0 <> leader, found "0 1"/],
    ["at 5 cut 0 > ", /two nodes or roles/],
    ["at 5 cut 0 > 1 > 2", /two nodes or roles/],
    ["at 5 partition 0 1 |", /nodes on both sides of "|"/],
    ["at 5 partition 0 leader", /a node's number, found "leader"/],
    ["at 5 heal 1", /nothing after heal, found "1"/],
    ["at 5 loss", /a probability after loss, as in loss 0.3, found nothing/],
    ["at 5 loss 2", /loss is a probability from 0 to 1, not 2/],
    ["at 5 loss 0.1 speed 2", /loss, duplication or reordering, found "speed"/],
    ["at 5 clock 1 50", /signed step/],
    ["at 5 clock 1 +x", /signed step/],
    ["at 5 input 0", /an input in JSON, as in/],
    ["at 5 input 0 {type}", /statement "at 5 input 0 {type}": expected an input in JSON/],
  ])("%s is answered with what was expected", (text, message) => expect(() => parseSchedule(text)).toThrow(message));

  it("cannot be written of a role of two words, or of an input that JSON cannot carry", () => {
    expect(() => formatSchedule([{ at: 1, command: { type: "crash", node: { role: "old leader" } } }])).toThrow(/a role of one word.*"old leader"/);
    expect(() => formatSchedule([{ at: 1, command: { type: "crash", node: { role: "all" } } }])).toThrow(/a role of one word/);
    expect(() => formatSchedule([{ at: 1, command: { type: "input", node: 0, input: undefined as never } }])).toThrow(/JSON can carry/);
    expect(() => formatSchedule([{ at: 1, command: { type: "network" } }])).toThrow(/changes loss/);
  });

  it("reads back what was written, whatever it says", () => {
    const node = fc.nat({ max: 20 });
    const target: fc.Arbitrary<Target> = fc.oneof(node, fc.record({ role: fc.stringMatching(/^[A-Za-z][\w-]*$/).filter((role) => role !== "all") }));
    const positive = (most: number) => fc.double({ min: 0, max: most, noNaN: true }).map((x) => x + 0);
    const chance = fc.option(positive(1), { nil: undefined });
    const given = <C extends object>(command: C) => Object.fromEntries(Object.entries(command).filter(([, value]) => value !== undefined)) as C;
    const type = <N extends string>(name: N) => fc.constant(name);
    const command = fc.oneof(
      fc.record({ type: fc.constantFrom("crash", "pause", "isolate", "bridge"), node: target }),
      fc.record({ type: type("restart"), node: fc.oneof(node, fc.constant("all")), disk: fc.constantFrom(undefined, "lost") }).map(given),
      fc.record({ type: type("resume"), node: fc.oneof(node, fc.constant("all")) }),
      fc.record({ type: fc.constantFrom("cut", "clog"), from: target, to: target }),
      fc.record({ type: type("partition"), groups: fc.array(fc.array(node, { minLength: 1 })) }),
      fc.record({ type: fc.constantFrom("ring", "heal", "unclog", "calm") }),
      fc.record({ type: type("network"), loss: chance, duplication: chance, reordering: chance }).map(given).filter((network) => Object.keys(network).length > 1),
      fc.record({ type: type("clock"), node: target, by: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0) }),
      fc.record({ type: type("input"), node: target, input: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown) }),
    ) as fc.Arbitrary<unknown> as fc.Arbitrary<Command<Puppet>>;
    const schedules: fc.Arbitrary<Scheduled<Puppet>[]> = fc.array(fc.record({ at: positive(Number.MAX_VALUE), command })).map((list) => list.sort((a, b) => a.at - b.at));
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
        expect(parseSchedule(formatSchedule(schedule).replaceAll("\n", "; "))).toEqual(schedule);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("a cluster carries a schedule out", () => {
  const cluster = () => simulate(puppet(), { size: 3, latency: "constant:5", trace: true, probe: (state) => (state.heard.length > 0 ? "leader" : "follower") });

  it("given as text, at its times, and replays it", () => {
    const run = cluster();
    run.schedule('at 1 input 0 [{"send": 2, "message": "x"}]; at 10 crash leader; at 20 restart all');
    run.run(30);
    const told = [...run.trace!].filter(({ kind }) => kind === "crash" || kind === "restart").map(({ kind, time, node }) => `${time} ${kind} ${node}`);
    expect(told).toEqual(["10 crash 2", "20 restart 2"]);
    expect(run.fork().digest).toBe(run.digest);
  });

  it("given as a list, as from text", () => {
    const text = "at 3 pause 1\nat 4 crash 0";
    const [one, other] = [cluster(), cluster()];
    one.schedule(text);
    other.schedule(parseSchedule(text));
    for (const run of [one, other]) run.run(10);
    expect(one.digest).toBe(other.digest);
  });

  it("whole or not at all", () => {
    const run = cluster();
    expect(() => run.schedule("at 3 crash 1; at 4 crash 7")).toThrow(/a node from 0 to 2 in the command "crash", not 7/);
    expect(run.nextTime).toBe(Infinity);
  });
});
