import { expect, test } from "vitest";
import { coloursOfRoles, inkOn, paper, roleColours, seriesColours, stylesOfMessages, textColour } from "../../lib/plot/palette.js";

const channels = (colour: string) => [1, 3, 5].map((at) => {
  const c = parseInt(colour.slice(at, at + 2), 16) / 255;
  return c <= 0.04045 ? c / 12.92 : Math.exp(2.4 * Math.log((c + 0.055) / 1.055));
}) as [number, number, number];

/** WCAG's contrast of two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((colour) => { const [r, g, b] = channels(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; }).sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** How far apart two colours look to those who lack the cones for red, green or blue (Viénot 1999 for the first two), 0 to 1. */
function leastDistance(a: string, b: string): number {
  const seen = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  ].map((matrix) => {
    const [p, q] = [channels(a), channels(b)].map((rgb) => matrix.map((row) => Math.cbrt(Math.max(0, row[0]! * rgb[0] + row[1]! * rgb[1] + row[2]! * rgb[2])))) as [number[], number[]];
    return Math.hypot(...p.map((value, i) => value - q[i]!));
  });
  return Math.min(...seen);
}

test("roles and the first five series stay apart for people who see fewer colours", () => {
  for (const group of [Object.values(roleColours), seriesColours.slice(0, 5)]) {
    group.forEach((a, i) => group.slice(i + 1).forEach((b) => expect(leastDistance(a, b), `${a} ${b}`).toBeGreaterThan(0.1)));
  }
});

test("words in a series' colour are legible on white", () => {
  for (const colour of seriesColours) expect(contrast(textColour(colour), paper)).toBeGreaterThan(4.5);
});

test("words written on a series' colour are legible", () => {
  for (const colour of [...seriesColours, ...Object.values(roleColours), "#d0e8f5", "#003d6b"]) expect(contrast(inkOn(colour), colour), colour).toBeGreaterThan(3);
});

test("a reply has its request's colour, dashed", () => {
  const styles = stylesOfMessages(["Ping", "PingAck", "RequestVote", "RequestVoteReply", "ack"]);
  expect(styles.get("PingAck")).toEqual({ stroke: styles.get("Ping")!.stroke, dashed: true });
  expect(styles.get("RequestVoteReply")).toEqual({ stroke: styles.get("RequestVote")!.stroke, dashed: true });
  expect(styles.get("ack")!.dashed).toBe(false);
});

test("roles of any name get colours of their own", () => {
  const colours = coloursOfRoles(["backup", "leader", "primary", "follower"]);
  expect([...colours.keys()]).toEqual(["follower", "leader", "backup", "primary"]);
  expect(new Set(colours.values()).size).toBe(4);
});
