import fc from "fast-check";
import type { Operation } from "../../lib/check/history.js";

/**
 * A history written down: each argument is a step in time, its operations (separated by commas) overlap one another.
 * `0 w x 1` is process 0 writing 1 to x, `1 r x null` process 1 reading the initial value, `0 w x 1 ?` an operation
 * without an answer.
 */
export function history(...steps: string[]): Operation[] {
  const drafts: Operation[] = [];
  let place = 0;
  for (const step of steps) {
    const group = step.split(",").map((text) => text.trim().split(/\s+/));
    const begin = place;
    place += 2 * group.length;
    group.forEach(([client, f, key, value, open], index) => {
      const parsed: unknown = JSON.parse(value!);
      const returned = open ? Infinity : begin + group.length + index;
      const invoked = begin + index;
      const ends = { invoked, returned, invokedAt: 10 * invoked, ...(!open && { returnedAt: 10 * returned }) };
      drafts.push({ id: drafts.length, process: Number(client), f: f === "w" ? "write" : "read", key: key!, input: f === "w" ? parsed : null, ...(f === "r" && !open && { output: parsed }), ...ends });
    });
  }
  return drafts;
}

interface Draft {
  readonly client: number;
  readonly writes: boolean;
  readonly key: number;
  /** Which of the possible values a read finds. */
  readonly pick: number;
  /** How many further invocations it overlaps, at most. */
  readonly overlaps: number;
  readonly lost: boolean;
}

/** Small random histories of `most` operations at most: two registers, now and then no answer, reads that find anything ever written or the initial value. */
export const randomHistories = (most: number, { unique = true, clients = 3 } = {}): fc.Arbitrary<Operation[]> =>
  fc
    .array(
      fc.record({
        client: fc.nat(clients - 1),
        writes: fc.boolean(),
        key: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
        pick: fc.nat(11),
        overlaps: fc.nat(4),
        lost: fc.integer({ min: 0, max: 11 }).map((n) => n === 11),
      }),
      { minLength: 2, maxLength: most },
    )
    .map((drafts) => built(drafts, unique));

function built(drafts: readonly Draft[], unique: boolean): Operation[] {
  const value = (index: number) => (unique ? index + 1 : (index % 2) + 1);
  const operations: { id: number; process: number; f: string; key: string; input: unknown; output?: unknown; invoked: number; returned: number; invokedAt: number; returnedAt?: number }[] = [];
  const running = new Map<number, number>();
  let place = 0;
  const end = (index: number) => {
    running.delete(drafts[index]!.client);
    if (drafts[index]!.lost) return;
    operations[index]!.returned = place;
    operations[index]!.returnedAt = 10 * place++;
  };
  for (const [index, { client, writes, key, pick }] of drafts.entries()) {
    const [own, ...others] = [running.get(client), ...[...running.values()].filter((id) => id !== running.get(client) && id + drafts[id]!.overlaps < index)];
    if (own !== undefined) end(own);
    for (const id of others) if (id !== undefined) end(id);
    const choices = [null, ...drafts.flatMap((draft, at) => (draft.writes && draft.key === key ? [value(at)] : []))];
    operations.push({ id: index, process: client, f: writes ? "write" : "read", key: "xy"[key]!, input: writes ? value(index) : null, invoked: place, returned: Infinity, invokedAt: 10 * place });
    if (!writes && !drafts[index]!.lost) operations[index]!.output = choices[pick % choices.length];
    place++;
    running.set(client, index);
  }
  for (const id of [...running.values()]) end(id);
  return operations;
}
