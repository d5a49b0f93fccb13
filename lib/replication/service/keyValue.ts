import type { Service } from "../../promises.js";
import type { Answer, Machine, Request } from "./machine.js";

export type KeyValueCommand =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "put"; readonly key: string; readonly value: string }
  | { readonly op: "append"; readonly key: string; readonly value: string };

/** What is under the key, null if nothing; for a command that writes, null. */
export type KeyValueResult = string | null;

export type KeyValueState = Record<string, string>;

/** A value under each key: the service that every replicated log of this course carries. */
export const keyValue: Machine<KeyValueState, KeyValueCommand, KeyValueResult> = {
  begin: () => ({}),
  apply(state, command) {
    if (command.op === "get") return state[command.key] ?? null;
    state[command.key] = command.op === "append" ? (state[command.key] ?? "") + command.value : command.value;
    return null;
  },
  reads: ({ op }) => op === "get",
};

/** What a protocol and clients of the key-value store say to each other. */
interface KeyValueTypes {
  State: object;
  Message: unknown;
  Input: Request<KeyValueCommand>;
  Output: Answer<KeyValueResult>;
}

/** Clients of the key-value store, and how to read what they ask and hear: two keys, a third of it reads, every value written once. */
export const keyValueClients: Omit<Service<KeyValueTypes>, "consistency"> = {
  model: "kv",
  request(client, serial, random): Request<KeyValueCommand> {
    const key = random() < 0.7 ? "a" : "b";
    const draw = random();
    const value = `${client}.${serial} `;
    return { type: "request", client, serial, command: draw < 0.4 ? { op: "get", key } : draw < 0.7 ? { op: "put", key, value } : { op: "append", key, value } };
  },
  asked(input: Request<KeyValueCommand>) {
    if (input.type !== "request") return undefined;
    const { client, serial, command } = input;
    return { client, serial, f: command.op, key: command.key, value: command.op === "get" ? null : command.value };
  },
  answered(output: Answer<KeyValueResult>) {
    if (output.type === "answer") return { client: output.client, serial: output.serial, type: "ok", value: output.result };
    return output.type === "refused" ? { client: output.client, serial: output.serial, type: "refused", leader: output.leader } : undefined;
  },
};
