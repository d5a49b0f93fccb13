import { parseArgs } from "node:util";
import type { Transaction, Zab, ZabInput, ZabMessage, ZabOutput } from "../../../lib/replication/zab/types.js";
import { zab } from "../../../lib/replication/zab/zab.js";
import { showZxid } from "../../../lib/replication/zab/zxid.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import type { TraceEvent } from "../../../lib/sim/trace.js";
import type { Write } from "../../../lib/sim/disk.js";

/**
 * Runs a transcript: a line that starts with `>` is a command, what follows it is what the run said. Returns the text
 * with every answer as it is now. Lines that start with `#` are prose. Transactions are written epoch.counter.
 */
export function runTranscript(text: string): string {
  const told: string[] = [];
  const scene = new Scene();
  for (const line of text.replaceAll("\r", "").split("\n")) {
    if (line.startsWith(">")) told.push(...(told.length > 0 && told.at(-1) !== "" && scene.begun ? [""] : []), line, ...scene.perform(line.slice(1).trim()));
    else if (line.startsWith("#")) told.push(...(told.length > 0 && told.at(-1) !== "" && !told.at(-1)!.startsWith("#") ? [""] : []), line);
  }
  return `${told.join("\n")}\n`;
}

/** What a reader sees of the messages: phases are left out until they are asked for. */
const PHASES = {
  election: ["Notification"],
  discovery: ["CEpoch", "NewEpoch", "AckEpoch"],
  synchronization: ["Diff", "Trunc", "Snap", "NewLeader", "AckNewLeader", "UpToDate"],
  broadcast: ["Propose", "Ack", "Commit", "Inform", "Forward"],
} as const;

class Scene {
  #cluster: Cluster<Zab> | undefined;
  #read = 0;
  #shown = new Set<string>();
  #roles: string[] = [];
  #said: { head: string; words: string; to?: number[] } | undefined;
  #serials = new Map<number, number>();

  get begun(): boolean {
    return this.#cluster !== undefined;
  }

