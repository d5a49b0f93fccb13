import type { Policy } from "../policy.js";

/** Source hash: a client's address decides, so that a client stays at its server; if a server fails, nearly all clients move. */
export const sourceHash: Policy = { name: "source hash", init: () => ({}), choose: (_state, { usable, source }) => usable[source % usable.length]! };
