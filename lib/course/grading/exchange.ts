import { jsonCopy } from "./jsonCopy.js";

/** What a grader asks of an answer: to call one of its functions, or a function of the grader's rig on it. Plain data. */
export interface Request {
  readonly on: "answer" | "rig";
  readonly call: string;
  readonly args: readonly unknown[];
}

/** What came of a request: a value as plain data, something that is not plain data (in words), or an exception. */
export type Reply = { readonly value: unknown } | { readonly odd: string } | { readonly threw: string };

/** What the answer's process is told: where the compiled answer is, what it must export, and what to ask of it. */
export interface AnswerTask {
  /** A file URL. */
  readonly answer: string;
  /** The folder in which the answer was written, for messages. */
  readonly folder: string;
  readonly exports: readonly string[];
  readonly requests: readonly Request[];
}

/** What the answer's process sends to the grader. */
export type ServerMessage = { readonly kind: "ready" } | { readonly kind: "unusable"; readonly why: string } | { readonly kind: "reply"; readonly reply: Reply };

/** A function's result as plain data. */
export function plainReply(value: unknown): Reply {
  if (value === undefined) return { odd: "nothing" };
  if (isOdd(value)) return { odd: String(value) };
  // As data they would be null.
  if (Array.isArray(value) && value.some(isOdd)) return { odd: `[${value.map(String).join(", ")}]` };
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return { odd: `a ${typeof value}` };
  if (isPromise(value)) return { odd: "a promise (it must not be async)" };
  return { value: jsonCopy(value) };
}

const isOdd = (value: unknown): boolean => typeof value === "number" && !Number.isFinite(value);

/** Whether something would have to be awaited. */
export const isPromise = (value: unknown): boolean => typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

/** A reply in words, as the end of "your function returned …" or "your function …". */
export function inWords(reply: Reply): string {
  if ("threw" in reply) return `threw ${shorten(reply.threw)}`;
  return `returned ${"odd" in reply ? reply.odd : shorten(JSON.stringify(reply.value))}`;
}

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
