import type { Planted } from "./planted.js";

const ORDER = "return a.epoch !== b.epoch ? a.epoch < b.epoch : a.counter < b.counter;";
const SNAP = 'if (precedes(last, base)) return { kind: "SNAP" };';
const LACKING = "log.filter(({ zxid }) => precedes(last, zxid));";
const TRUNC = 'if (precedes(common, last)) return { kind: "TRUNC", to: common, transactions };';
const DIFF = 'return { kind: "DIFF", transactions };';

// The cases.
const FIRST = "which transaction comes first";
const BEHIND = "who is behind gets all that it lacks, once";
const EQUAL = "who has everything keeps it";
const STALE = "what the leader never had is dropped, and nothing else";
const HIGHER = "a follower may end on a higher zxid than its leader";
const NOTHING = "a follower may have nothing in common with the leader's log";
const TOO_FAR = "who is too far behind gets a snapshot";
const PROMISES = "no promise of Zab is broken when followers come back";
const CLIENTS = "clients see one history, and all end on the same";
const CHEAP = "nothing is sent that need not be";
const BUDGET = "a follower that was away briefly comes back cheaply";

/** Histories that are not the same are noticed by one promise or another, whichever is broken first. */
const DIVERGE = /“(local primary order|prefix consistency|agreement and total order)/;

/** Of a snapshot where the log would do; and where the follower has what must go. */
const DEAR = /right, but dear: your SNAP/;
const DEAR_TRUNC = /right, but dear: your SNAP.*where a TRUNC and .* would do/;

