import type { Declaration, Invariant, Mutant, NodeView, Progress } from "../../promises.js";
import { averaging, type Averaging } from "./averaging.js";

const SOURCE = "Jelasity, Montresor and Babaoglu, Gossip-Based Aggregation in Large Dynamic Networks, ACM TOCS 23(3), 2005";

type Site = NodeView<Averaging>;
const sum = (sites: readonly Site[], of: (site: Site) => number) => sites.reduce((total, site) => total + of(site), 0);
const meanOf = (sites: readonly Site[]) => sum(sites, ({ state }) => state.initial) / sites.length;

/** What the other side of this site's exchange has gained already, and this one is still to lose. */
function owed(site: Site, sites: readonly Site[]): number {
  const { pending } = site.state;
  const answered = pending && sites[pending.to]!.state.given[site.id];
  return answered && answered.exchange === pending.exchange ? answered.gained : 0;
}

const massKept: Invariant<Averaging> = {
  name: "the sum of all values stays what it was, exchanges under way included",
  source: `${SOURCE}, §3`,
  overall(sites, facts) {
    const [before, now] = [sum(sites, ({ state }) => state.initial), sum(sites, (site) => site.state.value - owed(site, sites))];
    facts.must(Math.abs(now - before) < 1e-6, () => `the values add up to ${now}, at the start to ${before}`);
  },
};

const allAtMean: Progress<Averaging> = {
  name: "in the end all sites hold the mean",
  source: `${SOURCE}, §4`,
  missing(sites) {
    const mean = meanOf(sites);
    const far = sites.find(({ state }) => Math.abs(state.value - mean) > 0.01);
    return far && `node ${far.id} holds ${far.state.value}, the mean is ${mean}`;
  },
};

/** Averaging by push and pull. It bears messages that come late, twice or out of turn; none may be lost, and no site may crash. */
export const averagingPushPull: Declaration<Averaging> = {
  name: "averaging",
  summary: "all sites come to hold the mean of what they had, by exchanges of two at a time",
  source: SOURCE,
  engine: () => averaging(),
  tolerates: ["duplication", "reordering", "clog", "pause", "clock-skew", "clock-drift"],
  sizes: [2, 3, 4, 5, 7],
  invariants: [massKept],
  reachables: [
    { name: "a site that is called while it waits for an answer", afterStep: ({ state }) => state.pending !== null && state.value !== state.pending.value },
    { name: "a site within a hundredth of the mean, and another far from it", overall: (sites) => sites.some(({ state }) => Math.abs(state.value - meanOf(sites)) < 0.01) && sites.some(({ state }) => Math.abs(state.value - meanOf(sites)) > 5) },
  ],
  progress: [allAtMean],
  disks: (_node, random) => ({ stored: { value: Math.floor(100 * random()) } }),
  calm: 8000,
};

/** Averaging with one rule broken. */
export const averagingMutants: readonly Mutant<Averaging>[] = [
  {
    name: "averaging-overwrites",
    bug: "a site that is answered takes the mean of what it sent and what it got, whatever it gained in between",
    source: `${SOURCE}, §3: an exchange is taken to happen at one instant`,
    engine: "averaging",
    caughtBy: massKept.name,
    broken() {
      const sound = averaging();
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Answer" && state.pending?.exchange === message.exchange) state.value = state.pending.value;
          sound.onMessage(state, from, message, context);
        },
      };
    },
  },
  {
    name: "averaging-twice",
    bug: "a call that comes twice is answered twice",
    source: "Averaging is not idempotent: what a network repeats must be told from what is new",
    engine: "averaging",
    caughtBy: massKept.name,
    broken() {
      const sound = averaging();
      return {
        ...sound,
        onMessage(state, from, message, context) {
          if (message.type === "Value") delete state.given[from];
          sound.onMessage(state, from, message, context);
        },
      };
    },
  },
];
