import { drawRun, type HostileRun } from "../../lib/check/hostileRun.js";
import type { HandlerCall } from "../../lib/course/grading/handlerCall.js";
import type { Declaration, Invariant } from "../../lib/promises.js";
import type { Context, NodeId } from "../../lib/protocol.js";
import { createRandom, deriveSeed } from "../../lib/random.js";
import { rewire } from "../../lib/replication/rewired.js";
import type { History, Sync } from "../../lib/replication/zab/chooseSync.js";
import { loggedAfter } from "../../lib/replication/zab/history.js";
import type { SyncMessage, Zab, ZabMessage } from "../../lib/replication/zab/types.js";
import { zab } from "../../lib/replication/zab/zab.js";
import { ORACLE, SMALL, zabBroadcast, zabByOracle } from "../../lib/replication/zab/zab.promises.js";
import { showZxid, type Zxid } from "../../lib/replication/zab/zxid.js";
import type { Target } from "../../lib/sim/command.js";
import { record, type RunCall, type Stage } from "./stage.js";

/** The answer: what the learner exports. */
export interface Answer {
  precedes(a: Zxid, b: Zxid): unknown;
  chooseSync(history: History, last: Zxid): unknown;
}

/** What the answer is given of a node: a place for its choice. */
interface Choice {
  sync: Sync | null;
}

/** Our Zab, in which leaders bring followers up as the answer says. */
export const stage: Stage<Zab, Answer> = {
  declaration,
  run,
  protocol(ask, kind) {
    const options = kind === "comes back" ? ORACLE : kind === "returns" ? { keep: 100 } : SMALL;
    return rewire(zab(options), (state, context) => ({
      send(to, message) {
        if (!isSync(message)) return context.send(to, message);
        const { epoch, from } = message;
        const { base, log, snapshot } = state;
        const call = ask({
          part: { sync: null } satisfies Choice,
          moment: `node ${to}, whose history ends on ${showZxid(from)}, had to be brought to that of the leader, which ends on ${showZxid(log.at(-1)?.zxid ?? base)}`,
          context,
          use: (answer, own: Choice, _context: Context<Zab>) => {
            own.sync = answer.chooseSync(copyOf({ base, log }), copyOf(from)) as Sync;
          },
        });
        const sync = (call.state as { readonly sync: Sync }).sync;
        const made = { epoch, from };
        if (sync.kind === "DIFF") context.send(to, { type: "Diff", ...made, transactions: sync.transactions });
        else if (sync.kind === "TRUNC") context.send(to, { type: "Trunc", ...made, to: sync.to, transactions: sync.transactions });
        else context.send(to, { type: "Snap", ...made, snapshot, transactions: loggedAfter(state, snapshot.zxid) });
      },
    }));
  },
  wrongWith: (call: HandlerCall) => call.failed ?? wrongSync((call.state as { readonly sync?: unknown }).sync),
};

const isSync = (message: ZabMessage): message is SyncMessage => message.type === "Diff" || message.type === "Trunc" || message.type === "Snap";
const copyOf = <V>(value: V): V => JSON.parse(JSON.stringify(value)) as V;

/** What is wrong with the form of a choice, as a predicate ("returned …"); undefined if nothing is. */
export function wrongSync(given: unknown): string | undefined {
  const { kind, to, transactions } = (given ?? {}) as { readonly kind?: unknown; readonly to?: unknown; readonly transactions?: unknown };
  if (kind !== "DIFF" && kind !== "TRUNC" && kind !== "SNAP") return `returned ${given === undefined || given === null ? "nothing" : JSON.stringify(given).slice(0, 100)} instead of a DIFF, a TRUNC or a SNAP`;
  if (kind === "TRUNC" && !isZxid(to)) return `returned a TRUNC to ${JSON.stringify(to)}, which is no zxid`;
  if (kind !== "SNAP" && !(Array.isArray(transactions) && transactions.every((one: { zxid?: unknown } | null) => isZxid(one?.zxid)))) return `returned a ${kind} without a list of transactions`;
  return undefined;
}

const isZxid = (value: unknown): value is Zxid => Number.isInteger((value as Zxid | null | undefined)?.epoch) && Number.isInteger((value as Zxid).counter);

