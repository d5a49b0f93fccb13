import type { Planted } from "./planted.js";

const KNOWN = "return entry === undefined || now >= entry.expires ? undefined : entry;";
const ANSWER = "  const entry = known(store, key, around.now);\n  if (entry !== undefined) return { kind: \"answer\", value: entry.value };\n";
const FILTER = 'if (!around.mayExist(key)) return { kind: "answer", value: null };';
const FIRST = 'return { kind: "ask", whom: around.replicas[0] ?? "origin" };';
const HOLDS = "if (entry !== null && entry.expires > around.now) {";
const TAKE = "store.set(key, entry);";
const NEXT = 'return { kind: "ask", whom: around.replicas[around.replicas.indexOf(replica) + 1] ?? "origin" };';
const SILENT = 'if (found === null) return { kind: "unavailable" };';
const FOUND = "keep(store, key, found.value, around);";
const WRITTEN = "keep(store, key, value, around);";
const TELL = "return known(store, key, now) ?? null;";
const END_OF_KEEP = "store.set(key, { value, ";
const END = "now + (value === null ? absentTtl : ttl)";

// The cases.
const HELD = "what still holds is answered at once";
const ENDED = "what holds no longer is not";
const SURE = "what the filter says no to is nobody's business";
const ORDER = "one replica after the other, and the origin last";
const OWN_END = "what a replica knew keeps its end";
const ABSENT = "that there is no such key holds, for a short time";
const WRITE = "a write ends what was known";
const TOLD = "another node is told what is here and holds";
const UNANSWERED = "an origin that does not answer";
const RANDOM = "three nodes ask each other, in 60 runs at random";

// What is told.
const NO_LONGER = /what it knew of a held until \d+ and no longer/;
const NEED_NOT = /its store has the value, which holds until \d+/;
const NO_SUCH = /that there is no a is known until \d+, and nobody need be asked/;
const ON_ITS_WAY = /at 101 that ceased to hold, on its way here; node 2 is next/;
const AFTER = /expected \{"kind":"ask","whom":"?\w+"?\}: (it knows nothing|who does not answer knows nothing|at \d+ that ceased to hold, on its way here); /;
const ANY = /^At \d+ ms, on node \d: `\w+` returned/;

