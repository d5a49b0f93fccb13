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
  // <answer> TODO: what else must you know, to tell a slow server from a good one, and to find out that it has recovered?
  /** How long it takes, ms, as far as was known at `since`. */
  latency: number;
  since: number;
  // </answer>
}

/** A balancer for so many servers, numbered from 0. */
export function balancer(servers: number): Balancer {
  // <answer> TODO: what does it remember of each server to begin with?
  const known: Server[] = Array.from({ length: servers }, () => ({ outstanding: 0, latency: 10, since: 0 }));
  /** After this long an old bad experience counts e times less, ms. So somebody who was slow is tried again, now and then. */
  const memory = 1500;
  /** What an error counts as, ms. It may have come at once: that is no reason to send more. */
  const penalty = 1000;
  const latencyOf = ({ latency, since }: Server, now: number): number => latency * Math.exp((since - now) / memory);
  // </answer> const known: Server[] = Array.from({ length: servers }, () => ({ outstanding: 0 }));

  /** The server that is to get a request. */
  function choose(context: Context): number {
    // <answer> TODO: whom? The number of outstanding requests alone does not say how long they will take.
    let chosen = 0;
    let least = Infinity;
    for (const [server, one] of known.entries()) {
      // Who has not been asked for long looks better and better, but nobody looks faster than anybody can be.
      const expected = (one.outstanding + 1) * Math.max(5, latencyOf(one, context.now)) * (1 + 0.1 * context.random());
      if (expected >= least) continue;
      chosen = server;
      least = expected;
    }
    return chosen;
    // </answer> throw new Error("choose is still to do");
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
      // <answer> TODO: what have you learnt of this server? And what becomes of the request, if it has failed?
      const last = ok ? took : penalty;
      const before = latencyOf(one, context.now);
      // Bad news count at once, good news little by little.
      one.latency = last > before ? last : 0.7 * before + 0.3 * last;
      one.since = context.now;
      if (!ok && request !== null) send(request, context);
      // </answer>
    },

    onTimer(_about, _context) {
      // <answer> TODO: only if you set timers.
      // Nothing here needs a clock of its own.
      // </answer>
    },
  };
}
