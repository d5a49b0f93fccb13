import type { HistoryEvent } from "../check/history.js";
import type { InputOf } from "../protocol.js";
import { deriveRandom, type Distribution, parseDistribution } from "../random.js";
import { type TwoCopies, twoCopyRegister, type TwoCopyOptions } from "../replication/twoCopyRegister.js";
import { type Cluster, simulate } from "../sim/cluster.js";

/** A register in two copies, and who asks it how. */
export interface TwoCopiesUse {
  /** Which copy a client reads: either, drawn each time; always its own (even clients the first, odd ones the second); or the first. */
  readonly reads: "either" | "own" | "first";
  readonly acknowledge: NonNullable<TwoCopyOptions["acknowledge"]>;
  readonly clients: number;
  /** How many operations each client asks for, beside a last read. */
  readonly operations: number;
  /** How long a message between the copies takes, ms. */
  readonly latency: string | Distribution;
}

/** A register in two copies as its clients saw it, and as it was. */
export interface TwoCopiesRun {
  readonly history: readonly HistoryEvent[];
  readonly cluster: Cluster<TwoCopies>;
}

/**
 * Lets clients use the register: each asks, waits for the answer and thinks before it asks again. A third of what they ask
 * are writes, each of a value of its own. Requests and answers take time on their way, so operations overlap. When all is
 * done and copied, every client reads once more.
 */
export function recordTwoCopies({ reads, acknowledge, clients, operations, latency }: TwoCopiesUse, seed: number): TwoCopiesRun {
  const cluster = simulate(twoCopyRegister({ acknowledge }), { size: 2, seed, latency, trace: true, digest: false });
  const random = deriveRandom(seed, 10);
  const asked: Asked[] = [];
  const history: (HistoryEvent & { readonly time: number })[] = [];
  let written = 0;

  function ask(client: number, time: number, f: "read" | "write"): void {
    const id = asked.length;
    const value = f === "write" ? ++written : null;
    asked.push({ client, f, value });
    history.push({ process: client, type: "invoke", f, value, time });
    const input: InputOf<TwoCopies> = value === null ? { type: "read", id } : { type: "write", id, value };
    cluster.input(f === "write" || reads === "first" ? 0 : reads === "own" ? client % 2 : Math.floor(random() * 2), input, time + ON_THE_WAY.sample(random));
  }

  /** Lets everything happen that was asked; `next` says what a client asks after an answer. */
  function serve(next: (client: number, time: number) => void): void {
    let seen = cluster.outputs.length;
    const open = () => asked.length > seen;
    while (open() && cluster.runUntil(() => cluster.outputs.length > seen, cluster.now + PATIENCE)) {
      const { time, output } = cluster.outputs[seen++]!;
      const { client, f, value } = asked[output.id]!;
      const heard = time + ON_THE_WAY.sample(random);
      history.push({ process: client, type: "ok", f, value: output.type === "value" ? output.value : value, time: heard });
      next(client, heard);
    }
  }

  const left = Array.from({ length: clients }, () => operations);
  const askNext = (client: number, time: number) => {
    if (left[client]!-- > 0) ask(client, time + THINKING.sample(random), random() < WRITES ? "write" : "read");
  };
  for (let client = 0; client < clients; client++) askNext(client, 0);
  serve(askNext);
  cluster.runUntil(() => cluster.nextTime === Infinity, cluster.now + PATIENCE);
  const quiet = Math.max(cluster.now, ...history.map(({ time }) => time));
  for (let client = 0; client < clients; client++) ask(client, quiet + THINKING.sample(random), "read");
  serve(() => {});
  return { history: history.sort((a, b) => a.time - b.time), cluster };
}

interface Asked {
  readonly client: number;
  readonly f: "read" | "write";
  readonly value: number | null;
}

const WRITES = 1 / 3;
/** ms, between a client and a copy. */
const ON_THE_WAY = parseDistribution("uniform:1,8");
const THINKING = parseDistribution("uniform:2,20");
/** ms; by then everything has been copied. */
const PATIENCE = 1000;
