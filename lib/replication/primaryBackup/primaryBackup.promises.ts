import type { Declaration, Ending, FaultKind, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { isMajority } from "../raft/quorum.js";
import { keyValue, keyValueClients } from "../service/keyValue.js";
import { backupsToWaitFor, primaryBackup } from "./primaryBackup.js";
import type { Degree, Entry, PrimaryBackup } from "./types.js";

const onePrimary: Invariant<PrimaryBackup> = {
  name: "a view has one primary",
  source: "Budhiraja et al. 1993, property Pb1, for each view; Liskov and Cowling 2012, §4",
  afterStep({ id, state }, facts) {
    if (state.role === "primary") facts.agree("primary of view", state.view, id);
  },
  onSend({ id }, _to, message, facts) {
    if (message.type === "Prepare" || message.type === "StartView") facts.agree("primary of view", message.view, id);
  },
};

const viewsRise: Invariant<PrimaryBackup> = {
  name: "a node never speaks of an older view again",
  source: "Oki and Liskov 1988: view numbers only grow, and survive crashes",
  onSend({ id }, _to, message, facts) {
    facts.rises("view of node", id, message.view);
  },
};

const durableView: Invariant<PrimaryBackup> = {
  name: "a view is on disk before it is spoken of",
  source: "Oki and Liskov 1988: the view number is kept on stable storage",
  onSend({ id, disk }, _to, message, facts) {
    const { view } = disk.stored ?? { view: 0 };
    facts.must(view >= message.view, () => `node ${id} speaks of view ${message.view}, its disk has view ${view}`);
  },
};

const durableCopy: Invariant<PrimaryBackup> = {
  name: "what a backup acknowledges is on its disk",
  source: "Alsberg and Day 1976: a backup acknowledges what it has",
  onSend({ id, disk }, _to, message, facts) {
    if (message.type === "PrepareOk") facts.must(disk.log.length >= message.length, () => `node ${id} acknowledges ${message.length} entries, its disk has ${disk.log.length}`);
  },
};

const oneEntry: Invariant<PrimaryBackup> = {
  name: "entries of one view at one place are one entry",
  source: "Budhiraja et al. 1993: requests of a view are ordered by its primary",
  onSend(_from, _to, message, facts) {
    if (message.type !== "Prepare" && message.type !== "StartView") return;
    const [start, entries] = message.type === "Prepare" ? [message.start, message.entries] : [0, message.log];
    entries.forEach((entry, i) => facts.agree("entry", `${start + i + 1} of view ${entry.view}`, nameOf(entry)));
  },
  afterStep({ disk: { log } }, facts) {
    const last = log.at(-1);
    if (last) facts.agree("entry", `${log.length} of view ${last.view}`, nameOf(last));
  },
};

/** Which request an entry is. */
const nameOf = ({ client, serial }: Pick<Entry<unknown>, "client" | "serial">) => `${client}/${serial}`;

/** An answer is given when as many disks have the request as the degree of synchrony says, the primary's among them. */
const answeredWhen = (degree: Degree, name: string): Invariant<PrimaryBackup> => ({
  name,
  source: "Alsberg and Day 1976; Gray and Reuter 1993, §12.6: one-safe, two-safe and very safe",
  onSend({ id, disk }, _to, message, facts) {
    const key = `node ${id} in view ${message.view}`;
    const before = Number(facts.known("said to be kept by", key) ?? 0);
    const length = message.type === "PrepareOk" ? message.length : message.type === "Prepare" ? message.start + message.entries.length : message.type === "StartView" ? message.log.length : 0;
    if (length <= before) return;
    facts.rises("said to be kept by", key, length);
    for (const entry of disk.log.slice(before, length)) facts.agree("copy", `of ${nameOf(entry)} at node ${id}`, 1);
  },
  onOutput({ id, state, disk }, output, facts) {
    if (output.type !== "answer") return;
    const request = nameOf(output);
    facts.must(disk.log.some((entry) => nameOf(entry) === request), () => `node ${id} answers ${request} (client/serial), which is not on its disk`);
    const size = state.acknowledged.length;
    const copies = state.acknowledged.filter((_, node) => node !== id && facts.known("copy", `of ${request} at node ${node}`) !== undefined).length;
    const wanted = backupsToWaitFor(degree, size);
    facts.must(copies >= wanted, () => `node ${id} answers ${request} (client/serial), which ${copies} of the ${size - 1} others have: ${wanted} must`);
  },
});

const nothingLost: Invariant<PrimaryBackup> = {
  name: "a new primary has all that was carried out before",
  source: "Liskov and Cowling 2012, §8.1: what was committed survives into the next view",
  afterStep({ state: { committed, log } }, facts) {
    if (committed === 0) return;
    facts.agree("carried out at place", committed, nameOf(log[committed - 1]!));
    facts.rises("carried out", "anywhere", Math.max(committed, Number(facts.known("carried out", "anywhere") ?? 0)));
  },
  onSend({ id }, _to, message, facts) {
    // A primary that has been deposed and does not know it may be behind.
    if (message.type !== "StartView" || message.view < Number(facts.known("view that began", "anywhere") ?? 0)) return;
    facts.rises("view that began", "anywhere", message.view);
    message.log.forEach((entry, i) => {
      if (facts.known("carried out at place", i + 1) !== undefined) facts.agree("carried out at place", i + 1, nameOf(entry));
    });
    const all = Number(facts.known("carried out", "anywhere") ?? 0);
    facts.must(message.log.length >= all, () => `node ${id} begins view ${message.view} with ${message.log.length} entries; ${all} had been carried out`);
  },
};

const votedIn: Invariant<PrimaryBackup> = {
  name: "a new view has the votes of a majority",
  source: "Liskov and Cowling 2012, §4.2, step 3",
  onSend({ id }, to, message, facts) {
    if (message.type === "DoViewChange" && facts.known("vote", `${id} in ${message.view}`) === undefined) facts.agree("vote", `${id} in ${message.view}`, to);
  },
  concerns: ({ state }) => state.role === "primary",
  overall(nodes, facts) {
    for (const { id, state } of nodes) {
      if (state.role !== "primary" || state.view === 0 || facts.known("counted", state.view) !== undefined) continue;
      facts.agree("counted", state.view, id);
      const voters = nodes.filter((node) => node.id === id || facts.known("vote", `${node.id} in ${state.view}`) === id);
      facts.must(isMajority(voters.map((node) => node.id), nodes.length), () => `node ${id} leads view ${state.view} with ${voters.length} of ${nodes.length} votes`);
    }
  },
};

type Nodes = readonly NodeView<PrimaryBackup>[];

const primaries = (nodes: Nodes) => nodes.filter(({ up, state }) => up && state.role === "primary").sort((a, b) => b.state.view - a.state.view);

/** How much of their logs two nodes have in common. */
function common(a: NodeView<PrimaryBackup>, b: NodeView<PrimaryBackup>): number {
  let length = 0;
  while (length < Math.min(a.state.log.length, b.state.log.length) && a.state.log[length]!.view === b.state.log[length]!.view) length++;
  return length;
}

const concernsPrimaries = ({ state }: NodeView<PrimaryBackup>) => state.role === "primary";

const reachables: readonly Reachable<PrimaryBackup>[] = [
  { name: "a view after the first", afterStep: ({ state }) => state.role === "primary" && state.view > 0 },
  { name: "two primaries at once, in different views", concerns: concernsPrimaries, overall: (nodes) => primaries(nodes).length > 1 },
  {
    name: "a deposed primary with entries that the new one does not have",
    concerns: concernsPrimaries,
    overall: (nodes) => {
      const newest = primaries(nodes)[0];
      return newest !== undefined && nodes.some((old) => old.state.role === "primary" && old.state.view < newest.state.view && common(old, newest) < old.state.log.length);
    },
  },
];

const carriedOut = (requests: number, words: string): Reachable<PrimaryBackup> => ({ name: `${words} requests carried out`, afterStep: ({ state }) => state.committed >= requests });

const behind = (entries: number, words: string): Reachable<PrimaryBackup> => ({
  name: `a backup that is ${words} behind its primary`,
  concerns: concernsPrimaries,
  overall: (nodes) => primaries(nodes).some((primary) => nodes.some((other) => other.up && other.state.view === primary.state.view && other.state.log.length + entries <= primary.state.log.length)),
});

const fenced: Reachable<PrimaryBackup> = { name: "a primary that is fenced", afterStep: ({ state }) => state.role === "primary" && state.fenced };
const inherited: Reachable<PrimaryBackup> = { name: "a new primary with entries that may or may not have been carried out", afterStep: ({ state }) => state.role === "primary" && state.view > 0 && state.log.length > state.committed };

const lostAnswer: Reachable<PrimaryBackup> = {
  name: "a primary without something that was carried out, and answered, in an older view",
  concerns: concernsPrimaries,
  overall: (nodes) => {
    const newest = primaries(nodes)[0];
    return newest !== undefined && nodes.some((old) => old.state.role === "primary" && old.state.view < newest.state.view && common(old, newest) < old.state.committed);
  },
};

const converges: Progress<PrimaryBackup> = {
  name: "when the faults end, one primary is followed by all and all have carried out the same",
  source: "Budhiraja et al. 1993, property Pb4: outages are finite and few",
  missing(nodes) {
    const [primary, second] = primaries(nodes);
    if (!primary) return "nobody is primary";
    if (second) return `nodes ${primary.id} and ${second.id} are both primary`;
    if (primary.state.fenced) return `node ${primary.id} is primary and fenced`;
    const { view, log } = primary.state;
    const elsewhere = nodes.find(({ state }) => state.view !== view || state.normal !== view);
    if (elsewhere) return `node ${primary.id} is primary of view ${view}, node ${elsewhere.id} is in view ${elsewhere.state.view}`;
    const different = nodes.find((node) => node.state.log.length !== log.length || common(node, primary) < log.length);
    if (different) return `the log of node ${different.id} is not that of node ${primary.id}, the primary`;
    const behind = nodes.find(({ state }) => state.committed < log.length);
    return behind && `node ${behind.id} has carried out ${behind.state.committed} of ${log.length} requests`;
  },
};

const leadership = (nodes: Nodes) => primaries(nodes)[0]?.state.view ?? -1;

const primaryStays: Ending<PrimaryBackup> = {
  name: "while nothing fails, a primary stays",
  source: "Budhiraja et al. 1993: a backup takes over only when it misses the primary",
  lasts: 1500,
  remember: (nodes) => String(leadership(nodes)),
  missing: (nodes, before) => (leadership(nodes) === Number(before) ? undefined : `view ${before} ended and nothing had failed`),
};

const nextTakesOver: Ending<PrimaryBackup> = {
  name: "without its primary, the next in line takes over",
  source: "Budhiraja et al. 1993, property Pb4",
  isolate: "primary",
  lasts: 2000,
  nodes: 2,
  remember: (nodes) => String(leadership(nodes)),
  missing: (nodes, before) => (leadership(nodes) > Number(before) ? undefined : `2,000 ms after the primary of view ${before} was cut off nobody has taken over`),
};

const loneStops: Ending<PrimaryBackup> = {
  name: "a primary that is cut off stops answering",
  source: "this course: fencing by a majority",
  isolate: "primary",
  lasts: 1000,
  nodes: 2,
  remember: (nodes) => String(primaries(nodes)[0]?.id ?? -1),
  missing: (nodes, before) => (nodes[Number(before)]?.state.role === "primary" && !nodes[Number(before)]!.state.fenced ? `node ${before} has been cut off for 1,000 ms and still serves` : undefined),
};

const ALL: readonly FaultKind[] = ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"];

const declared = {
  tolerates: ALL,
  progress: [converges],
  probe: ({ role, fenced }) => (fenced ? "fenced" : role),
  roles: ["primary", "candidate"],
  calm: 6000,
} satisfies Partial<Declaration<PrimaryBackup>>;

const always = [onePrimary, viewsRise, durableView, durableCopy, oneEntry];
const ON_ALL = "an answered request is on every disk";
const ON_MAJORITY = "an answered request is on the disks of a majority";
const ON_PRIMARY = "an answered request is on the primary's disk";

/** Every backup has a request before it is answered, and a view needs the votes of a majority. It serves only while every node is up. */
export const primaryBackupSynchronous: Declaration<PrimaryBackup> = {
  ...declared,
  name: "primary-backup-synchronous",
  summary: "primary–backup replication that answers when every backup has the request: nothing is ever lost, and one node that is away stops it",
  source: "Alsberg and Day, ICSE 1976; Oki and Liskov, Viewstamped Replication, PODC 1988",
  engine: () => primaryBackup(keyValue, { acknowledge: "synchronous", fencing: "majority" }),
  sizes: [2, 3, 5],
  invariants: [...always, votedIn, answeredWhen("synchronous", ON_ALL), nothingLost],
  reachables: [...reachables, carriedOut(10, "ten"), behind(3, "three entries"), fenced, inherited],
  service: { ...keyValueClients, consistency: "linearizable" },
  endings: [primaryStays, { ...nextTakesOver, nodes: 3 }, loneStops],
};

/** The same with answers when a majority has the request: it loses nothing either, and serves while a majority is up. */
export const primaryBackupMajority: Declaration<PrimaryBackup> = {
  ...primaryBackupSynchronous,
  name: "primary-backup-majority",
  summary: "primary–backup replication that answers when a majority has the request: Viewstamped Replication",
  source: "Oki and Liskov, Viewstamped Replication, PODC 1988; Liskov and Cowling, Viewstamped Replication Revisited, MIT 2012",
  engine: () => primaryBackup(keyValue, { acknowledge: "majority", fencing: "majority" }),
  invariants: [...always, votedIn, answeredWhen("majority", ON_MAJORITY), nothingLost],
};

/**
 * Answers at once, and whoever misses the primary takes over without asking. It promises that a view has one primary and
 * that all are equal once the faults end; nothing about what clients were told. Two nodes of it are a hot standby.
 */
export const primaryBackupAsynchronous: Declaration<PrimaryBackup> = {
  ...declared,
  name: "primary-backup-asynchronous",
  summary: "primary–backup replication that answers at once and fails over without a vote: it loses what it answered, and two may serve at a time",
  source: "Alsberg and Day, ICSE 1976; Budhiraja et al., The Primary-Backup Approach, 1993",
  engine: () => primaryBackup(keyValue, { acknowledge: "asynchronous", fencing: "none" }),
  sizes: [2, 3, 5],
  invariants: [...always, answeredWhen("asynchronous", ON_PRIMARY)],
  reachables: [...reachables, carriedOut(3, "three"), behind(1, "an entry"), lostAnswer],
  inputs: (random) => keyValueClients.request(Math.floor(random() * 1_000_000), 1, random),
  endings: [primaryStays, nextTakesOver],
};
