import type { Service } from "../../promises.js";
import type { Request } from "../service/machine.js";
import type { StoreAnswer, StoreCommand } from "./types.js";

/** What a protocol and clients of the store say to each other. */
interface StoreTypes {
  State: object;
  Message: unknown;
  Input: Request<StoreCommand>;
  Output: StoreAnswer;
}

/** Clients of the store, and how to read what they ask and hear: two keys, half of it reads, every word written once; some write without having read. What a key holds reads as its words, those of all siblings. */
export const storeClients: Omit<Service<StoreTypes>, "consistency"> = {
  model: "kv",
  asking: "once",
  request(client, serial, random): Request<StoreCommand> {
    const key = random() < 0.7 ? "a" : "b";
    const draw = random();
    const value = `${client}.${serial} `;
    const read = random() < 0.4 ? { read: {} } : {};
    const command: StoreCommand = draw < 0.5 ? { op: "get", key } : draw < 0.75 ? { op: "put", key, value, ...read } : draw < 0.9 ? { op: "append", key, value } : { op: "delete", key };
    return { type: "request", client, serial, command };
  },
  asked({ client, serial, command }: Request<StoreCommand>) {
    return { client, serial, f: command.op, key: command.key, value: "value" in command ? command.value.trim() : null };
  },
  answered({ client, serial, values }: StoreAnswer) {
    return { client, serial, type: "ok", value: values.flatMap((value) => value?.trim().split(" ") ?? null) };
  },
};
