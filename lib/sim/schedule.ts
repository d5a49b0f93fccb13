import type { InputOf, NodeId, Types } from "../protocol.js";
import type { Command, Target } from "./command.js";
import { probability } from "./network.js";

/** A command and when it is carried out, in ms of virtual time. */
export interface Scheduled<T extends Types> {
  readonly at: number;
  readonly command: Command<T>;
}

/**
 * Reads a schedule of faults, in time order: statements such as `at 200 crash leader` on lines of their own or between
 * semicolons, comments from `#` to the end of a line. A TARGET is a node's number or a role. The verbs:
 *
 * - `crash TARGET`, `pause TARGET`, `restart N|all`, `restart N|all lost` (with an empty disk), `resume N|all`
 * - `cut A > B` (one way), `cut A <> B` (both), `clog A > B`, `unclog`
 * - `partition 0 1 | 2 3 4`, `isolate TARGET`, `ring`, `bridge TARGET`, `heal`
 * - `loss 0.3`, `duplication 0.1`, `reordering 0.2`, alone or behind each other
 * - `clock TARGET +50`, `clock TARGET -20`, `input TARGET JSON`, `calm`
 * - `forge 3 > TARGET JSON` (a message as if of node 3), `forge 3 > TARGET by 4 JSON` (made by node 4)
 *
 * Throws an `Error` that names the statement, what was found and what was expected.
 */
export function parseSchedule<T extends Types>(text: string): Scheduled<T>[] {
  return statementsOf(text)
    .flatMap((statement) => parseStatement<T>(statement))
    .sort((a, b) => a.at - b.at);
}

/**
 * Writes a schedule as text that `parseSchedule` reads back, one statement a line. Throws a `RangeError` on a role that
 * is not one word, and on what no text can say: an input that JSON cannot carry.
 */
export function formatSchedule<T extends Types>(schedule: readonly Scheduled<T>[]): string {
  return schedule.map(({ at, command }) => `at ${at} ${formatCommand(command)}`).join("\n");
}

type Parse = (rest: string, verb: string) => readonly Command<Types>[];

const VERBS: Readonly<Record<string, Parse>> = {
  crash: (rest) => [{ type: "crash", node: target(rest) }],
  restart(rest) {
    const [, who = rest, lost] = /^(\S+)(\s+lost)?$/.exec(rest) ?? [];
    return [{ type: "restart", node: nodeOrAll(who), ...(lost && { disk: "lost" }) }];
  },
  pause: (rest) => [{ type: "pause", node: target(rest) }],
  resume: (rest) => [{ type: "resume", node: nodeOrAll(rest) }],
  cut: (rest) => link(rest).map(([from, to]) => ({ type: "cut", from, to })),
  clog: (rest) => link(rest).map(([from, to]) => ({ type: "clog", from, to })),
  unclog: (rest) => nothing(rest, { type: "unclog" }),
  partition: (rest) => [{ type: "partition", groups: rest === "" ? [] : rest.split("|").map(group) }],
  isolate: (rest) => [{ type: "isolate", node: target(rest) }],
  ring: (rest) => nothing(rest, { type: "ring" }),
  bridge: (rest) => [{ type: "bridge", node: target(rest) }],
  heal: (rest) => nothing(rest, { type: "heal" }),
  loss: chances,
  duplication: chances,
  reordering: chances,
  clock(rest) {
    const [, who, by = ""] = /^(\S+)\s+([+-]\S+)$/.exec(rest) ?? [];
    if (who === undefined || !isNumber(by)) throw expected("a node or role and a signed step in ms, as in clock 1 +50", rest);
    return [{ type: "clock", node: target(who), by: Number(by) }];
  },
  input(rest) {
    const [, who, json = ""] = /^(\S+)\s+(.+)$/.exec(rest) ?? [];
    if (who === undefined) throw expected('a node or role and an input in JSON, as in input 0 {"type":"campaign"}', rest);
    return [{ type: "input", node: target(who), input: parseJson(json) as InputOf<Types> }];
  },
  forge(rest) {
    const [, from = "", to, by, json = ""] = /^(\S+)\s*>\s*(\S+)(?:\s+by\s+(\d+))?\s+(.+)$/.exec(rest) ?? [];
    if (to === undefined) throw expected('a node, a node or role and a message in JSON, as in forge 3 > leader by 4 {"type":"Vote"}', rest);
    return [{ type: "forge", from: node(from), to: target(to), ...(by !== undefined && { by: Number(by) }), message: parseJson(json) }];
  },
  calm: (rest) => nothing(rest, { type: "calm" }),
};

function parseStatement<T extends Types>(statement: string): Scheduled<T>[] {
  try {
    const [, time = "", verb = "", rest = ""] = /^at(?:\s+(\S+)(?:\s+(\S+)(?:\s+(.*))?)?)?$/.exec(statement) ?? [];
    if (!isNumber(time) || !(Number(time) >= 0 && Number(time) < Infinity)) throw expected('"at" and a time in ms from 0, as in at 200 crash leader', statement);
    if (!Object.hasOwn(VERBS, verb)) throw expected(`${nearest(verb)}one of ${Object.keys(VERBS).join(", ")}`, verb);
    return VERBS[verb]!(rest, verb).map((command) => ({ at: Number(time), command: command as Command<T> }));
  } catch (error) {
    throw new Error(`in the schedule's statement "${statement}": ${(error as Error).message}`, { cause: error });
  }
}

