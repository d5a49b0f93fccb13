import { parseArgs } from "node:util";
import type { NodeView } from "../../../lib/promises.js";
import type { Transaction, Zab, ZabInput, ZabMessage, ZabOutput } from "../../../lib/replication/zab/types.js";
import { zab } from "../../../lib/replication/zab/zab.js";
import { showZxid } from "../../../lib/replication/zab/zxid.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import type { Write } from "../../../lib/sim/disk.js";
import type { TraceEvent } from "../../../lib/sim/trace.js";
import { Scene, transcribe } from "../../scenarios/scene.js";

/** Runs a transcript of Zab (see `transcribe`). Transactions are written epoch.counter. */
export const runTranscript = (text: string): string => transcribe(text, new ZabScene());

/** What a reader sees of the messages: phases are left out until they are asked for. */
const PHASES = {
  election: ["Notification"],
  discovery: ["CEpoch", "NewEpoch", "AckEpoch"],
  synchronization: ["Diff", "Trunc", "Snap", "NewLeader", "AckNewLeader", "UpToDate"],
  broadcast: ["Propose", "Ack", "Commit", "Inform", "Forward"],
} as const;

class ZabScene extends Scene<Zab> {
  protected readonly fresh = "looking";
  protected readonly restarts = "restarts and looks for a leader";
  protected readonly verbs = ["messages", "put", "get"];
  #shown = new Set<string>();
  #serials = new Map<number, number>();

  protected own(verb: string, args: string[]): string[] | undefined {
    if (verb !== "messages") {
      const [name, key, value] = args;
      this.cluster.input(this.node(name), this.#request(name, verb === "put" ? { op: "put", key, value } : { op: "get", key }));
      return undefined;
    }
    this.#shown = new Set(args.flatMap((phase) => PHASES[phase as keyof typeof PHASES] ?? []));
    return [];
  }

  /** Whoever asks at one node is one client. */
  #request(name: string | undefined, command: unknown): ZabInput {
    const client = this.node(name);
    const serial = (this.#serials.get(client) ?? 0) + 1;
    this.#serials.set(client, serial);
    return { type: "request", client, serial, command };
  }

  /** `cluster 3 --seed 1 --latency constant:5 --disk constant:5 --observers 1 --keep 3 --limit 5 --reads local` */
  protected begin(args: string[]): Cluster<Zab> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        latency: { type: "string", default: "constant:5" },
        disk: { type: "string" },
        observers: { type: "string", default: "0" },
        keep: { type: "string", default: "100" },
        limit: { type: "string", default: "1000" },
        reads: { type: "string", default: "log" },
      },
    });
    return simulate(zab({ observers: Number(values.observers), keep: Number(values.keep), counterLimit: Number(values.limit), reads: values.reads as "log" | "local" }), {
      size: Number(positionals[0]),
      seed: Number(values.seed),
      latency: values.latency,
      ...(values.disk !== undefined && { diskWrite: values.disk }),
      trace: true,
      probe: ({ role, phase }) => (role === "looking" ? role : `${role}, in ${phase}`),
    });
  }

  protected happened([what, node]: string[]): boolean {
    const nodes = this.cluster.nodes;
    const leads = ({ up, state }: (typeof nodes)[number]) => up && state.role === "leading" && state.phase === "broadcast";
    if (what === "leader") return nodes.some(leads);
    if (what === "agreed") return nodes.some((leader) => leads(leader) && nodes.every(({ up, state }) => !up || (state.leader === leader.id && state.phase === "broadcast")));
    if (what === "looking") return nodes[this.node(node)]!.state.role === "looking";
    throw new Error(`expected "until leader", "until agreed" or "until looking NODE"`);
  }

  /** `leader`, or `follower` (the lowest that is up), of the newest epoch. */
  protected withRole(name: string) {
    const role = { leader: "leading", follower: "following" }[name];
    if (role === undefined) return undefined;
    return this.cluster.nodes.filter(({ up, state }) => up && state.role === role).sort((a, b) => b.state.currentEpoch - a.state.currentEpoch)[0]?.id ?? null;
  }

  protected show({ id, up, state }: NodeView<Zab>): string {
    const history = `${state.snapshot.zxid.counter > 0 ? `snapshot at ${showZxid(state.snapshot.zxid)}, ` : ""}logged ${state.log.map(({ zxid }) => showZxid(zxid)).join(" ") || "nothing"}, delivered up to ${showZxid(state.delivered)}`;
    return `${up ? `${state.role}${state.leader !== null && state.leader !== id ? ` ${state.leader}` : ""}` : "down"}, accepted epoch ${state.acceptedEpoch}, current epoch ${state.currentEpoch}; ${history}`;
  }

  /** Phases are left out until they are asked for. */
  protected words(event: TraceEvent): string | undefined {
    switch (event.kind) {
      case "save":
        return written(event.value as Write<Zab>);
      case "input":
        return this.#asked(event.value as ZabInput);
      case "output":
        return outputInWords(event.value as ZabOutput);
      case "send":
        return this.#shown.has((event.message as ZabMessage).type) ? messageInWords(event.message as ZabMessage) : undefined;
      default:
        return undefined;
    }
  }

  #asked(input: ZabInput): string {
    if (input.type !== "request") return `is told to follow ${input.leader}`;
    return `is asked to ${inWords(input.command)}`;
  }
}