/** Mistakes in Zab's choice of how to bring a follower up. */
export const planted: readonly Planted[] = [
  { bug: "compares counters before epochs", changes: [[ORDER, "return a.counter !== b.counter ? a.counter < b.counter : a.epoch < b.epoch;"]], fails: { [FIRST]: /precedes returned false for 1\.9 and 2\.1, expected true: the epochs cou/, [BEHIND]: /your TRUNC tells it to go back to 2\.1, which it does not have: it cannot do that, and wait/, [EQUAL]: DEAR, [STALE]: /your TRUNC tells it to go back to 2\.1, which it does not have: it cannot do that, and wait/, [NOTHING]: /your TRUNC tells it to go back to 2\.1, which it does not have: it cannot do that, and wait/, [TOO_FAR]: /your TRUNC tells it to go back to 3\.2, which it does not have: it cannot do that, and wait/, [PROMISES]: DIVERGE, [CHEAP]: DEAR } },
  { bug: "wants both numbers to be lower", changes: [[ORDER, "return a.epoch < b.epoch && a.counter < b.counter;"]], fails: { [FIRST]: /precedes returned false for 1\.1 and 1\.2, expected true: in one epoch t/, [BEHIND]: /your DIFF makes it 1\.1: it still lacks 1\.2/, [EQUAL]: /your DIFF makes it 1\.1: it still lacks 1\.2/, [STALE]: /your DIFF makes it 1\.1 1\.2 1\.3: it keeps 1\.3, which the leader never had/, [HIGHER]: /your DIFF makes it 1\.1 1\.2 2\.1: it keeps 2\.1, which the leader never had/, [NOTHING]: /your DIFF of 2\.2 makes it 1\.1 2\.2: it keeps 1\.1, which the leader never had/, [TOO_FAR]: /your DIFF makes it 1\.1: it still lacks 1\.2/, [PROMISES]: DIVERGE, [CLIENTS]: DIVERGE } },
  { bug: "compares zxids as text", changes: [[ORDER, "return `${a.epoch}.${a.counter}` < `${b.epoch}.${b.counter}`;"]], fails: { [FIRST]: /precedes returned true for 1\.10 and 1\.9, expected false: in one epoch /, [BUDGET]: DIVERGE } },
  { bug: "says that a transaction comes before itself", changes: [[ORDER, ORDER.replace("a.counter < b.counter", "a.counter <= b.counter")]], fails: { [FIRST]: /precedes returned true for 1\.2 and 1\.2, expected false: they are the same, and neither comes first/, [CHEAP]: /right, but dear: your TRUNC/ } },
  { bug: "never truncates", changes: [[TRUNC, ""]], fails: { [STALE]: /your DIFF makes it 1\.1 1\.2 1\.3: it keeps 1\.3, which the leader never had/, [HIGHER]: /your DIFF makes it 1\.1 1\.2 2\.1: it keeps 2\.1, which the leader never had/, [NOTHING]: /your DIFF of 2\.1 2\.2 makes it 1\.1 2\.1 2\.2: it keeps 1\.1, which the leader never had/, [PROMISES]: DIVERGE } },
  { bug: "has nothing to send to a follower that ends on a higher zxid", changes: [[SNAP, `${SNAP}\n  if (!precedes(last, log.at(-1)?.zxid ?? base)) return { kind: "DIFF", transactions: [] };`]], fails: { [STALE]: /your DIFF makes it 1\.1 1\.2 1\.3: it keeps 1\.3, which the leader never had/, [HIGHER]: /your DIFF makes it 1\.1 1\.2 2\.1: it keeps 2\.1, which the leader never had/, [NOTHING]: /your DIFF makes it 1\.1: it keeps 1\.1, which the leader never had/, [PROMISES]: DIVERGE } },
  { bug: "sends a follower back to the leader's last transaction", changes: [[TRUNC, TRUNC.replace("to: common", "to: log.at(-1)?.zxid ?? base")]], fails: { [STALE]: /your TRUNC tells it to go back to 2\.1, which it does not have: it cannot do that, and wait/, [NOTHING]: /your TRUNC tells it to go back to 2\.2, which it does not have: it cannot do that, and wait/ } },
  { bug: "truncates and sends nothing after it", changes: [[TRUNC, TRUNC.replace("transactions }", "transactions: [] }")]], fails: { [STALE]: /your TRUNC to 1\.2 makes it 1\.1 1\.2: it still lacks 2\.1/, [NOTHING]: /your TRUNC to 0\.0 makes it nothing: it still lacks 2\.1/ } },
  { bug: "begins one too late", changes: [[DIFF, 'return { kind: "DIFF", transactions: transactions.slice(1) };']], fails: { [BEHIND]: /your DIFF of 1\.3 makes it 1\.1 1\.3: it still lacks 1\.2/, [EQUAL]: /your DIFF makes it 1\.1: it still lacks 1\.2/, [PROMISES]: DIVERGE, [CLIENTS]: DIVERGE, [BUDGET]: DIVERGE } },
  { bug: "begins with what the follower ends on", changes: [[DIFF, 'return { kind: "DIFF", transactions: log.filter(({ zxid }) => !precedes(zxid, last)) };']], fails: { [BEHIND]: /your DIFF of 1\.1 1\.2 1\.3 makes it 1\.1 1\.1 1\.2 1\.3: it has 1\.1 twice/, [EQUAL]: /your DIFF of 1\.3 makes it 1\.1 1\.2 1\.3 1\.3: it has 1\.3 twice/, [PROMISES]: DIVERGE, [CLIENTS]: DIVERGE, [BUDGET]: DIVERGE } },
  { bug: "never sends a snapshot", changes: [[SNAP, ""]], fails: { [TOO_FAR]: /your DIFF of 1\.4 makes it 1\.1 1\.4: it still lacks 1\.2/, [PROMISES]: DIVERGE, [CLIENTS]: DIVERGE } },
  { bug: "sends a snapshot to a follower that ends right where the log begins", changes: [[SNAP, SNAP.replace("precedes(last, base)", "!precedes(base, last)")]], fails: { [CHEAP]: DEAR } },
  { bug: "sends a snapshot to everybody", changes: [[SNAP, 'if (log.length >= 0) return { kind: "SNAP" };']], fails: { [BEHIND]: DEAR, [EQUAL]: DEAR, [STALE]: DEAR, [HIGHER]: DEAR, [NOTHING]: DEAR, [CHEAP]: DEAR, [BUDGET]: /expected at most 2000/ } },
  { bug: "sends a snapshot to all whose last transaction it does not have, and knows no TRUNC", changes: [[TRUNC, 'if (precedes(common, last)) return { kind: "SNAP" };']], fails: { [STALE]: DEAR_TRUNC, [HIGHER]: DEAR_TRUNC, [NOTHING]: DEAR_TRUNC, [CHEAP]: DEAR_TRUNC } },
  { bug: "sends everybody the whole log", changes: [[LACKING, `${LACKING}\n  if (log.length > 0) return { kind: "TRUNC", to: base, transactions: [...log] };`]], fails: { [CLIENTS]: /when the faults end/, [CHEAP]: /right, but dear: your TRUNC/, [BUDGET]: /expected at most 2000/ } },
];
