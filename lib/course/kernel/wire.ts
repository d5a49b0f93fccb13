import { createHmac, randomUUID } from "node:crypto";

/** A message of Jupyter's protocol, as a client needs it. */
export interface Message {
  readonly type: string;
  readonly id: string;
  /** The message that this one answers. */
  readonly parent: string | undefined;
  readonly content: unknown;
}

const delimiter = "<IDS|MSG>";

/** The frames of a request, signed with `key`, and the id that its answers will name as their parent. */
export function encode(key: string, session: string, type: string, content: object): { id: string; frames: string[] } {
  const id = randomUUID();
  const header = { msg_id: id, msg_type: type, session, username: "leaderlab", date: new Date().toISOString(), version: "5.3" };
  const body = [header, {}, {}, content].map((part) => JSON.stringify(part));
  return { id, frames: [delimiter, sign(key, body), ...body] };
}

/** Reads a message from its frames. Throws an `Error` if its signature is not `key`'s. */
export function decode(key: string, frames: readonly Buffer[]): Message {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  const [signature, ...body] = frames.slice(start + 1).map((frame) => frame.toString());
  if (start < 0 || signature !== sign(key, body)) throw new Error("A kernel's message is not signed with the key of its connection file.");
  const [header, parent, , content] = body.map((part) => JSON.parse(part) as Record<string, unknown>);
  return { type: String(header?.["msg_type"]), id: String(header?.["msg_id"]), parent: parent?.["msg_id"] as string | undefined, content };
}

function sign(key: string, body: readonly string[]): string {
  const hash = createHmac("sha256", key);
  for (const part of body) hash.update(part);
  return hash.digest("hex");
}
