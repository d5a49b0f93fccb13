import type { Protocol } from "../../../lib/protocol.js";
import { createRandom, deriveSeed } from "../../../lib/random.js";
import { isMajority } from "../../../lib/replication/raft/quorum.js";
import { lastTerm } from "../../../lib/replication/raft/log.js";
import type { RaftOptions } from "../../../lib/replication/raft/raft.js";
import type { Raft, RaftMessage, RaftOutput } from "../../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";

export interface Hostility {
  readonly nodes?: number;
  readonly options?: RaftOptions;
  readonly engine: (options?: RaftOptions) => Protocol<Raft>;
  /** Whether a restart finds the disk as it was left. Default "kept". */
  readonly disk?: "kept" | "lost";
  /** Log terms of each node, to begin with. Default: random logs of one history, with a lagging tail here and there. */
  readonly logs?: (node: number) => readonly number[];
}

/** When the faults end; what follows is calm. */
export const FAULTS_END = 6000;
const CALM_END = FAULTS_END + 6000;

/**
 * A run of Raft under everything the simulator has: loss, duplication, wide latency (which reorders), one-way cuts,
 * partitions, crashes, campaigns from outside and a slow disk; then a calm phase. Which of the faults a run has, and how
 * hard, follows from its seed.
 */
export function hostileRaft(seed: number, { nodes = 5, options = {}, engine, disk = "kept", logs }: Hostility): HostileRun {
  const notDurable: string[] = [];
  const termFell: string[] = [];
  const durableTerm = new Array<number>(nodes).fill(0);
  /** Looks at the sender's disk at the moment a message leaves. */
  const inspect = (from: number, to: number, message: RaftMessage) => {
    const { currentTerm, votedFor } = cluster.nodes[from]!.disk.stored ?? { currentTerm: 0, votedFor: null };
    const vote = message.type === "RequestVote" ? from : message.type === "RequestVoteReply" && message.voteGranted ? to : undefined;
    const where = `node ${from} at ${cluster.now} ms`;
    if (message.term > currentTerm && !message.type.startsWith("PreVote")) notDurable.push(`${where} speaks of term ${message.term}, its disk of ${currentTerm}`);
    if (vote !== undefined && (currentTerm !== message.term || votedFor !== vote)) notDurable.push(`${where} votes for ${vote} in term ${message.term}; its disk has term ${currentTerm} and ${votedFor}`);
    if (currentTerm < durableTerm[from]!) termFell.push(`${where} is back in term ${currentTerm} after ${durableTerm[from]}`);
    durableTerm[from] = currentTerm;
  };
  const random = createRandom(deriveSeed(seed, 1000));
  const chance = (probability: number) => random() < probability;
  const anyNode = () => Math.floor(random() * nodes);
  let calm = false;
  const wild = chance(0.5) ? () => (chance(0.2) ? 10 + 290 * random() : 1 + 9 * random()) : () => 1 + 9 * random();
  // Loss ends with the calm phase; the simulator's own is for a whole run, so a lost message is one that takes for ever.
  const loss = chance(0.5) ? 0.3 * random() : 0;
  const history = [1, 1, 2, 2, 4];
  const cluster = simulate(engine(options), {
    size: nodes,
    seed,
    trace: true,
    digest: false,
    probe: (state) => state.role,
    latency(from, to, message) {
      inspect(from, to, message as RaftMessage);
      const delay = calm ? 1 + 9 * random() : chance(loss) ? LOST : wild();
      return { text: "", sample: () => delay };
    },
    duplication: chance(0.5) ? 0.3 : 0,
    ...(chance(0.5) && { diskWrite: chance(0.5) ? "uniform:1,10" : "uniform:5,80" }),
    disks: (node) => ({ log: (logs?.(node) ?? history.slice(0, Math.floor(random() * 6))).map((term) => ({ term, command: null })) }),
  });
  const meanTime = 30 + 300 * random();
  const between = () => -Math.log(1 - random()) * meanTime;
  for (let time = between(); time < FAULTS_END; time += between()) {
    cluster.run(time);
    const kind = random();
    // Aimed: half of the crashes hit whoever leads or stands.
    const target = cluster.nodes.find(({ up, state }) => up && state.role !== "follower")?.id ?? anyNode();
    if (kind < 0.4) {
      const node = chance(0.5) ? target : anyNode();
      cluster.crash(node);
      cluster.command({ type: "restart", node, disk }, Math.min(FAULTS_END, time + 0.5 * between()));
    } else if (kind < 0.6) cluster.partition([Array.from({ length: nodes }, (_, node) => node).filter(() => chance(0.5))]);
    else if (kind < 0.75) cluster.command({ type: "cut", from: anyNode(), to: anyNode() });
    else if (kind < 0.8) cluster.input(chance(0.5) ? target : anyNode(), { type: "campaign" });
    else cluster.heal();
  }
  cluster.run(FAULTS_END);
  for (const { id, up } of cluster.nodes) if (!up) cluster.command({ type: "restart", node: id, disk });
  cluster.heal();
  calm = true;
  cluster.run(CALM_END);
  return { cluster, notDurable, termFell };
}