/** Statements end at semicolons and line ends, but not within a JSON string; comments are left out. */
function statementsOf(text: string): string[] {
  const pieces = text.match(/"(?:[^"\\\n\r]|\\.)*"?|#[^\n\r]*|[;\n\r]|[^"#;\n\r]+/g) ?? [];
  return pieces
    .reduce<string[]>((statements, piece) => {
      if (/^[;\n\r]$/.test(piece)) statements.push("");
      else if (!piece.startsWith("#")) statements[statements.length - 1] += piece;
      return statements;
    }, [""])
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function target(text: string): Target {
  if (/^\d+$/.test(text)) return Number(text);
  if (isRole(text)) return { role: text };
  throw expected(text === "all" ? "one node or role (only restart and resume take all)" : "a node's number or a role, as in 0 or leader", text);
}

function node(text: string): NodeId {
  if (!/^\d+$/.test(text)) throw expected("a node's number", text);
  return Number(text);
}

function nodeOrAll(text: string): NodeId | "all" {
  if (text === "all" || /^\d+$/.test(text)) return text === "all" ? "all" : Number(text);
  throw expected('a node\'s number or all (and, of a restart, "lost" for an empty disk)', text);
}

function link(text: string): (readonly [from: Target, to: Target])[] {
  const [, a, arrow, b] = /^([^\s<>]+)\s*(<?>)\s*([^\s<>]+)$/.exec(text) ?? [];
  if (a === undefined || b === undefined) throw expected("two nodes or roles, as in 0 > 1 or 0 <> leader", text);
  const [from, to] = [target(a), target(b)];
  return arrow === ">" ? [[from, to]] : [[from, to], [to, from]];
}

function group(text: string): NodeId[] {
  if (text.trim() === "") throw expected('nodes on both sides of "|", as in 0 1 | 2 3 4', text);
  return text.trim().split(/\s+/).map(node);
}

function chances(rest: string, verb: string): Command<Types>[] {
  const words = `${verb} ${rest}`.trim().split(/\s+/);
  const command: { -readonly [name in "loss" | "duplication" | "reordering"]?: number } = {};
  for (let i = 0; i < words.length; i += 2) {
    const [name = "", value = ""] = words.slice(i, i + 2);
    if (name !== "loss" && name !== "duplication" && name !== "reordering") throw expected("loss, duplication or reordering", name);
    if (!isNumber(value)) throw expected(`a probability after ${name}, as in ${name} 0.3`, value);
    command[name] = probability(name, Number(value));
  }
  return [{ type: "network", ...command }];
}

function nothing(rest: string, command: Command<Types>): Command<Types>[] {
  if (rest !== "") throw expected(`nothing after ${command.type}`, rest);
  return [command];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected an input in JSON: ${(error as Error).message}`, { cause: error });
  }
}

function formatCommand<T extends Types>(command: Command<T>): string {
  switch (command.type) {
    case "input": {
      const json = JSON.stringify(command.input) as string | undefined;
      if (json === undefined) throw new RangeError("expected an input that JSON can carry, found undefined");
      return `input ${formatTarget(command.node)} ${json}`;
    }
    case "forge": {
      const json = JSON.stringify(command.message) as string | undefined;
      if (json === undefined) throw new RangeError("expected a message that JSON can carry, found undefined");
      return `forge ${command.from} > ${formatTarget(command.to)}${command.by === undefined ? "" : ` by ${command.by}`} ${json}`;
    }
    case "restart":
      return `restart ${command.node}${command.disk === "lost" ? " lost" : ""}`;
    case "resume":
      return `resume ${command.node}`;
    case "crash":
    case "pause":
    case "isolate":
    case "bridge":
      return `${command.type} ${formatTarget(command.node)}`;
    case "cut":
    case "clog":
      return `${command.type} ${formatTarget(command.from)} > ${formatTarget(command.to)}`;
    case "partition":
      // A group of nobody means nothing.
      return `partition ${command.groups.filter(({ length }) => length > 0).map((group) => group.join(" ")).join(" | ")}`.trim();
    case "clock":
      return `clock ${formatTarget(command.node)} ${command.by < 0 ? "" : "+"}${command.by}`;
    case "network": {
      const given = (["loss", "duplication", "reordering"] as const).filter((name) => command[name] !== undefined);
      if (given.length === 0) throw new RangeError("expected a network command that changes loss, duplication or reordering");
      return given.map((name) => `${name} ${command[name]}`).join(" ");
    }
    default:
      return command.type;
  }
}

function formatTarget(node: Target): string {
  if (typeof node === "number") return `${node}`;
  if (!isRole(node.role)) throw new RangeError(`expected a role of one word to write down, not ${JSON.stringify(node.role)}`);
  return node.role;
}

/** The verb with the longest beginning in common with a word, if any has one. */
function nearest(word: string): string {
  const common = (verb: string) => [...verb, ""].findIndex((letter, i) => letter !== word[i]);
  const [best = ""] = Object.keys(VERBS).sort((a, b) => common(b) - common(a));
  return word[0] === best[0] ? `${best}, or another ` : "";
}

const isRole = (text: string) => /^[A-Za-z][\w-]*$/.test(text) && text !== "all";
const isNumber = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const expected = (what: string, found: string) => new Error(`expected ${what}, found ${found === "" ? "nothing" : `"${found}"`}`);
