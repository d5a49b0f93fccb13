import { antiEntropy } from "../gossip/antiEntropy/antiEntropy.js";
import { lastWriterWinsCells, type StampedCell } from "../gossip/antiEntropy/cells/lastWriterWins.js";
import type { AntiEntropyState } from "../gossip/antiEntropy/types.js";
import type { NodeId, Protocol } from "../protocol.js";
import { deriveRandom } from "../random.js";
import { raft } from "../replication/raft/raft.js";
import type { ReplicatedState } from "../replication/raft/replicatedTypes.js";
import { keyValue, type KeyValueState } from "../replication/service/keyValue.js";
import { type Cluster, simulate } from "../sim/cluster.js";

export const DESIGNS = ["polled", "watched", "gossip"] as const;
export const PHASES = ["calm", "churn", "partition"] as const;

/** What came of one phase. */
export interface PhaseSample {
  /** Of what each node had of each key, at moments: since when there was something newer, ms; 0: it was up to date. */
  readonly ages: readonly number[];
  readonly asked: number;
  readonly acknowledged: number;
  /** kB a node and second. */
  readonly bytes: number;
  /** Of the whole run. */
  readonly lost: number;
}

export interface Setting {
  readonly nodes: number;
  readonly servers: number;
  readonly keys: number;
  readonly interval: number;
  readonly lasts: number;
  readonly churn: number;
  readonly poll: number;
  readonly gossip: number;
  readonly heartbeat: number;
  readonly clock: "hybrid" | "physical";
  readonly skew: string;
  readonly delay: string;
  readonly patience: number;
}

type Raft = ReplicatedState<KeyValueState, any, any>;
type Any = { State: object; Message: unknown; Input: any; Output: any };

/** A write: its number is its value. */
interface Write {
  readonly number: number;
  readonly key: string;
  readonly phase: number;
  readonly at: number;
  acknowledged?: number;
}

const HEADERS = 66;
const SAMPLING = 50;
/** For the store to elect, and to take in those who watch. */
const SETTLE = 1500;
/** After all phases, for everything to come together. */
const QUIET = 3000;

/** By design and phase, what came of it. The polled and the watched store are one run, seen in two ways. */
export function synchronize(setting: Setting, seed: number): readonly (readonly PhaseSample[])[] {
  return [...viaStore(setting, seed), run(setting, gossipTable(setting), seed)[0]!];
}

/** How a design is asked, and what a node has. */
interface Table {
  readonly protocol: Protocol<Any>;
  /** Hands a write to whoever can take it, of those whom the node reaches. */
  write(cluster: Cluster<Any>, node: NodeId, write: Write, reaches: (to: NodeId) => boolean): void;
  /** The number of the write that an output acknowledges. */
  acknowledges(output: any): number | undefined;
  /** By view: what a node has of all keys, as texts. */
  readonly views: ((cluster: Cluster<Any>, node: NodeId, now: number, reaches: (to: NodeId) => boolean) => Readonly<Record<string, string>>)[];
  /** By view: whether a message between two nodes is part of it, and what else is sent by the time it is looked at, bytes. */
  readonly counts: ((from: NodeId, to: NodeId) => boolean)[];
  readonly extra: (() => number)[];
}

function gossipTable({ gossip, clock }: Setting): Table {
  return {
    protocol: antiEntropy(lastWriterWinsCells({ clock }), { method: "digests", period: gossip }) as unknown as Protocol<Any>,
    write(cluster, node, { number, key }) {
      cluster.input(node, { type: "change", id: number, key, change: { value: `${number}` } });
    },
    acknowledges: ({ id }) => id,
    views: [(cluster, node) => Object.fromEntries(Object.entries((cluster.nodes[node]!.state as AntiEntropyState<StampedCell>).store).map(([key, { value }]) => [key, value!]))],
    counts: [() => true],
    extra: [() => 0],
  };
}

function viaStore(setting: Setting, seed: number): readonly (readonly PhaseSample[])[] {
  const { nodes, servers, poll, heartbeat } = setting;
  const stateOf = (cluster: Cluster<Any>, node: NodeId) => cluster.nodes[node]!.state as Raft;
  const polled = Array.from({ length: nodes }, (_, node) => ({ next: SETTLE + (poll * node) / nodes, table: {} as KeyValueState }));
  let polls = 0;
  return run(
    setting,
    {
      protocol: raft({ machine: keyValue, members: Array.from({ length: servers }, (_, node) => node), heartbeat, preVote: true }) as unknown as Protocol<Any>,
      write(cluster, _node, { number, key }, reaches) {
        const leaders = cluster.nodes.filter(({ id, up, state }) => up && reaches(id) && (state as Raft).role === "leader");
        const leader = leaders.sort((a, b) => (b.state as Raft).currentTerm - (a.state as Raft).currentTerm)[0];
        if (leader) cluster.input(leader.id, { type: "request", client: number, serial: 1, command: { op: "put", key, value: `${number}` } });
      },
      acknowledges: (output) => (output.type === "answer" ? output.client : undefined),
      views: [
        (cluster, node, now, reaches) => {
          const own = polled[node]!;
          for (; own.next <= now; own.next += poll) {
            const server = Array.from({ length: servers }, (_, i) => (node + i) % servers).find((server) => cluster.nodes[server]!.up && reaches(server));
            if (server === undefined) continue;
            own.table = { ...stateOf(cluster, server).sessions.machine };
            polls += 2 * HEADERS + JSON.stringify(own.table).length;
          }
          return own.table;
        },
        (cluster, node) => stateOf(cluster, node).sessions.machine,
      ],
      counts: [(from, to) => from < servers && to < servers, () => true],
      extra: [() => polls, () => 0],
    },
    seed,
    (cluster) => {
      const voters = Array.from({ length: servers }, (_, node) => node);
      const leader = cluster.nodes.find(({ state }) => (state as Raft).role === "leader");
      cluster.input(leader!.id, { type: "reconfigure", voters, learners: Array.from({ length: nodes - servers }, (_, i) => servers + i) });
    },
  );
}

