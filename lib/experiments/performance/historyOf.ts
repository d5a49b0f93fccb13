import type { Operation } from "../../check/history.js";
import type { Asked } from "../../systems/designs/workload.js";

/** Requests as a history of reads and writes of a register a key, to be judged. Of two at the same moment neither was before the other. */
export function historyOf(requests: readonly Asked[]): Operation[] {
  const moments = requests.flatMap(({ asked, answered }, i) => [{ time: asked, end: 0, i }, ...(answered === undefined ? [] : [{ time: answered, end: 1, i }])]);
  moments.sort((a, b) => a.time - b.time || a.end - b.end || a.i - b.i);
  const places = requests.map(() => ({ invoked: 0, returned: Infinity }));
  moments.forEach(({ end, i }, place) => (places[i]![end === 0 ? "invoked" : "returned"] = place));
  return requests
    .map(({ client, f, key, value, asked, answered, result }, i): Operation => ({ id: i, process: client, f: f === "get" ? "read" : "write", key, input: value, ...places[i]!, invokedAt: asked, ...(answered !== undefined && { output: f === "get" ? result : null, returnedAt: answered }) }))
    .sort((a, b) => a.invoked - b.invoked);
}
