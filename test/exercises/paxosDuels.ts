import type { HostileRun } from "../../lib/check/hostileRun.js";
import type { Declaration } from "../../lib/promises.js";
import type { NodeId } from "../../lib/protocol.js";
import { createRandom, deriveSeed, type Random } from "../../lib/random.js";
import { singleDecreePaxos } from "../../lib/replication/paxos/singleDecree.promises.js";
import type { SingleDecree, SingleDecreeMessage } from "../../lib/replication/paxos/singleDecree.types.js";
import type { Shape } from "./handlerExpectations.js";
import type { StageVerdict } from "./judgeStage.js";
import { lastMessages } from "./lastMessages.js";

/** What must be reached in some run, and what must not break, by their names in the declaration. */
export const CHOSEN = "a value chosen";
const consequences = ["a chosen value stays chosen", "a ballot has one value"];

/** What a node of single-decree Paxos has: its timers, and the fields of its record. */
export const paxosShape: Shape = { timers: ["retry", "tell"], stored: ["ballot", "promised", "accepted", "chosen"], nullable: ["accepted", "chosen", "wanted", "proposal"] };

/** By what the runs of a kind are judged: `hostile` by all that Paxos promises, `chosen` by what follows from it, `calm` by its progress alone. */
export function paxosDeclaration(kind: string): Declaration<SingleDecree> {
  const { reachables, invariants, progress } = singleDecreePaxos;
  const judged = kind === "hostile" ? invariants : kind === "chosen" ? invariants.filter(({ name }) => consequences.includes(name)) : [];
  return { ...singleDecreePaxos, invariants: judged, progress: kind === "calm" ? progress : [], reachables: reachables.filter(({ name }) => name === CHOSEN) };
}

/** The faults of a run, by its seed. */
export function paxosDuel(kind: string, seed: number): HostileRun<SingleDecree> {
  const random = createRandom(deriveSeed(seed, 100));
  const size = seed % 4 === 0 ? 5 : 3;
  const plain = { seed, size, latency: "0.7*uniform:1,40+0.3*uniform:40,300", loss: 0.1, duplication: 0.1, reordering: 0, diskWrite: "uniform:0,2", tornWrite: 0, clockSkew: null, clockDrift: null, clients: 0, operations: 0 };
  if (kind === "chosen") return { ...plain, latency: "uniform:1,80", loss: 0.02, schedule: duel(size, random), calmAt: 300 };
  return { ...plain, ...(kind === "calm" && { loss: 0.05 }), schedule: quarrel(size, random), calmAt: 600 };
}

type Schedule = HostileRun<SingleDecree>["schedule"][number][];
const propose = (at: number, node: NodeId, value = VALUES[node]!): Schedule[number] => ({ at, command: { type: "input", node, input: { type: "propose", value } } });
const inOrder = (schedule: Schedule): Schedule => schedule.sort((one, other) => one.at - other.at);

/** Two proposers at nearly the same time; the others, between whom the votes are shared, crash while proposals are under way, and are back at once. */
function duel(size: number, random: Random): Schedule {
  const first = Math.floor(size * random());
  const second = (first + 1 + Math.floor((size - 1) * random())) % size;
  const schedule: Schedule = [propose(1, first), propose(1 + 110 * random(), second)];
  for (let node = 0; node < size; node++) {
    if (node === first || node === second) continue;
    for (const start of [20, 70, 120]) {
      const at = start + 50 * random();
      schedule.push({ at, command: { type: "crash", node } }, { at: at + 3 * random(), command: { type: "restart", node } });
    }
  }
  return inOrder(schedule);
}

/** Two or three proposers that want different values, then again, while nodes are cut off and crash, whoever they are. */
function quarrel(size: number, random: Random): Schedule {
  const schedule: Schedule = [];
  const node = (): NodeId => Math.floor(size * random());
  for (const start of [1, 150, 300]) {
    for (let proposer = 0; proposer < size; proposer++) if (random() < 0.6) schedule.push(propose(start + 60 * random(), proposer));
    if (random() < 0.5) schedule.push({ at: start, command: { type: "isolate", node: node() } }, { at: start + 40 + 100 * random(), command: { type: "heal" } });
    for (let crash = 0; crash < size - 1; crash++) {
      const at = start + 10 + 120 * random();
      schedule.push({ at, command: { type: "crash", node: node() } }, { at: at + 1 + 20 * random(), command: { type: "restart", node: "all" } });
    }
  }
  schedule.push(propose(590, node(), VALUES[5]));
  return inOrder(schedule);
}

/** What the nodes want, by number, and what is wanted at the end. */
const VALUES = ["x", "y", "z", "u", "v", "w"];

/** A message of single-decree Paxos in a few words. */
function words(sent: unknown): string | undefined {
  const message = sent as SingleDecreeMessage;
  switch (message.type) {
    case "Prepare":
      return `${message.ballot}?`;
    case "Promise":
      return message.accepted ? `yes; ${message.accepted.value} in ${message.accepted.ballot}` : "yes";
    case "Accept":
      return `${message.value} in ${message.ballot}?`;
    case "Accepted":
      return "yes";
    case "Nack":
      return `no: ${message.promised}`;
    case "Chosen":
      return message.value;
    default:
      return undefined;
  }
}

/** What a judge says, in words that the learner knows: an acceptance "falls" where a node tells of an older one than before. */
export function rewordPaxos(message: string): string {
  return message.replace(/acceptance of node (\d+) fell from (\d+) to (\d+)/, (_, node: string, before: string, now: string) => `node ${node} has told of what it accepted in ballot ${before}, and now tells of ${now === "0" ? "nothing that it accepted" : `what it accepted in ballot ${now}`}`);
}

/** What a picture shows of a run of Paxos. */
export const paxosExcerpt = (verdict: StageVerdict<SingleDecree>) => lastMessages(verdict, words, { most: 36, longest: 1200 });