  perform(command: string): string[] {
    const [verb = "", ...rest] = command.split(/\s+/);
    if (verb === "cluster") return this.#begin(rest);
    const cluster = this.#cluster;
    if (!cluster) throw new Error(`expected "cluster N …" before "${command}"`);
    switch (verb) {
      case "messages":
        this.#shown = new Set(rest.flatMap((phase) => PHASES[phase as keyof typeof PHASES] ?? []));
        return [];
      case "run":
        cluster.run(cluster.now + Number(rest[0]));
        break;
      case "until":
        if (!cluster.runUntil(() => this.#happened(rest), cluster.now + 10_000)) throw new Error(`"${command}" did not happen within 10 s`);
        break;
      case "crash":
        cluster.crash(this.#node(rest[0]));
        break;
      case "restart":
        cluster.restart(this.#node(rest[0]));
        break;
      case "isolate":
        cluster.partition([[this.#node(rest[0])]]);
        break;
      case "cut":
        cluster.command({ type: "cut", from: this.#node(rest[0]), to: this.#node(rest[1]) });
        break;
      case "heal":
        cluster.heal();
        break;
      case "put":
        cluster.input(this.#node(rest[0]), this.#request(rest[0], { op: "put", key: rest[1], value: rest[2] }));
        break;
      case "get":
        cluster.input(this.#node(rest[0]), this.#request(rest[0], { op: "get", key: rest[1] }));
        break;
      case "show":
        return cluster.nodes.map(({ id, up, state }) => {
          const history = `${state.snapshot.zxid.counter > 0 ? `snapshot at ${showZxid(state.snapshot.zxid)}, ` : ""}logged ${state.log.map(({ zxid }) => showZxid(zxid)).join(" ") || "nothing"}, delivered up to ${showZxid(state.delivered)}`;
          return `  node ${id}: ${up ? `${state.role}${state.leader !== null && state.leader !== id ? ` ${state.leader}` : ""}` : "down"}, accepted epoch ${state.acceptedEpoch}, current epoch ${state.currentEpoch}; ${history}`;
        });
      default:
        throw new Error(`no command "${verb}"`);
    }
    return this.#news();
  }

  /** Whoever asks at one node is one client. */
  #request(name: string | undefined, command: unknown): ZabInput {
    const client = this.#node(name);
    const serial = (this.#serials.get(client) ?? 0) + 1;
    this.#serials.set(client, serial);
    return { type: "request", client, serial, command };
  }

  /** `cluster 3 --seed 1 --latency constant:5 --disk constant:5 --observers 1 --keep 3 --limit 5 --reads local` */
  #begin(args: string[]): string[] {
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
    this.#roles = Array.from({ length: Number(positionals[0]) }, () => "looking");
    this.#cluster = simulate(zab({ observers: Number(values.observers), keep: Number(values.keep), counterLimit: Number(values.limit), reads: values.reads as "log" | "local" }), {
      size: Number(positionals[0]),
      seed: Number(values.seed),
      latency: values.latency,
      ...(values.disk !== undefined && { diskWrite: values.disk }),
      trace: true,
      probe: ({ role, phase }) => (role === "looking" ? role : `${role}, in ${phase}`),
    });
    this.#news();
    return [];
  }

  #happened([what, node]: string[]): boolean {
    const nodes = this.#cluster!.nodes;
    const leads = ({ up, state }: (typeof nodes)[number]) => up && state.role === "leading" && state.phase === "broadcast";
    if (what === "leader") return nodes.some(leads);
    if (what === "agreed") return nodes.some((leader) => leads(leader) && nodes.every(({ up, state }) => !up || (state.leader === leader.id && state.phase === "broadcast")));
    if (what === "looking") return nodes[this.#node(node)]!.state.role === "looking";
    throw new Error(`expected "until leader", "until agreed" or "until looking NODE"`);
  }

  /** A node's number, `leader` (of the newest epoch), or `follower` (the lowest that is up). */
  #node(name = ""): number {
    const role = { leader: "leading", follower: "following" }[name];
    const nodes = this.#cluster!.nodes;
    const found = role === undefined ? Number(name) : nodes.filter(({ up, state }) => up && state.role === role).sort((a, b) => b.state.currentEpoch - a.state.currentEpoch)[0]?.id;
    if (found === undefined || !nodes[found]) throw new Error(`expected a node, "leader" or "follower", not "${name}"`);
    return found;
  }

  /** What has happened since the last command, a line an event; messages that arrive are left out. */
  #news(): string[] {
    const { trace, now } = this.#cluster!;
    const lines: string[] = [];
    for (; this.#read < trace!.length; this.#read++) {
      const event = trace!.at(this.#read);
      const words = this.#words(event);
      if (words === undefined) continue;
      const head = `${event.time.toFixed(1).padStart(8)} ms  node ${event.node} `;
      const last = this.#said;
      // What is said to several is one line.
      if (last && last.head === head && event.kind === "send" && last.to && last.words === words) last.to.push(event.to);
      else {
        lines.push(...this.#flush());
        this.#said = { head, words, ...(event.kind === "send" && { to: [event.to] }) };
      }
    }
    lines.push(...this.#flush());
    return lines.length > 0 ? lines : [`  (nothing; it is ${now.toFixed(1)} ms)`];
  }

  #flush(): string[] {
    const said = this.#said;
    this.#said = undefined;
    return said ? [said.head + said.words.replace("@", said.to?.join(", ") ?? "")] : [];
  }

  #words(event: TraceEvent): string | undefined {
    switch (event.kind) {
      case "crash":
        return "crashes";
      case "restart":
        this.#roles[event.node] = "looking";
        return "restarts and looks for a leader";
      case "role":
        return event.role === this.#roles[event.node] ? undefined : `is ${(this.#roles[event.node] = event.role!)}`;
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
