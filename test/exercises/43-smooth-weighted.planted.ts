import type { Planted } from "./planted.js";

const BEST = "if (entry.weight > 0 && (chosen === undefined || entry.credit > chosen.credit)) chosen = entry;";
const GROW = "entry.credit += entry.weight;";
const NOBODY = "if (chosen === undefined) return null;";
const PAY = "chosen.credit -= total;";
const TOTAL = "let total = 0;";
const FIND = "credit: entries.find((entry) => entry.name === name)?.credit ?? 0";
const ENTRIES = `return servers.map(({ name, weight }) => ({ name, weight, ${FIND} }));`;

// The cases.
const SHARES = "after a full cycle each server has exactly its share";
const SMOOTH = "nobody is a whole request ahead of its share, nobody far behind";
const RUNS = "of two servers, none has a longer run than it must";
const NOTHING = "who weighs nothing gets nothing";
const AGAIN = "the same news again changes nothing";
const OTHERS = "servers come and go, and the others keep their credit";
const NEW = "who is new is owed nothing";

// What is told.
const AHEAD = /a request or more ahead/;
const BEHIND = /requests or more behind/;
const UNCHANGED = /sent again before every other request/;
const EXACT = /and should get \d+/;
const RUN = /in a row; no more than \d+ are necessary/;
const STAYED = /stayed all the time, while others came or went/;
const WEIGHS_NOTHING = /was chosen, which weighs nothing/;
const JOINED = /it had joined after the others/;
const FORGETFUL = /for the same entries: all that a balancer knows must be in its entries/;
const WEIGHED = /Weights changed after every 2 requests/;
const CHANCE = /all that a balancer knows must be in its entries, and chance has no part in it/;
const NOT_YOURS = /change changed the configuration, which belongs to the caller/;
const NOT_THERE = /was chosen, which is not there any more/;

/** Another rule for the choice, before the solution's own, which is not reached any more. */
const instead = (rule: string): Planted["changes"][number] => [TOTAL, `{\n    ${rule}\n  }\n  let total = 0;`];