function run({ nodes: size, servers, keys, interval, lasts, churn, skew, delay, patience }: Setting, table: Table, seed: number, begin?: (cluster: Cluster<Any>) => void): PhaseSample[][] {
  let phase = -1;
  const views = table.views.map(() => PHASES.map(() => ({ ages: [] as number[], bytes: 0 })));
  const cluster = simulate(table.protocol, {
    size,
    seed,
    latency: delay,
    clockSkew: skew,
    digest: false,
    observer: {
      sent({ id }, to, message) {
        if (phase < 0 || phase >= PHASES.length || id === to) return;
        const bytes = HEADERS + JSON.stringify(message).length;
        table.counts.forEach((counted, v) => counted(id, to) && (views[v]![phase]!.bytes += bytes));
      },
    },
  });
  cluster.run(SETTLE / 2);
  begin?.(cluster);
  cluster.run(SETTLE);
  const random = deriveRandom(seed, 1_000);
  const writes: Write[] = [];
  const newest: Record<string, Write[]> = {};
  // The smaller part has the fewer servers.
  const few = Array.from({ length: size }, (_, node) => node).filter((node) => (node < servers ? node < Math.floor((servers - 1) / 2) : node % 2 === 0));
  const isParted = () => phase === PHASES.indexOf("partition");
  const reachedBy = (node: NodeId) => (to: NodeId) => !isParted() || few.includes(node) === few.includes(to);
  let heard = cluster.outputs.length;
  const hear = () => {
    for (; heard < cluster.outputs.length; heard++) {
      const { time, output } = cluster.outputs[heard]!;
      const write = writes[table.acknowledges(output) ?? -1];
      if (!write || write.acknowledged !== undefined) continue;
      write.acknowledged = time;
      (newest[write.key] ??= []).push(write);
    }
  };
  const extras = table.extra.map((extra) => extra());
  const sample = () => {
    for (const [v, viewOf] of table.views.entries()) {
      for (const { id, up } of cluster.nodes) {
        if (!up) continue;
        const view = viewOf(cluster, id, cluster.now, reachedBy(id));
        for (const [key, known] of Object.entries(newest)) {
          const own = Number(view[key] ?? -1);
          const later = known.reduce((first, { number, acknowledged }) => (number > own && acknowledged! < first ? acknowledged! : first), Infinity);
          if (phase < PHASES.length) views[v]![phase]!.ages.push(later < Infinity ? cluster.now - later : 0);
        }
      }
      const extra = table.extra[v]!();
      if (phase < PHASES.length) views[v]![phase]!.bytes += extra - extras[v]!;
      extras[v] = extra;
    }
  };

  for (phase = 0; phase < PHASES.length; phase++) {
    const end = cluster.now + lasts;
    let [nextWrite, nextCrash, nextSample] = [cluster.now, cluster.now, cluster.now];
    if (isParted()) cluster.partition([few]);
    while (cluster.now < end) {
      const now = Math.min(nextWrite, nextSample, PHASES[phase] === "churn" ? nextCrash : Infinity, end);
      cluster.run(now);
      hear();
      if (now === nextSample) {
        sample();
        nextSample += SAMPLING;
      } else if (now === nextWrite) {
        const up = cluster.nodes.filter(({ up }) => up);
        const node = up[Math.floor(random() * up.length)]!.id;
        const write: Write = { number: writes.length, key: `k${Math.floor(random() * keys)}`, phase, at: now };
        writes.push(write);
        table.write(cluster, node, write, reachedBy(node));
        hear();
        nextWrite += interval;
      } else if (now === nextCrash && now < end) {
        const node = Math.floor(random() * size);
        cluster.crash(node);
        cluster.restart(node, now + churn / 2);
        nextCrash += churn;
      }
    }
    cluster.heal();
  }
  cluster.run(cluster.now + QUIET);
  hear();
  sample();
  return table.views.map((viewOf, v) => {
    const final = cluster.nodes.map(({ id }) => viewOf(cluster, id, cluster.now, () => true));
    const lost = Object.entries(newest).filter(([key, known]) => final.some((view) => Number(view[key] ?? -1) < Math.max(...known.map(({ number }) => number)))).length / Math.max(1, Object.keys(newest).length);
    return PHASES.map((_, p) => {
      const asked = writes.filter(({ phase }) => phase === p);
      const { ages, bytes } = views[v]![p]!;
      return { ages, asked: asked.length, acknowledged: asked.filter(({ at, acknowledged }) => acknowledged !== undefined && acknowledged <= at + patience).length, bytes: bytes / lasts / size, lost };
    });
  });
}
