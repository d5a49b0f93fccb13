import type { Policy } from "../policy.js";

/** Round robin: one server after the other. Each balancer begins at a place of its own, so that several do not walk in step. */
export const roundRobin: Policy<{ next: number }> = {
  name: "round robin",
  init: ({ count, random }) => ({ next: Math.floor(random() * count) }),
  choose(state, { weights, isUsable }) {
    let server = state.next;
    while (!isUsable(server)) server = (server + 1) % weights.length;
    state.next = (server + 1) % weights.length;
    return server;
  },
};
