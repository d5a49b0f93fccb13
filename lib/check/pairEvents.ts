import type { HistoryEvent, Operation } from "./history.js";

/**
 * The operations of a history. What failed is left out, for it did not happen. Throws an `Error` where the events do not
 * fit each other.
 */
export function operationsOf(events: readonly HistoryEvent[]): Operation[] {
  const pairing = new Pairing();
  events.forEach((event, place) => {
    const fault = pairing.add(event, place);
    if (fault !== undefined) throw new Error(`event ${place}: ${fault}`);
  });
  return pairing.operations();
}

interface Open {
  readonly invocation: HistoryEvent;
  readonly place: number;
}

interface Ended extends Open {
  readonly end: HistoryEvent | undefined;
  readonly endPlace: number;
}

/** Puts invocations and answers together, event by event. */
export class Pairing {
  /** What a process waits for; null once it has been left without an answer for good. */
  private readonly open = new Map<number | string, Open | null>();
  private readonly ended: Ended[] = [];
  private latest = -Infinity;

  /** Takes the next event. Returns what is wrong with it, in words, if it does not fit those before it. */
  add(event: HistoryEvent, place: number): string | undefined {
    const { process, type, f, key, time } = event;
    if (time !== undefined) {
      if (time < this.latest) return `its time is ${time}, after an event at ${this.latest}; expected times that do not fall`;
      this.latest = time;
    }
    const open = this.open.get(process);
    if (type === "invoke") {
      if (open) return `process ${named(process)} invokes ${f}, but its ${open.invocation.f} has not been answered; expected its answer first, or another process`;
      if (open === null) return `process ${named(process)} invokes ${f}, but one of its operations ended with "info" and may still happen; expected a process of another name to go on in its place`;
      this.open.set(process, { invocation: event, place });
      return undefined;
    }
    if (!open) return `"${type}" for a ${f} of process ${named(process)}, which waits for no answer; expected an "invoke" before it`;
    const { invocation } = open;
    if (invocation.f !== f) return `"${type}" for a ${f} of process ${named(process)}, which waits for its ${invocation.f}; expected the answer to that`;
    if (invocation.key !== key) return `"${type}" under key ${JSON.stringify(key)}, but process ${named(process)} invoked ${f} under key ${JSON.stringify(invocation.key)}; expected the same key`;
    if (type === "info") this.open.set(process, null);
    else this.open.delete(process);
    if (type === "ok") this.ended.push({ invocation, place: open.place, end: event, endPlace: place });
    else if (type === "info") this.ended.push({ invocation, place: open.place, end: undefined, endPlace: Infinity });
    return undefined;
  }

  /** The argument of what a process waits for. */
  argumentOf(process: number | string): unknown {
    return this.open.get(process)?.invocation.value;
  }

  /** All operations so far, in the order of their invocations. */
  operations(): Operation[] {
    const waiting = [...this.open.values()].flatMap((open): Ended[] => (open ? [{ invocation: open.invocation, place: open.place, end: undefined, endPlace: Infinity }] : []));
    return [...this.ended, ...waiting].sort((a, b) => a.place - b.place).map(operation);
  }
}

/** Every operation has every field, so that the engine sees one shape: a checker reads them a million times. */
function operation({ invocation, place, end, endPlace }: Ended, id: number): Operation {
  const { process, f, key, value, time } = invocation;
  return { id, process, f, key, input: value, output: end?.value, invoked: place, returned: endPlace, invokedAt: time, returnedAt: end?.time };
}

const named = (process: number | string): string => JSON.stringify(process);
