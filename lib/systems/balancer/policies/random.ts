import { anyOf, type Policy } from "../policy.js";

/** A server drawn at random for each request. */
export const random: Policy = { name: "random", init: () => ({}), choose: (_state, view) => anyOf(view) };
