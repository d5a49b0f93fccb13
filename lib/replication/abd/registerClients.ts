import type { Service } from "../../promises.js";
import { keyValueClients, type KeyValueCommand, type KeyValueResult } from "../service/keyValue.js";
import type { Answer, Request } from "../service/machine.js";

/** What a protocol and clients of registers say to each other. */
interface RegisterTypes {
  State: object;
  Message: unknown;
  Input: Request<KeyValueCommand>;
  Output: Answer<KeyValueResult>;
}

/**
 * Clients of the key-value store that keep to what registers can do: where others append, they get. Each asking is an
 * operation of its own: nobody remembers a request that was carried out.
 */
export const registerClients: Omit<Service<RegisterTypes>, "consistency"> = {
  ...keyValueClients,
  asking: "once",
  request(client, serial, random): Request<KeyValueCommand> {
    const { command } = keyValueClients.request(client, serial, random);
    return { type: "request", client, serial, command: command.op === "append" ? { op: "get", key: command.key } : command };
  },
};
