import { leastOf, type Policy } from "../policy.js";

/**
 * The server that is least loaded by what the balancer has been told. On old data all requests go to the one that was
 * (herding), until it is told better; with `countOwn` a balancer adds what it has sent there itself since.
 */
export const leastLoaded = ({ countOwn = false }: { readonly countOwn?: boolean } = {}): Policy => ({
  name: countOwn ? "least loaded, own added" : "least loaded",
  init: () => ({}),
  choose: (_state, view) => leastOf(view, (server) => view.load(server) + (countOwn ? view.sentSince[server]! : 0)),
});
