import type { InputOf, NodeId, TimerOf, Types } from "../../protocol.js";

/** One step of a run that is told step by step. `nth` counts the messages in flight from one node to another, oldest first, from 1. */
export type Step<T extends Types> =
  /** A message arrives; a duplicate arrives and stays in flight. */
  | ({ readonly kind: "deliver" | "duplicate"; readonly from: NodeId; readonly to: NodeId; readonly nth: number } & CutShort)
  | { readonly kind: "drop"; readonly from: NodeId; readonly to: NodeId; readonly nth: number }
  | ({ readonly kind: "timer"; readonly node: NodeId; readonly timer: TimerOf<T> } & CutShort)
  | { readonly kind: "crash"; readonly node: NodeId }
  | { readonly kind: "restart"; readonly node: NodeId; readonly disk: "kept" | "lost" }
  | ({ readonly kind: "input"; readonly node: NodeId; readonly input: InputOf<T> } & CutShort);

/** What a handler does may be cut short. */
export interface CutShort {
  /** The node crashes when so many of the handler's writes are on its disk; none of its messages and outputs gets out. */
  readonly crashAfter?: number;
}

/** A path as text, such as `0 election; 0>1; crash 0; restart 0`. `parsePath` reads it again. */
export function formatPath<T extends Types>(path: readonly Step<T>[]): string {
  return path.map((step) => formatStep(step) + ("crashAfter" in step && step.crashAfter !== undefined ? ` then crash after ${step.crashAfter}` : "")).join("; ");
}

function formatStep<T extends Types>(step: Step<T>): string {
  switch (step.kind) {
    case "deliver":
      return link(step);
    case "duplicate":
    case "drop":
      return `${step.kind} ${link(step)}`;
    case "timer": {
      const timer: unknown = step.timer;
      return `${step.node} ${typeof timer === "string" && PLAIN.test(timer) ? timer : JSON.stringify(timer)}`;
    }
    case "crash":
      return `crash ${step.node}`;
    case "restart":
      return `restart ${step.node}${step.disk === "lost" ? " lost" : ""}`;
    case "input":
      return `input ${step.node} ${JSON.stringify(step.input)}`;
  }
}

const link = ({ from, to, nth }: { readonly from: NodeId; readonly to: NodeId; readonly nth: number }) => `${from}>${to}${nth > 1 ? `#${nth}` : ""}`;
const PLAIN = /^[A-Za-z_][\w-]*$/;

/**
 * Reads a path: steps apart by semicolons. `N TIMER` fires a timer of node N; `A>B` delivers the oldest message in flight
 * from A to B, `A>B#2` the second oldest; `duplicate A>B` delivers it and leaves it in flight, `drop A>B` loses it; then
 * there are `crash N`, `restart N`, `restart N lost` and `input N JSON`. A step whose handler writes may end in
 * `then crash after 1`: the node crashes with one of the handler's writes on its disk, and sends nothing. Throws a
 * `SyntaxError` that names the step.
 */
export function parsePath<T extends Types>(text: string): Step<T>[] {
  return split(text)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part, i) => parseStep<T>(part, i + 1));
}

function parseStep<T extends Types>(text: string, number: number): Step<T> {
  const cut = /^(.*\S)\s+then\s+crash\s+after\s+(\d+)$/s.exec(text);
  if (!cut) return parseWhole(text, number);
  const step = parseWhole<T>(cut[1]!, number);
  if (step.kind === "crash" || step.kind === "restart" || step.kind === "drop") throw new SyntaxError(`step ${number} of the path, "${text}": only a delivery, a timer or an input can be cut short`);
  return { ...step, crashAfter: Number(cut[2]) };
}

function parseWhole<T extends Types>(text: string, number: number): Step<T> {
  const wrong = (why: string) => new SyntaxError(`step ${number} of the path, "${text}": ${why}`);
  const json = (source: string): unknown => {
    try {
      return JSON.parse(source);
    } catch {
      throw wrong(`expected JSON, not ${source === "" ? "nothing" : source}`);
    }
  };
  const message = /^(?:(duplicate|drop)\s+)?(\d+)\s*>\s*(\d+)(?:\s*#\s*(\d+))?$/.exec(text);
  if (message) {
    const nth = Number(message[4] ?? 1);
    if (nth < 1) throw wrong("messages are counted from #1");
    return { kind: (message[1] as "duplicate" | "drop" | undefined) ?? "deliver", from: Number(message[2]), to: Number(message[3]), nth };
  }
  const crash = /^crash\s+(\d+)$/.exec(text);
  if (crash) return { kind: "crash", node: Number(crash[1]) };
  const restart = /^restart\s+(\d+)(\s+lost)?$/.exec(text);
  if (restart) return { kind: "restart", node: Number(restart[1]), disk: restart[2] ? "lost" : "kept" };
  const input = /^input\s+(\d+)\s*(.*)$/s.exec(text);
  if (input) return { kind: "input", node: Number(input[1]), input: json(input[2]!) as InputOf<T> };
  const timer = /^(\d+)\s+(.+)$/s.exec(text);
  if (timer) return { kind: "timer", node: Number(timer[1]), timer: (PLAIN.test(timer[2]!) ? timer[2] : json(timer[2]!)) as TimerOf<T> };
  throw wrong("expected one like 0 election, 0>1, 0>1#2, duplicate 0>1, drop 0>1, crash 0, restart 0, restart 0 lost, or input 0 JSON");
}

/** Cuts at semicolons, but not inside a JSON string. */
function split(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^;])+/gs) ?? [];
}