const inWords = (command: unknown) => {
  const { op, key, value } = command as { op: string; key: string; value?: string };
  return op === "get" ? `get ${key}` : `${op} ${key} ${value}`;
};
const list = (transactions: readonly Transaction[]) => transactions.map(({ zxid }) => showZxid(zxid)).join(", ") || "nothing";

function written(write: Write<Zab>): string {
  if (write.kind === "append") return `logs ${list(write.entries)}`;
  if (write.kind === "truncate") return `cuts its log to ${write.length} transaction${write.length === 1 ? "" : "s"}`;
  const { acceptedEpoch, currentEpoch, snapshot } = write.stored;
  return `writes accepted epoch ${acceptedEpoch}, current epoch ${currentEpoch}${snapshot.zxid.counter > 0 ? `, snapshot at ${showZxid(snapshot.zxid)}` : ""}`;
}

function outputInWords(output: ZabOutput): string {
  if (output.type === "leader") return `leads epoch ${output.epoch}`;
  return output.type === "answer" ? `answers ${JSON.stringify(output.result)}` : "refuses";
}

function messageInWords(message: ZabMessage): string | undefined {
  switch (message.type) {
    case "Notification":
      return message.vote ? `tells @: ${message.role}, round ${message.round}, for ${message.vote.leader} (epoch ${message.vote.epoch}, ${showZxid(message.vote.zxid)})` : `asks @ who leads`;
    case "CEpoch":
      return `sends @ CEPOCH: accepted ${message.acceptedEpoch}`;
    case "NewEpoch":
      return `sends @ NEWEPOCH ${message.epoch}`;
    case "AckEpoch":
      return `sends @ ACK-E${message.promise ? "" : " (no promise)"}: current epoch ${message.currentEpoch}, history ends on ${showZxid(message.last)}`;
    case "Diff":
      return `sends @ DIFF: ${list(message.transactions)}`;
    case "Trunc":
      return `sends @ TRUNC: back to ${showZxid(message.to)}, then ${list(message.transactions)}`;
    case "Snap":
      return `sends @ SNAP: all up to ${showZxid(message.snapshot.zxid)}, then ${list(message.transactions)}`;
    case "NewLeader":
      return `sends @ NEWLEADER ${message.epoch}`;
    case "AckNewLeader":
      return `sends @ ACK-LD ${message.epoch}`;
    case "UpToDate":
      return `sends @ COMMIT-LD ${message.epoch}: committed up to ${showZxid(message.committed)}`;
    case "Propose":
      return `proposes ${showZxid(message.transaction.zxid)} to @: ${inWords(message.transaction.request.command)}`;
    case "Ack":
      return `acknowledges ${showZxid(message.zxid)} to @`;
    case "Commit":
      return `commits ${showZxid(message.zxid)} to @`;
    case "Inform":
      return `informs @ of ${showZxid(message.transaction.zxid)}: ${inWords(message.transaction.request.command)}`;
    case "Forward":
      return `hands "${inWords(message.request.command)}" on to @`;
    default:
      return undefined;
  }
}
