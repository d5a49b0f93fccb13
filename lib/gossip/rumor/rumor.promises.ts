import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { compareTimestamps, type Item, itemOf, type Timestamp } from "./deathCertificates.js";
import { rumorMongering } from "./rumorMongering.js";
import type { Rumor, RumorMessage, RumorMongering, RumorOptions } from "./types.js";

const DEMERS = "Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987";

/** What clients of hostile runs write to. */
const KEYS = ["x", "y"];

type Site = NodeView<RumorMongering>;

/** A timestamp as one number: sites are fewer than 16. */
const rank = ({ time, node }: Timestamp) => 16 * time + node;
const onDisk = ({ disk }: Site, key: string): Item | undefined => disk.stored && itemOf(disk.stored, key);
const told = (message: RumorMessage): readonly Rumor[] => ("rumors" in message ? message.rumors : []);

const onlyWhatWasWritten: Invariant<RumorMongering> = {
  name: "sites spread only what a client wrote, as it was written",
  source: `${DEMERS}, §1.1; §2.3 for death certificates`,
  onOutput(_site, output, facts) {
    if (output.type === "wrote") facts.agree("written", `${output.key} at ${rank(output.item.timestamp)}`, `${output.item.value}`);
  },
  afterStep(site, facts) {
    if (site.up) return;
    // A crash may keep a write of which the client never heard.
    for (const key of KEYS) {
      const item = onDisk(site, key);
      if (item?.timestamp.node === site.id) facts.agree("written", `${key} at ${rank(item.timestamp)}`, `${item.value}`);
    }
  },
  onSend({ id }, _to, message, facts) {
    for (const { key, item } of told(message)) {
      const written = facts.known("written", `${key} at ${rank(item.timestamp)}`);
      facts.must(written === `${item.value}`, () => `node ${id} says that ${key} is ${item.value} since ${item.timestamp.time} ms at node ${item.timestamp.node}, where ${written === undefined ? "nobody wrote it" : `${written} was written`}`);
    }
  },
};

const neverOlder: Invariant<RumorMongering> = {
  name: "a site never goes back to something older, and drops only death certificates",
  source: `${DEMERS}, §1.1: the newer timestamp supersedes`,
  afterStep({ id, up, state }, facts) {
    const turns = turnsOf(id, up, facts);
    if (!up) return;
    for (const key of KEYS) {
      const item = itemOf(state, key);
      const drops = Number(facts.known("drops", `${id} of ${key}`) ?? 0);
      const since = `${id} of ${key} after ${turns} crashes and restarts and ${drops} drops`;
      // The lowest bit says whether it is a death certificate.
      if (item) facts.rises("held by node", since, 2 * rank(item.timestamp) + (item.value === null ? 1 : 0));
      else {
        const held = facts.known("held by node", since);
        if (held === undefined) continue;
        facts.must(Number(held) % 2 === 1, () => `node ${id} has lost what it held for ${key}`);
        facts.rises("drops", `${id} of ${key}`, drops + 1);
      }
    }
  },
};

const restored: Invariant<RumorMongering> = {
  name: "after a restart a site holds what its disk kept",
  source: `${DEMERS}, §1.1: a database at each site`,
  afterStep(site, facts) {
    const before = Number(facts.known("back", site.id) ?? 0);
    const turns = turnsOf(site.id, site.up, facts);
    if (!site.up || turns === before) return;
    facts.rises("back", site.id, turns);
    for (const key of KEYS) {
      const [kept, held] = [onDisk(site, key), itemOf(site.state, key)];
      facts.must(!kept || (held !== undefined && compareTimestamps(held.timestamp, kept.timestamp) === 0), () => `node ${site.id} is back, and has forgotten what its disk has for ${key}`);
    }
  },
};

/** How often a site has crashed and come back; called after each of its steps. */
function turnsOf(id: number, up: boolean, facts: Facts): number {
  const turns = Number(facts.known("crashes and restarts", id) ?? 0);
  if (up === (turns % 2 === 0)) return turns;
  facts.rises("crashes and restarts", id, turns + 1);
  return turns + 1;
}

const certificateKept: Invariant<RumorMongering> = {
  name: "while a site holds a deleted item, some site holds its death certificate",
  source: `${DEMERS}, §2.1 and §2.2: dormant death certificates`,
  onOutput(_site, output, facts) {
    if (output.type !== "wrote" || output.item.value !== null) return;
    const newest = Number(facts.known("deleted", output.key) ?? -1);
    if (rank(output.item.timestamp) > newest) facts.rises("deleted", output.key, rank(output.item.timestamp));
  },
  overall(sites, facts) {
    for (const key of KEYS) {
      const deleted = Number(facts.known("deleted", key) ?? -1);
      if (deleted < 0) continue;
      let [back, certified] = [-1, false];
      for (const site of sites) {
        const item = onDisk(site, key);
        if (!item) continue;
        if (rank(item.timestamp) >= deleted) certified = true;
        else if (item.value !== null) back = site.id;
      }
      facts.must(back < 0 || certified, () => `node ${back} holds ${key}, which was deleted, and no node knows that it was`);
    }
  },
};

/** With feedback: whoever gives a rumour up has been told so often that somebody knew it already. */
const toldInVain = (least: number): Invariant<RumorMongering> => ({
  name: "a site loses interest only after it was told often enough that others knew",
  source: `${DEMERS}, §1.4, feedback`,
  onSend(_site, to, message, facts) {
    if (message.type !== "Answer" && message.type !== "Feedback") return;
    for (const { key, timestamp, needed } of message.verdicts) if (!needed) add(facts, "told in vain", `${to} of ${key} at ${rank(timestamp)}`);
  },
  onOutput({ id }, output, facts) {
    if (output.type !== "lost interest") return;
    const rumor = `${id} of ${output.key} at ${rank(output.timestamp)}`;
    const losses = add(facts, "losses", rumor);
    const heard = Number(facts.known("told in vain", rumor) ?? 0);
    facts.must(heard >= least * losses, () => `node ${id} gave ${output.key} up for the ${losses}. time, and was told ${heard} times that somebody knew it`);
  },
});