/** `comes back`: leaders are named from outside, and those that were away have logged what nobody else has; `elected`: with elections, clients and all faults; `returns`: a follower that was away for three transactions of 33. */
function declaration(kind: string): Declaration<Zab> {
  const { service: _, ...withoutClients } = zabBroadcast;
  const declared = kind === "comes back" ? zabByOracle : kind === "elected" ? zabBroadcast : withoutClients;
  return { ...declared, endings: [], invariants: declared.invariants.map(inFewWords), reachables: [{ name: BROUGHT_UP, onSend: (_from, _to, message) => isSync(message) }] };
}

/** Compares machines without what they remember of their clients, so that an accusation can be read. */
function inFewWords(invariant: Invariant<Zab>): Invariant<Zab> {
  if (!invariant.name.startsWith("prefix consistency")) return invariant;
  return {
    ...invariant,
    afterStep({ up, state }, facts) {
      if (up && state.delivered.counter > 0) facts.agree("what is stored after transaction", showZxid(state.delivered), JSON.stringify(state.sessions.machine));
    },
  };
}

/** What must be reached. */
export const BROUGHT_UP = "a learner brought up";

function run(kind: string, seed: number): HostileRun<Zab> {
  if (kind === "elected") return { ...drawRun({ ...zabBroadcast, sizes: [3], calm: 3000 }, seed), clients: 2, operations: 6 };
  return kind === "comes back" ? comesBack(seed) : { ...plain, seed, schedule: briefAbsence, calmAt: 1800 };
}

type Schedule = HostileRun<Zab>["schedule"][number][];

function asks(at: number, node: Target, client: number, value: string): Schedule[number] {
  return { at, command: { type: "input", node, input: { type: "request", client, serial: 1, command: { op: "put", key: `key ${client}`, value } } } };
}

/** A follower crashes, three requests are carried out, and it comes back. */
const briefAbsence: Schedule = [
  ...Array.from({ length: 30 }, (_, client) => asks(500 + 15 * client, { role: "leader" }, client, "x".repeat(100))),
  { at: 1050, command: { type: "crash", node: { role: "follower" } } },
  ...Array.from({ length: 3 }, (_, client) => asks(1100 + 15 * client, { role: "leader" }, 30 + client, "x".repeat(100))),
  { at: 1250, command: { type: "restart", node: "all" } },
];

/** Each in turn is away while the two others go on; what a node has logged of epoch 1 before all this, its seed decides. */
function comesBack(seed: number): HostileRun<Zab> {
  const random = createRandom(deriveSeed(seed, 100));
  const first = Math.floor(3 * random());
  const schedule: Schedule = [];
  for (const round of [0, 1, 2]) {
    const away = (first + round) % 3;
    const [leader, other] = random() < 0.5 ? [(away + 1) % 3, (away + 2) % 3] : [(away + 2) % 3, (away + 1) % 3];
    const start = 1 + 300 * round;
    const elect = (at: number, node: NodeId): Schedule[number] => ({ at, command: { type: "input", node, input: { type: "elect", leader } } });
    schedule.push({ at: start, command: { type: "crash", node: away } }, elect(start + 1, leader), elect(start + 1, other));
    // The last one is often logged by the leader alone: it is to be away next.
    for (let index = Math.floor(4 * random()); index > 0; index--) schedule.push(asks(start + 80 + 60 * random(), leader, 100 * round + index, "x"));
    schedule.push({ at: start + 150, command: { type: "restart", node: away } }, elect(start + 151, away), asks(start + 250, leader, 100 * round + 50, "y"), asks(start + 297, leader, 100 * round + 51, "z"));
  }
  schedule.sort((one, two) => one.at - two.at);
  return { ...plain, seed, duplication: 0.1, diskWrite: seed % 2 === 0 ? "uniform:1,10" : null, schedule, calmAt: 1000 };
}

const plain = { size: 3, latency: "uniform:1,10", loss: 0, duplication: 0, reordering: 0, diskWrite: null, tornWrite: 0, clockSkew: null, clockDrift: null, clients: 0, operations: 0 };

const recordRun = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);
export { recordRun as run };
