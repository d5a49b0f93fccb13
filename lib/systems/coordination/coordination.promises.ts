import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { showZxid } from "../../replication/zab/zxid.js";
import { coordination, type CoordinationOptions } from "./coordination.js";
import type { Job } from "./recipes/recipeOf.js";
import { childrenOf, type TreeState } from "./tree.js";
import type { ClientState, Coordination, ResourceState, ServerState } from "./types.js";

type View = NodeView<Coordination>;

const HUNT = "Hunt, Konar, Junqueira and Reed 2010";
const BURROWS = "Burrows, The Chubby lock service, OSDI 2006, §2.4: sequencers";

/** The tree of a server. */
export const treeOf = (state: ServerState): TreeState => state.zab.sessions.machine as TreeState;
const serverOf = ({ state }: View): ServerState | undefined => (state.kind === "server" ? state : undefined);
const clientOf = ({ state }: View): ClientState | undefined => (state.kind === "client" ? state : undefined);

/** The tree of a server that has delivered something that it was not seen with before. */
function newTree({ id, up, state }: View, facts: Facts, kind: string): TreeState | undefined {
  if (!up || state.kind !== "server") return undefined;
  const name = `${id} at ${showZxid(state.zab.delivered)}`;
  if (facts.known(kind, name) !== undefined) return undefined;
  facts.agree(kind, name, 1);
  return treeOf(state);
}

const oneTree: Invariant<Coordination> = {
  name: "servers that have carried out the same have the same tree",
  source: `${HUNT}, §2.3: replicas apply transactions in one order; sessions expire by a transaction, too`,
  afterStep(node, facts) {
    const tree = newTree(node, facts, "compared");
    if (!tree) return;
    const after = showZxid((node.state as ServerState).zab.delivered);
    facts.agree("sessions after", after, Object.entries(tree.sessions).map(([session, { expires }]) => `${session} until ${expires}`).join(", "));
    facts.agree("nodes after", after, JSON.stringify(tree.nodes));
    facts.agree("watches after", after, JSON.stringify(tree.watches));
  },
};

const ephemeral: Invariant<Coordination> = {
  name: "an ephemeral node is there no longer than its session",
  source: `${HUNT}, §2.1, ephemeral nodes`,
  afterStep(node, facts) {
    const tree = newTree(node, facts, "looked for ephemerals");
    if (!tree) return;
    for (const [path, { owner }] of Object.entries(tree.nodes)) facts.must(owner === null || tree.sessions[owner] !== undefined, () => `node ${node.id} has ${path} of session ${owner}, which has ended`);
  },
};

const tokensRise: Invariant<Coordination> = {
  name: "each holder's token is higher than the one before",
  source: BURROWS,
  afterStep(node, facts) {
    const tree = newTree(node, facts, "looked for the holder");
    const [first] = tree ? childrenOf(tree, "/lock") : [];
    const { epoch, counter } = (node.state as Partial<ServerState>).zab?.delivered ?? { epoch: 0, counter: 0 };
    const order = 1_000_000 * epoch + counter;
    // Who is behind tells of earlier holders.
    if (!first || order <= Number(facts.known("newest", "lock") ?? 0)) return;
    facts.rises("newest", "lock", order);
    facts.rises("token", "of the lock's holder", first.created);
  },
};

const oneHolder: Invariant<Coordination> = {
  name: "a token belongs to one holder",
  source: BURROWS,
  onSend(_from, _to, message, facts) {
    if (message.type === "write") facts.agree("holder with token", message.token, message.session);
  },
};

const fenced: Invariant<Coordination> = {
  name: "the resource takes no write of an older holder",
  source: BURROWS,
  onSend(_from, _to, message, facts) {
    if (message.type === "written" && message.taken) facts.rises("token of the last write", "taken", message.token);
  },
};

const takenOnce: Invariant<Coordination> = {
  name: "an element of the queue is taken once",
  source: `${HUNT}, §2.4 and the recipes of Apache ZooKeeper, queues`,
  afterStep(node, facts) {
    const client = clientOf(node);
    if (client?.progress.took != null) facts.agree("element taken by", client.progress.took, node.id);
  },
};

const versionsRise: Invariant<Coordination> = {
  name: "who watches the configuration never sees an older one again",
  source: `${HUNT}, §2.4, configuration management`,
  afterStep(node, facts) {
    const client = clientOf(node);
    if (client?.job === "watcher" && client.progress.version !== null) facts.rises("version seen by", node.id, client.progress.version);
  },
};

const newestTree = (nodes: readonly View[]): TreeState | undefined => {
  const servers = nodes.flatMap((node) => serverOf(node) ?? []).sort((a, b) => b.zab.delivered.epoch - a.zab.delivered.epoch || b.zab.delivered.counter - a.zab.delivered.counter);
  return servers[0] && treeOf(servers[0]);
};

/** Whether a client is asking right now what there is to see, with a watch: it has been told of a change, and waits for the answer. */
const looks = ({ asking }: ClientState): boolean => asking.some((command) => (command.op === "get" || command.op === "children") && command.watch === true);