/** Mistakes in a balancer with weights; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "chooses who would be too late first, among those that are not ahead", changes: [instead(`const able = entries.filter(({ weight }) => weight > 0);
    if (able.length === 0) return null;
    const all = able.reduce((sum, { weight }) => sum + weight, 0);
    for (const entry of able) entry.credit += entry.weight;
    const waiting = able.filter(({ credit }) => credit > 0);
    const late = ({ credit, weight }: Entry): number => (all - credit) / weight;
    const first = (waiting.length > 0 ? waiting : able).reduce((one, other) => (late(other) < late(one) ? other : one));
    first.credit -= all;
    return first.name;`)], fails: {} },
  { bug: "counts credit in requests, and the last of equals comes first", changes: [[GROW, "entry.credit += entry.weight / (entries.reduce((sum, one) => sum + one.weight, 0) || 1);"], [BEST, BEST.replace("entry.credit >", "entry.credit >=")], [PAY, "chosen.credit -= 1;"]], fails: {} },
  { bug: "gives each server all its requests at once", changes: [instead(`const able = entries.filter(({ weight }) => weight > 0);
    if (able.length === 0) return null;
    if (able.every(({ credit, weight }) => credit >= weight)) for (const entry of able) entry.credit = 0;
    const first = able.find(({ credit, weight }) => credit < weight)!;
    first.credit++;
    return first.name;`)], fails: { [SMOOTH]: AHEAD, [RUNS]: RUN, [AGAIN]: UNCHANGED, [OTHERS]: WEIGHED, [NEW]: JOINED } },
  { bug: "goes round and round, and leaves out who has had enough", changes: [instead(`const able = entries.filter(({ weight }) => weight > 0);
    if (able.length === 0) return null;
    if (able.every(({ credit, weight }) => credit >= weight)) for (const entry of able) entry.credit = 0;
    const first = able.filter(({ credit, weight }) => credit < weight).reduce((one, other) => (other.credit < one.credit ? other : one));
    first.credit++;
    return first.name;`)], fails: { [SMOOTH]: BEHIND, [RUNS]: RUN, [OTHERS]: WEIGHED, [NEW]: JOINED } },
  { bug: "chooses who has got least for its weight", changes: [instead(`const able = entries.filter(({ weight }) => weight > 0);
    if (able.length === 0) return null;
    const first = able.reduce((one, other) => ((other.credit + 0.5) / other.weight < (one.credit + 0.5) / one.weight ? other : one));
    first.credit++;
    return first.name;`)], fails: { [SMOOTH]: AHEAD, [OTHERS]: WEIGHED, [NEW]: JOINED } },
  { bug: "lets the chosen one pay its own weight", changes: [[PAY, "chosen.credit -= chosen.weight;"]], fails: { [SHARES]: EXACT, [SMOOTH]: AHEAD, [NOTHING]: /got none of 14 requests/, [AGAIN]: UNCHANGED, [OTHERS]: STAYED, [NEW]: JOINED } },
  { bug: "begins anew at each change", changes: [[FIND, "credit: 0"]], fails: { [AGAIN]: UNCHANGED, [OTHERS]: STAYED } },
  { bug: "begins anew if servers come or go", changes: [[FIND, "credit: entries.length === servers.length && servers.every((one) => entries.some((entry) => entry.name === one.name)) ? (entries.find((entry) => entry.name === name)?.credit ?? 0) : 0"]], fails: { [OTHERS]: STAYED } },
  { bug: "hands credit on by the place in the list", changes: [[ENTRIES, "return servers.map(({ name, weight }, index) => ({ name, weight, credit: entries[index]?.credit ?? 0 }));"]], fails: { [AGAIN]: UNCHANGED, [OTHERS]: STAYED } },
  { bug: "lets a drained server spend what it has left", changes: [[BEST, BEST.replace("entry.weight > 0 && ", "total >= 0 && ")], [NOBODY, "if (chosen === undefined || total === 0) return null;"]], fails: { [NOTHING]: WEIGHS_NOTHING } },
  { bug: "keeps servers that have gone", changes: [[ENTRIES, `return [...servers.map(({ name, weight }) => ({ name, weight, ${FIND} })), ...entries.filter((entry) => !servers.some((one) => one.name === entry.name))];`]], fails: { [NOTHING]: NOT_THERE, [OTHERS]: NOT_THERE } },
  { bug: "keeps the entry of who stays, old weight and all", changes: [[ENTRIES, "return servers.map((server) => entries.find((entry) => entry.name === server.name) ?? { ...server, credit: 0 });"]], fails: { [NOTHING]: WEIGHS_NOTHING, [OTHERS]: WEIGHED } },
  { bug: "puts whoever is new at the end of a long queue", changes: [[FIND, `credit: entries.find((entry) => entry.name === name)?.credit ?? (entries.length > 0 ? -3 * servers.reduce((sum, one) => sum + one.weight, 0) : 0)`]], fails: { [OTHERS]: STAYED, [NEW]: JOINED } },
  { bug: "keeps credits in a variable of the module", changes: [["/** Chooses a server", "const credits = new Map<string, number>();\n/** Chooses a server"], [GROW, "entry.credit = (credits.get(entry.name) ?? 0) + entry.weight;\n    credits.set(entry.name, entry.credit);"], [PAY, "credits.set(chosen.name, chosen.credit - total);"]], fails: { [SHARES]: FORGETFUL, [SMOOTH]: FORGETFUL, [RUNS]: /for the same entries|in a row/, [NOTHING]: FORGETFUL, [AGAIN]: FORGETFUL, [OTHERS]: FORGETFUL, [NEW]: FORGETFUL } },
  { bug: "begins anew with a server whose weight changes", changes: [[FIND, "credit: entries.find((entry) => entry.name === name && entry.weight === weight)?.credit ?? 0"]], fails: { [OTHERS]: WEIGHED } },
  { bug: "looks at ten servers", changes: [["for (const entry of entries) {", "for (const entry of entries.slice(0, 10)) {"]], fails: { [SHARES]: EXACT, [SMOOTH]: BEHIND } },
  { bug: "lets chance decide between equals", changes: [["/** Chooses a server", "let lot = 1;\n/** Chooses a server"], [BEST, BEST.replace("entry.credit > chosen.credit", "entry.credit > chosen.credit || (entry.credit === chosen.credit && (lot = (lot * 16807) % 2147483647) < 1e9)")]], fails: { [SHARES]: CHANCE, [SMOOTH]: CHANCE, [RUNS]: CHANCE, [NOTHING]: CHANCE, [AGAIN]: CHANCE, [OTHERS]: CHANCE, [NEW]: CHANCE } },
  { bug: "sorts the configuration where it is", changes: [[ENTRIES, `(servers as Server[]).sort((one, other) => (one.name < other.name ? 1 : -1));\n  ${ENTRIES}`]], fails: { [SHARES]: NOT_YOURS, [SMOOTH]: NOT_YOURS, [RUNS]: NOT_YOURS, [NOTHING]: NOT_YOURS, [AGAIN]: NOT_YOURS, [OTHERS]: NOT_YOURS, [NEW]: NOT_YOURS } },
];
