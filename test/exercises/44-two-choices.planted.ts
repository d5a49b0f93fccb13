import type { Planted } from "./planted.js";

const PLACES = "const places = servers.flatMap(({ up }, place) => (up ? [place] : []));";
const OTHER = "const other = drawn + Math.floor(random() * (places.length - drawn));";
const LESS = "if (chosen === null || servers[candidate]!.load < servers[chosen]!.load) chosen = candidate;";
const RETURN = "  return chosen;\n";

// The cases.
const LESS_LOADED = "the less loaded of two is chosen";
const SETS = "candidates are different, and each set is as likely as any other";
const EQUALS = "lots decide between equals";
const DOWN = "who is down is no candidate";
const FEWER = "fewer are there than should be drawn";
const FRESH = "with fresh loads, waits are short";
const OLD = "with old loads, nobody follows the herd";
const SILENT = "with no loads at all, everybody gets a share";

// What is told.
const NEVER = /Of \d different candidates( that are up)? there is always a less loaded one/;
const LIKELY = /is as likely as any other/;
const LOTS = /lots must decide between equals/;
const OWN_LOTS = /they must all come from random\(\)/;
const SLOW = /a request took \d+\.\d on average/;

/** Another rule, before the solution's own, which is not reached any more. */
const instead = (rule: string): Planted["changes"] => [[PLACES, `${PLACES}\n  if (servers.length < 1e6) {\n    ${rule}\n  }`]];

/** Mistakes in drawing lots; and answers that are right in another way. */
export const planted: readonly Planted[] = [
  { bug: "draws until candidates differ, and lets a coin decide", changes: instead(`const drawn = new Set<number>();
    while (drawn.size < Math.min(d, places.length)) drawn.add(places[Math.floor(random() * places.length)]!);
    const least = Math.min(...[...drawn].map((place) => servers[place]!.load));
    const best = [...drawn].filter((place) => servers[place]!.load === least);
    return best.length === 0 ? null : best[Math.floor(random() * best.length)]!;`), fails: {} },
  { bug: "gives each server a number by lot, and adds another lot to its load", changes: instead(`const drawn = places.map((place) => ({ place, lot: random() })).sort((one, other) => one.lot - other.lot).slice(0, d);
    return drawn.map(({ place }) => ({ place, rank: servers[place]!.load + random() / 2 })).sort((one, other) => one.rank - other.rank)[0]?.place ?? null;`), fails: {} },
  { bug: "may draw the same one twice", changes: [[OTHER, "const other = Math.floor(random() * places.length);"]], fails: { [LESS_LOADED]: NEVER, [SETS]: NEVER, [EQUALS]: LIKELY, [DOWN]: NEVER, [FEWER]: NEVER } },
  { bug: "takes the first in the list of equals", changes: [[LESS, "if (chosen === null || servers[candidate]!.load < servers[chosen]!.load || (servers[candidate]!.load === servers[chosen]!.load && candidate < chosen)) chosen = candidate;"]], fails: { [EQUALS]: LOTS, [DOWN]: LOTS, [SILENT]: SLOW } },
  { bug: "sorts by a coin", changes: instead(`const drawn = places.sort(() => random() - 0.5).slice(0, d);
    return drawn.reduce((one: number | null, other) => (one === null || servers[other]!.load < servers[one]!.load ? other : one), null);`), fails: { [SETS]: LIKELY, [EQUALS]: LOTS, [DOWN]: LIKELY, [SILENT]: SLOW } },
  { bug: "takes neighbours", changes: instead(`const first = Math.floor(random() * places.length);
    const drawn = Array.from({ length: Math.min(d, places.length) }, (_, step) => places[(first + step) % places.length]!);
    return drawn.reduce((one: number | null, other) => (one === null || servers[other]!.load < servers[one]!.load ? other : one), null);`), fails: { [SETS]: LIKELY, [EQUALS]: LIKELY, [DOWN]: LIKELY } },
  { bug: "takes the least loaded of all", changes: [["drawn < d && ", ""]], fails: { [SETS]: LIKELY, [EQUALS]: LIKELY, [DOWN]: LIKELY, [OLD]: SLOW } },
  { bug: "takes whoever is drawn first", changes: [[LESS, "chosen ??= candidate;"]], fails: { [LESS_LOADED]: NEVER, [SETS]: NEVER, [EQUALS]: LIKELY, [DOWN]: NEVER, [FEWER]: NEVER, [FRESH]: SLOW } },
  { bug: "never draws the last", changes: [[OTHER, "const other = drawn + Math.floor(random() * Math.max(1, places.length - drawn - 1));"]], fails: { [SETS]: LIKELY, [EQUALS]: LOTS, [DOWN]: LIKELY } },
  { bug: "draws from all, and has fewer candidates if one of them is down", changes: [[PLACES, "const places = servers.map((_, place) => place);"], [LESS, "if (!servers[candidate]!.up) continue;\n    " + LESS]], fails: { [DOWN]: NEVER, [FEWER]: /choose returned null \d+ times/ } },
  { bug: "takes the next in the list for one that is down", changes: [[PLACES, "const places = servers.map((_, place) => place);\n  if (!servers.some(({ up }) => up)) return null;"], [RETURN, "  while (chosen !== null && !servers[chosen]!.up) chosen = (chosen + 1) % servers.length;\n  return chosen;\n"]], fails: { [DOWN]: NEVER } },
  { bug: "does not look who is up", changes: [[PLACES, "const places = servers.map((_, place) => place);"]], fails: { [DOWN]: /which is down/, [FEWER]: /which is down/ } },
  { bug: "throws dice of its own", changes: [[OTHER, OTHER.replace("random()", "Math.random()")]], fails: { [SETS]: OWN_LOTS, [EQUALS]: OWN_LOTS, [DOWN]: OWN_LOTS } },
  { bug: "has three candidates at most", changes: [["drawn < d && ", "drawn < d && drawn < 3 && "]], fails: { [SETS]: /the least loaded of 5 candidates, .*Of 5 different candidates there is always a less loaded one/ } },
  { bug: "looks at the first sixty-four servers", changes: [[PLACES, PLACES.replace("servers.flatMap", "servers.slice(0, 64).flatMap")]], fails: { [SETS]: /with loads 70, 69, 68, …, 3, 2, 1 \(70 servers\), the server at place 64 was chosen 0 times/ } },
  { bug: "takes place 0 for nobody", changes: [[LESS, LESS.replace("chosen === null", "!chosen").replace("servers[chosen]!", "servers[chosen!]!")]], fails: { [LESS_LOADED]: /With loads 3, 1 it was right: is a 0 taken for nothing somewhere/, [SETS]: NEVER, [EQUALS]: LOTS, [DOWN]: NEVER } },
];