export interface HostileRun {
  readonly cluster: Cluster<Raft>;
  /** Messages that left before the term or the vote in them was durable (Figure 2), in words. */
  readonly notDurable: readonly string[];
  /** Times at which a node's durable term had fallen, in words. */
  readonly termFell: readonly string[];
}

const LOST = 10 * CALM_END;

/** What a run's trace says of Raft's promises; each list holds the offences, in words. */
export interface Findings {
  /** Leaders by term. */
  readonly leaders: ReadonlyMap<number, ReadonlySet<number>>;
  readonly twoLeaders: readonly string[];
  /** Nodes that voted for two candidates of one term. */
  readonly twoVotes: readonly string[];
  /** A leader whose log was behind that of every majority. */
  readonly behind: readonly string[];
  readonly crashes: number;
  readonly votes: number;
  readonly refusals: number;
  /** How often a leader was deposed by what it heard, or by hearing nothing. */
  readonly deposed: number;
}

/** Reads a run's trace. */
export function examine({ cluster }: HostileRun): Findings {
  const leaders = new Map<number, Set<number>>();
  const [twoLeaders, twoVotes, behind]: [string[], string[], string[]] = [[], [], []];
  const votedIn = cluster.nodes.map(() => new Map<number, number>());
  const role: string[] = [];
  let [crashes, votes, refusals, deposed] = [0, 0, 0, 0];
  const castVote = (voter: number, term: number, candidate: number) => {
    votes++;
    const earlier = votedIn[voter]!.get(term);
    if (earlier !== undefined && earlier !== candidate) twoVotes.push(`node ${voter} voted for ${earlier} and for ${candidate} in term ${term}`);
    votedIn[voter]!.set(term, candidate);
  };
  for (const event of cluster.trace!) {
    if (event.kind === "crash") crashes++;
    else if (event.kind === "role") {
      if (role[event.node] === "leader" && event.role === "follower") deposed++;
      role[event.node] = event.role;
    } else if (event.kind === "send") {
      const message = event.message as RaftMessage;
      if (message.type === "RequestVote") castVote(event.node, message.term, event.node);
      else if (message.type === "RequestVoteReply" && message.voteGranted) castVote(event.node, message.term, event.to);
      else if (message.type === "RequestVoteReply") refusals++;
    } else if (event.kind === "output") {
      const { leader, term } = event.value as RaftOutput;
      const known = leaders.get(term) ?? new Set<number>();
      leaders.set(term, known.add(leader));
      if (known.size > 1) twoLeaders.push(`term ${term} has leaders ${[...known].join(" and ")}`);
      if (leader === event.node && !reachesMajority(cluster, leader)) behind.push(`leader ${leader} of term ${term} is behind a majority`);
    }
  }
  return { leaders, twoLeaders, twoVotes, behind, crashes, votes, refusals, deposed };
}

/** Whether this node's log is at least as up to date as those of a majority, itself included (§5.4.1). */
function reachesMajority(cluster: Cluster<Raft>, leader: number): boolean {
  const own = cluster.nodes[leader]!.disk.log;
  const term = lastTerm({ log: own });
  const notAhead = cluster.nodes.filter(({ disk: { log } }) => lastTerm({ log }) < term || (lastTerm({ log }) === term && log.length <= own.length));
  return isMajority(notAhead.map(({ id }) => id), cluster.nodes.length);
}
