import type { Service } from "../../promises.js";
import type { Request } from "../../replication/service/machine.js";
import type { Cache, CacheCommand } from "./types.js";

/** The keys of these clients. */
export const KEYS = ["a", "b", "c", "d", "e", "f"] as const;

/** How long the short-lived puts of these clients live, ms. */
const SHORT = 400;

/**
 * Clients of a cache in hostile runs: two keys that are written and four that only the origin may have, half of it reads, every
 * value written once; some puts live a short time only. In the history what comes from the origin reads as nothing: it is
 * what is found where nobody has written, or where it is over.
 */
export const cacheClients: Omit<Service<Cache>, "consistency"> = {
  model: "kv",
  asking: "once",
  request(client, serial, random): Request<CacheCommand> {
    const key = KEYS[Math.floor(random() * KEYS.length)]!;
    const written = random() < 0.6 ? "a" : "b";
    const draw = random();
    const value = `${client}.${serial}`;
    const ttl = random() < 0.2 ? { ttl: SHORT } : {};
    const command: CacheCommand = draw < 0.5 ? { op: "get", key } : draw < 0.85 ? { op: "put", key: written, value, ...ttl } : { op: "delete", key: written };
    return { type: "request", client, serial, command };
  },
  asked(input) {
    if (input.type !== "request") return undefined;
    const { client, serial, command } = input;
    return { client, serial, f: command.op, key: command.key, value: command.op === "put" ? command.value : null };
  },
  answered(output) {
    if (output.type === "evicted") return undefined;
    if (output.type === "refused") return output;
    const { client, serial } = output;
    return { client, serial, type: "ok", value: output.op === "get" && output.source === "written" ? output.value : null };
  },
};
