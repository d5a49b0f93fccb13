import { describe, expect, it } from "vitest";
import { takesForGenuine, withTags } from "../../lib/sim/authentication.js";
import { simulate } from "../../lib/sim/cluster.js";
import type { ClusterOptions } from "../../lib/sim/options.js";
import { formatSchedule, parseSchedule } from "../../lib/sim/schedule.js";
import { puppet, type Puppet } from "./puppet.js";

const cluster = (options: Partial<ClusterOptions<Puppet>> = {}) => simulate(puppet(), { size: 3, seed: 1, latency: "constant:5", trace: true, ...options });
const heard = (options: Partial<ClusterOptions<Puppet>>, schedule: string) => {
  const run = cluster(options);
  run.schedule(schedule);
  run.run(100);
  return run.nodes[0]!.state.heard;
};

describe("a forged message", () => {
  it("is believed where nothing tells whose it is", () => expect(heard({}, 'at 1 forge 2 > 0 "vote"; at 2 forge 2 > 0 by 1 "mine"')).toEqual(['6 2: "vote"', '7 2: "mine"']));

  it.each([
    ["none", [true, true, true]],
    ["shared key", [false, true, true]],
    ["pairwise keys", [false, false, true]],
    ["signature", [false, false, true]],
  ] as const)("with %s comes from an outsider, from a member in another's name, from a member in its own: %j", (authentication, taken) => {
    expect([takesForGenuine(authentication, 2, undefined), takesForGenuine(authentication, 2, 1), takesForGenuine(authentication, 2, 2)]).toEqual(taken);
    expect(heard({ authentication }, 'at 1 forge 2 > 0 "a"; at 2 forge 2 > 0 by 1 "b"; at 3 forge 2 > 0 by 2 "c"')).toHaveLength(taken.filter((is) => is).length);
  });

  it("that is not taken stands in the trace as forged", () => {
    const run = cluster({ authentication: "signature" });
    run.command({ type: "forge", from: 2, to: 0, message: "vote" });
    run.run(10);
    expect([...run.trace!].find(({ kind }) => kind === "drop")).toMatchObject({ node: 0, from: 2, reason: "forged", message: "vote" });
  });

  it("of a member does not pass a cut between it and the receiver; an outsider's does", () => {
    expect(heard({}, 'at 1 cut 1 > 0; at 2 forge 2 > 0 by 1 "member"; at 2 forge 2 > 0 "outsider"')).toEqual(['7 2: "outsider"']);
  });

  it("is replayed", () => {
    const run = cluster({ authentication: "shared key" });
    run.command({ type: "forge", from: 2, to: 0, by: 1, message: { text: "x" } }, 3);
    run.run(50);
    expect(run.replay().digest).toBe(run.digest);
  });

  it("is written down and read back", () => {
    const text = 'at 1 forge 2 > 0 by 1 {"a":[1,"b; c"]}\nat 2 forge 0 > leader "x"';
    expect(formatSchedule(parseSchedule(text))).toBe(text);
    expect(parseSchedule<Puppet>(text)[0]!.command).toEqual({ type: "forge", from: 2, to: 0, by: 1, message: { a: [1, "b; c"] } });
    expect(() => parseSchedule("at 1 forge 2 0")).toThrow("as in forge 3 > leader by 4");
    expect(() => cluster().command({ type: "forge", from: 2, to: 0, by: 7, message: 1 })).toThrow("expected a node from 0 to 2");
  });
});

describe("tags", () => {
  it("add their times and bytes to the hardware's", () => {
    const { receive, send, bytes, bandwidth } = withTags({ receive: 1, send: 2, bandwidth: 100, bytes: () => 50 }, { tag: 16, make: 0.25, check: 0.5 });
    expect({ receive, send, bandwidth, bytes: bytes!("") }).toEqual({ receive: 1.5, send: 2.25, bandwidth: 100, bytes: 66 });
  });
});