/** What is missing of a job, in words. Where disks are slow, sessions may expire to the end: who watches may be about to learn of it. */
function missingOf(nodes: readonly View[], node: View, client: ClientState, rounds: number): string | undefined {
  const tree = newestTree(nodes)!;
  if ((client.job === "watcher" || client.job === "member") && looks(client)) return undefined;
  switch (client.job) {
    case "consumer":
      return client.rounds >= rounds || childrenOf(tree, "/queue").length === 0 ? undefined : `client ${node.id} has taken ${client.rounds} elements and leaves the others`;
    case "watcher":
      return client.progress.version === tree.nodes["/config"]!.version ? undefined : `client ${node.id} has version ${client.progress.version} of the configuration, and ${tree.nodes["/config"]!.version} is the newest`;
    case "member": {
      const there = childrenOf(tree, "/group").map(({ path }) => path);
      return JSON.stringify(client.progress.members) === JSON.stringify(there) ? undefined : `client ${node.id} takes ${client.progress.members.join(", ") || "nobody"} for present, and it is ${there.join(", ") || "nobody"}`;
    }
    default:
      return client.rounds >= rounds ? undefined : `client ${node.id} (${client.job}) has done ${client.rounds} of ${rounds} rounds`;
  }
}

const allDone = (rounds: number): Progress<Coordination> => ({
  name: "when the faults end, every client gets what it asked for",
  source: `${HUNT}, §2.4`,
  missing(nodes) {
    for (const node of nodes) {
      const client = clientOf(node);
      const missing = client && missingOf(nodes, node, client, rounds);
      if (missing) return missing;
    }
    return undefined;
  },
});

const resourceOf = ({ state }: View): ResourceState | undefined => (state.kind === "resource" ? state : undefined);
const line = (node: View) => (serverOf(node) ? childrenOf(treeOf(serverOf(node)!), "/lock").length : 0);

const lockMoments: readonly Reachable<Coordination>[] = [
  { name: "a holder", afterStep: (node) => clientOf(node)?.progress.holds === true },
  { name: "all three in line", afterStep: (node) => line(node) === 3 },
  { name: "a waiter is told that the one before it is gone", onSend: (_from, _to, message) => message.type === "notice" && message.event.path.startsWith("/lock/") },
  {
    name: "two that take themselves for the holder",
    concerns: (node) => clientOf(node)?.progress.holds === true,
    overall: (nodes) => nodes.filter((node) => node.up && clientOf(node)?.progress.holds).length > 1,
  },
  { name: "a write refused for its token", afterStep: (node) => (resourceOf(node)?.refused ?? 0) > 0 },
  { name: "a client's second session", afterStep: (node) => (clientOf(node)?.sessions ?? 0) > 1 },
];

const recipeMoments: readonly Reachable<Coordination>[] = [
  { name: "an element taken", afterStep: (node) => (clientOf(node)?.progress.took ?? null) !== null },
  { name: "two who wait for elements", afterStep: (node) => (serverOf(node) ? treeOf(serverOf(node)!).watches.filter(({ path }) => path === "/queue").length > 1 : false) },
  { name: "the second version of the configuration seen", afterStep: (node) => (clientOf(node)?.job === "watcher" ? (clientOf(node)!.progress.version ?? 0) > 1 : false) },
  { name: "two members present", afterStep: (node) => (clientOf(node)?.progress.members.length ?? 0) > 1 },
  { name: "a client's second session", afterStep: (node) => (clientOf(node)?.sessions ?? 0) > 1 },
];

function probe(state: Coordination["State"]): string {
  if (state.kind === "resource") return "resource";
  if (state.kind === "client") return state.progress.holds ? "holder" : state.progress.step === "idle" ? "idle" : state.progress.step === "waiting" ? "waiting" : "busy";
  const { role, phase } = state.zab;
  if (role === "looking") return "looking";
  if (phase !== "broadcast") return role === "leading" ? "prospective" : "joining";
  return role === "leading" ? "leader" : "follower";
}

/** Rounds that each client does in a hostile run. */
export const ROUNDS = 4;
/** How the service is tuned in hostile runs: sessions outlast slow networks and disks; holders do not look at their clocks, so that all depends on tokens. */
export const TUNED: CoordinationOptions = { keep: 20, rounds: ROUNDS, hold: 150, checksLease: false, sessionTimeout: 1000, clock: 200, retry: 250, recheck: 1500 };
/** What the clients of the recipes do. */
export const RECIPES: readonly Job[] = ["producer", "consumer", "consumer", "writer", "watcher", "member", "member"];

const declared = {
  source: "Hunt, Konar, Junqueira and Reed, ZooKeeper: Wait-free coordination for Internet-scale systems, USENIX ATC 2010, §2",
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  progress: [allDone(ROUNDS)],
  probe,
  calm: 10_000,
} satisfies Partial<Declaration<Coordination>>;

/** Three clients take a lock in turn; the resource that it guards is fenced by its tokens. */
export const coordinationLock: Declaration<Coordination> = {
  ...declared,
  name: "zab-lock",
  summary: "a coordination service on Zab, three clients that take its lock in turn, and a resource that is fenced by the lock's tokens",
  engine: () => coordination(TUNED),
  sizes: [7],
  invariants: [oneTree, ephemeral, tokensRise, oneHolder, fenced],
  reachables: lockMoments,
  roles: ["holder", "leader", "waiting", "holder"],
};

/** A queue, a configuration and a group, with their clients. */
export const coordinationRecipes: Declaration<Coordination> = {
  ...declared,
  name: "zab-recipes",
  summary: "a coordination service on Zab with a queue, a watched configuration and a group of members",
  engine: () => coordination({ ...TUNED, jobs: RECIPES }),
  sizes: [11],
  invariants: [oneTree, ephemeral, takenOnce, versionsRise],
  reachables: recipeMoments,
  roles: ["leader", "waiting"],
};