/** Mistakes on the way of a lookup; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "drops what holds no longer when it is met", changes: [[KNOWN, "if (entry !== undefined && entry.expires <= now) store.delete(key);\n  return store.get(key);"], [TELL, "const entry = known(store, key, now);\n  return entry === undefined ? null : { expires: entry.expires, value: entry.value };"]], fails: {} },
  { bug: "looks at the filter first, and seeks the next replica by its place", changes: [[ANSWER, `  ${FILTER}\n${ANSWER}`], [`${FILTER}\n  ${FIRST}`, 'const [first] = around.replicas;\n  return { kind: "ask", whom: first === undefined ? "origin" : first };'], [NEXT, 'const rest = around.replicas.slice(around.replicas.findIndex((one) => one === replica) + 1);\n  for (const whom of rest) return { kind: "ask", whom };\n  return { kind: "ask", whom: "origin" };']], fails: {} },
  { bug: "takes the last moment for one too early", changes: [[KNOWN, KNOWN.replace("now >=", "now >")]], fails: { [ENDED]: NO_LONGER, [OWN_END]: NO_LONGER, [ABSENT]: NO_LONGER, [WRITE]: NO_LONGER, [TOLD]: /what it knew held until 1000 and no longer/, [RANDOM]: ANY } },
  { bug: "never looks at the end", changes: [[KNOWN, "return entry === undefined || now >= Infinity ? undefined : entry;"]], fails: { [ENDED]: NO_LONGER, [OWN_END]: NO_LONGER, [ABSENT]: NO_LONGER, [WRITE]: NO_LONGER, [TOLD]: /what it knew held until \d+ and no longer/, [UNANSWERED]: NO_LONGER, [RANDOM]: ANY } },
  { bug: "takes an empty value for none", changes: [[ANSWER, ANSWER.replace("entry !== undefined", "entry?.value")]], fails: { [HELD]: NEED_NOT, [OWN_END]: NEED_NOT, [ABSENT]: NO_SUCH, [WRITE]: NO_SUCH, [RANDOM]: ANY } },
  { bug: "does without the filter", changes: [[FILTER, ""]], fails: { [SURE]: /the filter says that there is surely no x/, [RANDOM]: ANY } },
  { bug: "stores what the filter says no to", changes: [[FILTER, 'if (!around.mayExist(key)) {\n    store.set(key, { value: null, expires: around.now + around.absentTtl });\n    return { kind: "answer", value: null };\n  }']], fails: { [SURE]: /after `lookUp` the store has an entry for "x", of which nobody but the filter has said anything/, [RANDOM]: /of which nobody but the filter/ } },
  { bug: "goes to the origin at once", changes: [[FIRST, 'return { kind: "ask", whom: "origin" };']], fails: { [HELD]: /the first of the replicas is asked, before the origin/, [ENDED]: /the first of the replicas/, [SURE]: /the first of the replicas/, [ORDER]: /the first of the replicas/, [OWN_END]: /the first of the replicas/, [ABSENT]: /the first of the replicas/, [TOLD]: /the first of the replicas/, [UNANSWERED]: /the first of the replicas/, [RANDOM]: ANY } },
  { bug: "goes to the origin after the first replica", changes: [[NEXT, 'return { kind: "ask", whom: "origin" };']], fails: { [HELD]: AFTER, [SURE]: AFTER, [ORDER]: AFTER, [RANDOM]: ANY } },
  { bug: "gives what it copies a new life", changes: [[TAKE, "store.set(key, { value: entry.value, expires: around.now + around.ttl });"]], fails: { [OWN_END]: NO_LONGER, [ABSENT]: NO_LONGER, [RANDOM]: ANY } },
  { bug: "takes what a replica sends, however old", changes: [[HOLDS, "if (entry !== null) {"]], fails: { [ORDER]: ON_ITS_WAY } },
  { bug: "takes silence for absence", changes: [[SILENT, 'if (found === null) found = { value: null };']], fails: { [UNANSWERED]: /expected \{"kind":"unavailable"\}: nobody has said anything about the key/, [RANDOM]: ANY } },
  { bug: "gives what is old when the origin is silent", changes: [[SILENT, 'if (found === null) return store.has(key) ? { kind: "answer", value: store.get(key)!.value } : { kind: "unavailable" };']], fails: { [UNANSWERED]: /expected \{"kind":"unavailable"\}: nobody has said anything about the key/, [RANDOM]: ANY } },
  { bug: "gives both ends alike", changes: [[END, "now + (value === null ? ttl : ttl + 0 * absentTtl)"]], fails: { [ABSENT]: NO_LONGER, [WRITE]: NO_LONGER, [TOLD]: /expected \{"value":null,"expires":324\}: it is in its store as that, and holds/, [RANDOM]: ANY } },
  { bug: "keeps values only", changes: [[FOUND, "if (found.value !== null) keep(store, key, found.value, around);"]], fails: { [ABSENT]: NO_SUCH, [TOLD]: /`tellReplica` returned null, expected \{"value":null,"expires":\d+\}/, [RANDOM]: ANY } },
  { bug: "leaves what it knows when a key is written", changes: [[WRITTEN, "if (!store.has(key)) keep(store, key, value, around);"]], fails: { [WRITE]: NEED_NOT, [RANDOM]: ANY } },
  { bug: "tells others whatever it has", changes: [[TELL, "return store.get(key) ?? null;"]], fails: { [TOLD]: /`tellReplica` returned \{.*\}, expected null: what it knew held until \d+ and no longer/, [RANDOM]: ANY } },
  { bug: "keeps silence as absence", changes: [[SILENT, 'if (found === null) {\n    keep(store, key, null, around);\n    return { kind: "unavailable" };\n  }']], fails: { [UNANSWERED]: /after `onOrigin` the store has an entry for "a", of which the origin has said nothing/, [RANDOM]: /of which the origin has said nothing/ } },
  { bug: "asks three replicas at most", changes: [[NEXT, 'const next = around.replicas.indexOf(replica) + 1;\n  return { kind: "ask", whom: next < 3 ? (around.replicas[next] ?? "origin") : "origin" };']], fails: { [ORDER]: /expected \{"kind":"ask","whom":4\}: it knows nothing; node 4 is next/ } },
  { bug: "has room for ten keys", changes: [[END_OF_KEEP, `if (store.size >= 10) store.clear();\n  ${END_OF_KEEP}`]], fails: { [HELD]: /other things · .*its store has the value, which holds until 1010/ } },
];
