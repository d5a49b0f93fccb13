import type { Reply } from "../../lib/course/grading/exchange.js";
import { jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import type { Options } from "./37-phi-accrual.truth.js";
import { attempt } from "./pureCalls.js";

interface Arrivals {
  last: number | null;
  intervals: number[];
}

interface Answer {
  heartbeat(arrivals: Arrivals, now: number, options: Options): unknown;
  phi(arrivals: Arrivals, now: number, options: Options): unknown;
  isSuspected(arrivals: Arrivals, now: number, options: Options): unknown;
  tailLevel(z: number): unknown;
}

export const levels = ({ tailLevel }: Answer, list: readonly number[]): Reply[] => list.map((z) => attempt(() => tailLevel(z)));

/** What a detector says after some heartbeats. */
export interface Listened {
  readonly phis: readonly Reply[];
  readonly suspected: readonly Reply[];
  /** How long its record is as text. */
  readonly kept: Reply;
}

/** Heartbeats come, then somebody asks at these times: for φ, and whether the sender is suspected. */
export function listen({ heartbeat, phi, isSuspected }: Answer, options: Options, arrivals: readonly number[], asked: readonly number[]): Listened {
  const record: Arrivals = { last: null, intervals: [] };
  const heard = attempt(() => (arrivals.forEach((now) => heartbeat(record, now, options)), "heard"));
  if ("threw" in heard) return { phis: asked.map(() => heard), suspected: asked.map(() => heard), kept: heard };
  return {
    phis: asked.map((now) => attempt(() => phi(jsonCopy(record), now, options))),
    suspected: asked.map((now) => attempt(() => isSuspected(jsonCopy(record), now, options))),
    kept: attempt(() => JSON.stringify(record).length),
  };
}

/** Whether the sender is suspected when φ, as the answer itself reckons it, is the threshold to the last digit. */
export function onTheDot({ heartbeat, phi, isSuspected }: Answer, options: Options, arrivals: readonly number[], asked: readonly number[]): Reply {
  const record: Arrivals = { last: null, intervals: [] };
  return attempt(() => {
    arrivals.forEach((now) => heartbeat(record, now, options));
    return asked.map((now) => isSuspected(jsonCopy(record), now, { ...options, threshold: phi(jsonCopy(record), now, options) as number }));
  });
}

/** φ just before each heartbeat; null for what is no number. */
export function beforeEach({ heartbeat, phi }: Answer, options: Options, arrivals: readonly number[]): Reply {
  const record: Arrivals = { last: null, intervals: [] };
  return attempt(() =>
    arrivals.map((now) => {
      const suspicion = phi(record, now, options);
      heartbeat(record, now, options);
      return typeof suspicion === "number" && Number.isFinite(suspicion) ? suspicion : -1;
    }),
  );
}
