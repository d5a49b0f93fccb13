import { inWords, plainReply, type Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import type { Failure } from "./grader.js";

/** A call of one of the answer's functions, which is to be pure. */
export interface PureCall {
  readonly call: string;
  readonly args: readonly unknown[];
}

/** What came of it, and whether its arguments are no longer what they were. */
export interface PureReply {
  readonly reply: Reply;
  readonly changed: boolean;
}

/** An answer, by the functions that it exports. */
export type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** Calls the answer's functions, each on copies of its arguments. For a rig. */
export const callEach = (answer: Functions, calls: readonly PureCall[]): PureReply[] => calls.map((one) => callPure(answer, one));

/** Calls one of the answer's functions on copies of its arguments. */
export function callPure(answer: Functions, { call, args }: PureCall): PureReply {
  const own = jsonCopy(args) as unknown[];
  const reply = attempt(() => answer[call]!(...own));
  return { reply, changed: !isSameJson(own, args) };
}

/** What came of something that the answer has a part in. */
export function attempt(act: () => unknown): Reply {
  try {
    return plainReply(act());
  } catch (error) {
    return { threw: thrown(error) };
  }
}

/** What to say where a function of the answer did not come back with a value that can be used; undefined if it did. `expected` says what it should have been. */
export function unusable(call: string, reply: Reply, isUsable: (value: unknown) => boolean, expected: string): Failure | undefined {
  if ("value" in reply && isUsable(reply.value)) return undefined;
  const unwritten = stillToDo(reply);
  if (unwritten !== undefined) return { message: notWritten(`\`${unwritten}\``) };
  return { message: `${call} ${inWords(reply)}${"threw" in reply ? "" : `, expected ${expected}${JSON.stringify(reply).includes("null") ? " (null stands for what is no number, such as NaN)" : ""}`}.` };
}

/** Which function threw the skeleton's own error, if one did: the one that was called, or another on which it relies. */
export const stillToDo = (reply: Reply): string | undefined => ("threw" in reply ? /^Error: (\w+) is still to do/.exec(reply.threw)?.[1] : undefined);
