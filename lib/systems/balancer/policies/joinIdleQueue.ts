import { anyOf, type Policy } from "../policy.js";

/**
 * Join-idle-queue (Lu and others, Join-Idle-Queue: A Novel Load Balancing Algorithm for Dynamically Scalable Web Services,
 * Performance Evaluation 68(11), 2011): a server without work tells one balancer, drawn at random, that it is idle; a
 * balancer takes the first server off its list, or any one if the list is empty. A server that got work elsewhere
 * meanwhile stays on the list, as in the paper.
 */
export const joinIdleQueue: Policy<{ idle: number[] }> = {
  name: "join-idle-queue",
  init: () => ({ idle: [] }),
  choose({ idle }, view) {
    while (idle.length > 0) {
      const server = idle.shift()!;
      if (view.isUsable(server)) return server;
    }
    return anyOf(view);
  },
  idle({ idle }, server) {
    if (!idle.includes(server)) idle.push(server);
  },
};
