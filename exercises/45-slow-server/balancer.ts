/** What your balancer may do while it is called. Times are in ms. */
export interface Context {
  readonly now: number;
  /** A number from 0 to below 1, by chance. */
  random(): number;
  /** Sends a request to a server. The same one again, to the same server or another, is allowed and costs: it is extra. */
  send(request: number, server: number): void;
  /** Sends a request of your own to a server, which takes as long as any other. It is extra, too. */
  probe(server: number): void;
  /** Has `onTimer` called with this number, `delay` ms from now; 1 at least. */
  setTimer(about: number, delay: number): void;
}

/** Something that was sent has come to its end. */
export interface End {
  /** Null for a probe. */
  readonly request: number | null;
  readonly server: number;
  /** How long it took, from when it was sent. */
  readonly took: number;
  /** False if the server answered with an error: the request is then still to be done. */
  readonly ok: boolean;
}

/** A balancer. It hears nothing from anybody but this. */
export interface Balancer {
  /** A client's request has come; requests are numbered from 0. It is answered when the first copy of it has come to a good end. */
  onRequest(request: number, context: Context): void;
  /** Each copy that was sent ends sometime, also if another one was faster. */
  onEnd(end: End, context: Context): void;
  onTimer(about: number, context: Context): void;
}

/** What is remembered of a server. A proposal: all in here is yours. */
interface Server {
  /** Sent, and not ended yet. */
  outstanding: number;
  // TODO: what else must you know, to tell a slow server from a good one, and to find out that it has recovered?
}

/** A balancer for so many servers, numbered from 0. */
export function balancer(servers: number): Balancer {
  // TODO: what does it remember of each server to begin with?
  const known: Server[] = Array.from({ length: servers }, () => ({ outstanding: 0 }));

  /** The server that is to get a request. */
  function choose(context: Context): number {
    // TODO: whom? The number of outstanding requests alone does not say how long they will take.
    throw new Error("choose is still to do");
  }

  function send(request: number, context: Context): void {
    const server = choose(context);
    known[server]!.outstanding++;
    context.send(request, server);
  }

  return {
    onRequest: send,

    onEnd({ request, server, took, ok }, context) {
      const one = known[server]!;
      one.outstanding--;
      // TODO: what have you learnt of this server? And what becomes of the request, if it has failed?
    },

    onTimer(_about, _context) {
      // TODO: only if you set timers.
    },
  };
}