const callsTaken = (limit: number): Invariant<RumorMongering> => ({
  name: "a site takes no more calls in a cycle than its limit",
  source: `${DEMERS}, §1.4, connection limit`,
  afterStep: ({ id, up }, facts) => void turnsOf(id, up, facts),
  onSend({ id }, _to, message, facts) {
    if (message.type !== "Answer") return;
    const taken = add(facts, "taken", `${id} in cycle ${message.own} after ${facts.known("crashes and restarts", id) ?? 0} crashes and restarts`);
    facts.must(taken <= limit, () => `node ${id} takes ${taken} calls in a cycle`);
  },
});

/** Counts one more; returns how many now. */
function add(facts: Facts, kind: string, key: string): number {
  const count = Number(facts.known(kind, key) ?? 0) + 1;
  facts.rises(kind, key, count);
  return count;
}

const newestOf = (sites: readonly Site[], key: string): Item | undefined =>
  sites.map(({ state }) => itemOf(state, key)).reduce((newest, item) => (item && (!newest || compareTimestamps(item.timestamp, newest.timestamp) > 0) ? item : newest), undefined);

const allInStep: Progress<RumorMongering> = {
  name: "when the faults end, every site comes to hold the newest item of every key, and no deleted one",
  source: `${DEMERS}, §1.5`,
  missing(sites) {
    for (const key of KEYS) {
      const newest = newestOf(sites, key);
      if (!newest) continue;
      const behind = sites.find(({ state }) => (newest.value === null ? state.items[key] && state.items[key].value !== null : itemOf(state, key)?.value !== newest.value));
      if (behind) return `node ${behind.id} holds ${key} as ${itemOf(behind.state, key)?.value ?? "nothing"}, the newest is ${newest.value ?? "that it was deleted"}`;
    }
    return undefined;
  },
};

const holds = (site: Site, key: string, timestamp: Timestamp) => {
  const item = itemOf(site.state, key);
  return item !== undefined && compareTimestamps(item.timestamp, timestamp) >= 0;
};

const reachables = (rules: RumorOptions): readonly Reachable<RumorMongering>[] => [
  {
    name: "a rumour that has died while some site had not heard of it",
    overall: (sites) =>
      KEYS.some((key) => {
        const newest = newestOf(sites, key);
        return newest !== undefined && sites.every(({ up, state }) => !up || !state.hot[key]) && sites.some((site) => !holds(site, key, newest.timestamp));
      }),
  },
  { name: "an item that anti-entropy found missing", onSend: (_site, _to, message) => message.type === "Items" && message.rumors.length > 0 },
  { name: "a dormant death certificate", afterStep: ({ state }) => Object.keys(state.dormant).length > 0 },
  {
    name: "a death certificate that an obsolete copy awakened",
    afterStep: ({ state }) => KEYS.some((key) => state.items[key]?.value === null && state.items[key].activated > state.items[key].timestamp.time + ACTIVE),
  },
  {
    name: "two sites that hold different values for one key",
    overall: (sites) => KEYS.some((key) => new Set(sites.flatMap(({ state }) => (state.items[key] ? [state.items[key].value] : []))).size > 1),
  },
  ...(rules.connectionLimit === undefined ? [] : [{ name: "a call that was refused", onSend: (_site: Site, _to: number, message: RumorMessage) => message.type === "Busy" }]),
];

/** Short, so that certificates fall asleep within a run. */
const ACTIVE = 500;
const certificates = { active: ACTIVE, dormant: 1_000_000 };

const declare = (name: string, summary: string, options: RumorOptions, invariants: readonly Invariant<RumorMongering>[]): Declaration<RumorMongering> => ({
  name,
  summary,
  source: DEMERS,
  engine: () => rumorMongering(options),
  // Clocks have to agree: by them it is decided what is newer, and when a death certificate has done its work.
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write"],
  sizes: [2, 3, 4, 5, 7],
  invariants: [onlyWhatWasWritten, neverOlder, restored, certificateKept, ...invariants],
  reachables: reachables(options),
  progress: [allInStep],
  probe: ({ hot }) => (Object.keys(hot).length > 0 ? "spreads" : "quiet"),
  roles: ["spreads"],
  inputs: (random) => ({ type: "write", key: KEYS[Math.floor(KEYS.length * random())]!, value: random() < 0.4 ? null : Math.floor(1000 * random()) }),
  calm: 8000,
});

/** Options of the declared engines; mutants break them. */
export const RUMOR: RumorOptions = { variant: "push", k: 2, certificates, antiEntropy: { period: 400 } };
export const RUMOR_PUSH_PULL: RumorOptions = { variant: "push-pull", stop: "coin", k: 2, connectionLimit: 1, hunts: 1, directMail: true, certificates, antiEntropy: { period: 600, exchange: "pull", rekindle: false } };

/** Pushed rumours with feedback and a counter, anti-entropy and death certificates. */
export const rumorPush = declare("rumor", "rumours pushed until two in a row are no news, anti-entropy behind them, and death certificates for what is deleted", RUMOR, [toldInVain(2)]);

/** Push-pull with a coin, a connection limit and direct mail. */
export const rumorPushPull = declare("rumor-push-pull", "direct mail, rumours that both sides hand over, one call at a time, interest lost by a coin, and anti-entropy that pulls", RUMOR_PUSH_PULL, [toldInVain(1), callsTaken(1)]);
