import type { Planted } from "./planted.js";

const THROUGH = "const comeThrough = read <= replicas - downForReads && write <= replicas - downForWrites;";
const MEET = 'const meet = promise === "eventual" || read > replicas - write;';
const SURVIVES = "const survives = write > disksLost;";
const LOOP = `  let best: Quorums | null = null;
  for (let read = 1; read <= demand.replicas; read++) {
    for (let write = 1; write <= demand.replicas; write++) {
      const quorums = { read, write };
      if (keeps(demand, quorums) && (best === null || cost(demand, quorums) < cost(demand, best))) best = quorums;
    }
  }
  return best;`;

const THROUGH_DOWN = "reads and writes come through with replicas down";
const MEETS = "a read meets the last write, where that is promised";
const DISKS = "nothing is lost with the disks";
const HAD = "what can be had is had";
const LESS = "who asks for less gets it with more replicas down";
const REFUSED = "what cannot be had is refused, and nothing else";
const CHEAP = "the cheapest will do";
const RUNS = "reads and writes, while replicas come and go";

// What is told, by what is broken.
const STALE = /is not found by a read that|, found (no write at all|write \d+) in its/;
const STUCK = /can answer, and a (read|write) waits for|did not come through within 600 ms/;
const LOST = /othing is left of a write that|knew only of/;
const NONE = /says that there are no such quorums, but R = \d and W = \d keep all of it/;
const STRICT = /keeps returned false.*Whichever replicas are down, confirm and answer, all of that is kept/;
const DEAR = /right, but dear\. That waits for \d+ answers/;

/** Mistakes in the choice of quorums; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "reckons instead of trying", changes: [[LOOP, `  const { replicas, promise, downForReads, downForWrites, disksLost, reads, writes } = demand;
  const [mostRead, mostWrite, leastWrite] = [replicas - downForReads, replicas - downForWrites, Math.max(1, disksLost + 1)];
  const readFor = (write: number): number => (promise === "eventual" ? 1 : replicas + 1 - write);
  // The larger W, the smaller R: the cost lies on a line, so one end of it is the cheapest.
  const least = Math.max(leastWrite, promise === "eventual" ? 1 : replicas + 1 - mostRead);
  if (least > mostWrite || mostRead < 1) return null;
  const ends = [least, mostWrite].map((write) => ({ read: readFor(write), write }));
  return reads * ends[0]!.read + writes * ends[0]!.write <= reads * ends[1]!.read + writes * ends[1]!.write ? ends[0]! : ends[1]!;`]], fails: {} },
  { bug: "sorts all pairs and takes the first that does", changes: [[LOOP, `  const sizes = Array.from({ length: demand.replicas }, (_, index) => demand.replicas - index);
  const pairs = sizes.flatMap((read) => sizes.map((write) => ({ read, write })));
  return pairs.sort((a, b) => cost(demand, a) - cost(demand, b)).find((pair) => keeps(demand, pair)) ?? null;`]], fails: {} },
  { bug: "takes groups that just touch for ones that meet", changes: [[MEET, MEET.replace("read > replicas", "read >= replicas")]], fails: { [MEETS]: STALE, [HAD]: STALE, [REFUSED]: STALE, [CHEAP]: STALE, [RUNS]: STALE } },
  { bug: "wants reads to meet writes where nobody asks for it", changes: [[MEET, "const meet = read > replicas - write;"]], fails: { [THROUGH_DOWN]: STRICT, [MEETS]: STRICT, [DISKS]: STRICT, [LESS]: NONE, [CHEAP]: DEAR } },
  { bug: "takes those that are down for those that must answer", changes: [[THROUGH, "const comeThrough = read > downForReads && write > downForWrites;"]], fails: { [THROUGH_DOWN]: STRICT, [HAD]: STUCK, [LESS]: STUCK, [REFUSED]: STUCK, [CHEAP]: STUCK, [RUNS]: STUCK } },
  { bug: "mixes up reads and writes", changes: [[THROUGH, "const comeThrough = read <= replicas - downForWrites && write <= replicas - downForReads;"]], fails: { [THROUGH_DOWN]: STUCK, [HAD]: NONE, [LESS]: NONE, [REFUSED]: STUCK, [CHEAP]: STUCK, [RUNS]: STUCK } },
  { bug: "reckons that readers and writers are down together", changes: [[THROUGH, "const comeThrough = Math.max(read, write) <= replicas - downForReads - downForWrites;"]], fails: { [THROUGH_DOWN]: STRICT, [HAD]: NONE, [LESS]: NONE, [REFUSED]: NONE, [CHEAP]: DEAR, [RUNS]: NONE } },
  { bug: "wants every write to have a majority", changes: [[SURVIVES, "const survives = write > disksLost && 2 * write > replicas;"]], fails: { [THROUGH_DOWN]: STRICT, [MEETS]: STRICT, [HAD]: NONE, [LESS]: NONE, [REFUSED]: NONE, [CHEAP]: DEAR, [RUNS]: NONE } },
  { bug: "lets all disks go that have the write", changes: [[SURVIVES, "const survives = write >= disksLost;"]], fails: { [DISKS]: LOST, [LESS]: LOST, [REFUSED]: LOST, [CHEAP]: LOST, [RUNS]: LOST } },
  { bug: "wants a read to find the write though its disks are lost", changes: [[MEET, MEET.replace("replicas - write", "replicas - write + disksLost")]], fails: { [HAD]: NONE, [REFUSED]: NONE, [CHEAP]: DEAR } },
  { bug: "takes a majority for both, whatever is asked", changes: [[LOOP, "  const majority = Math.floor(demand.replicas / 2) + 1;\n  return keeps(demand, { read: majority, write: majority }) ? { read: majority, write: majority } : null;"]], fails: { [HAD]: NONE, [LESS]: NONE, [REFUSED]: NONE, [CHEAP]: DEAR, [RUNS]: NONE } },
  { bug: "counts reads and writes alike", changes: [["return reads * read + writes * write;", "return read + write + 0 * reads * writes;"]], fails: { [CHEAP]: DEAR } },
  { bug: "gives the nearest there is where there is none", changes: [[LOOP, LOOP.replace("return best;", "return best ?? { read: Math.max(1, demand.replicas - demand.downForReads), write: Math.max(1, demand.replicas - demand.downForWrites) };")]], fails: { [REFUSED]: STUCK, [RUNS]: STALE } },
  { bug: "says that there are none", changes: [[LOOP, "  return demand.replicas > 99 ? { read: 1, write: 1 } : null;"]], fails: { [HAD]: NONE, [LESS]: NONE, [REFUSED]: NONE, [CHEAP]: NONE, [RUNS]: NONE } },
  { bug: "tries no read quorum above five", changes: [[LOOP, LOOP.replace("read <= demand.replicas", "read <= Math.min(5, demand.replicas)")]], fails: { [HAD]: NONE, [REFUSED]: NONE, [CHEAP]: DEAR } },
];
