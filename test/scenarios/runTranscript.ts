import { parseArgs } from "node:util";
import { raft } from "../../lib/replication/raft/raft.js";
import type { HardState, Raft, RaftMessage } from "../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import type { Write } from "../../lib/sim/disk.js";

/**
 * Runs a transcript: a line that starts with `>` is a command, what follows it is what the run said. Returns the text
 * with every answer as it is now. Other lines, up to the first command and those that start with `#`, are prose.
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

/** The commands. Each returns lines for the reader. */
class Scene {
  #cluster: Cluster<Raft> | undefined;
  #read = 0;
  #heartbeats = false;

  get begun(): boolean {
    return this.#cluster !== undefined;
  }

  perform(command: string): string[] {
    const [verb = "", ...rest] = command.split(/\s+/);
    if (verb === "cluster") return this.#begin(rest);
    const cluster = this.#cluster;
    if (!cluster) throw new Error(`expected "cluster N …" before "${command}"`);
    switch (verb) {
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
      case "campaign":
        cluster.input(this.#node(rest[0]), { type: "campaign" });
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
      case "show":
        return cluster.nodes.map(({ id, up, state, disk }) => {
          const role = up ? `${state.role}${state.role === "follower" && state.leader !== null ? ` of ${state.leader}` : ""}, term ${state.currentTerm}` : "down";
          return `  node ${id}: ${role}; on disk: ${describeStored(disk.stored)}`;
        });
      default:
        throw new Error(`no command "${verb}": expected cluster, run, until, crash, restart, campaign, isolate, cut, heal or show`);
    }
    return this.#news();
  }

  /** `cluster 5 --seed 3 --latency constant:5 --timeout 150,300 --disk constant:10 --pre-vote --heartbeats` */
  #begin(args: string[]): string[] {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        latency: { type: "string", default: "constant:5" },
        timeout: { type: "string", default: "150,300" },
        disk: { type: "string" },
        "pre-vote": { type: "boolean", default: false },
        "check-quorum": { type: "boolean", default: false },
        heartbeats: { type: "boolean", default: false },
      },
    });
    const [low = 0, high = 0] = values.timeout.split(",").map(Number);
    this.#heartbeats = values.heartbeats;
    this.#read = 0;
    this.#roles = Array.from({ length: Number(positionals[0]) }, () => "follower");
    this.#cluster = simulate(raft({ electionTimeout: [low, high], preVote: values["pre-vote"], checkQuorum: values["check-quorum"] }), {
      size: Number(positionals[0]),
      seed: Number(values.seed),
      latency: values.latency,
      ...(values.disk !== undefined && { diskWrite: values.disk }),
      trace: true,
      probe: (state) => state.role,
    });
    this.#news();
    return [];
  }

  #happened([what, node]: string[]): boolean {
    const nodes = this.#cluster!.nodes;
    if (what === "leader") return nodes.some(({ up, state }) => up && state.role === "leader");
    if (what === "agreed") return nodes.some(({ id, up, state }) => up && state.role === "leader" && nodes.every((other) => !other.up || other.state.leader === id));
    if (what === "vote") return (nodes[this.#node(node)]!.disk.stored?.votedFor ?? null) !== null;
    throw new Error(`expected "until leader", "until agreed" or "until vote NODE"`);
  }

  /** A node's number, `leader`, or `follower` (the lowest that is up). */
  #node(name = ""): number {
    const nodes = this.#cluster!.nodes;
    const found = name === "leader" || name === "follower" ? nodes.filter(({ up, state }) => up && state.role === name).sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0]?.id : Number(name);
    if (found === undefined || !nodes[found]) throw new Error(`expected a node, "leader" or "follower", not "${name}"`);
    return found;
  }

  /** What has happened since the last command, a line an event; messages that arrive and heartbeats are left out. */
  #news(): string[] {
    const { trace, now } = this.#cluster!;
    const lines: string[] = [];
    for (; this.#read < trace!.length; this.#read++) {
      const event = trace!.at(this.#read);
      const words = this.#words(event);
      if (words === undefined) continue;
      const line = { head: `${event.time.toFixed(1).padStart(8)} ms  node ${event.node} `, words };
      const last = this.#said;
      // One request to all is one line.
      if (last && last.head === line.head && event.kind === "send" && last.to && last.words === words) last.to.push(event.to);
      else {
        lines.push(...this.#flush());
        this.#said = { ...line, ...(event.kind === "send" && { to: [event.to] }) };
      }
    }
    lines.push(...this.#flush());
    return lines.length > 0 ? lines : [`  (nothing; it is ${now.toFixed(1)} ms)`];
  }
  /** What the reader knows each node to be. */
  #roles: string[] = [];
  #said: { head: string; words: string; to?: number[] } | undefined;

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
        this.#roles[event.node] = "follower";
        return "restarts";
      case "timer":
        return event.timer === "election" ? "has waited long enough" : undefined;
      case "role":
        return event.role === this.#roles[event.node] ? undefined : `is ${(this.#roles[event.node] = event.role)}`;
      case "save":
        return `writes ${describeStored((event.value as Extract<Write<Raft>, { kind: "save" }>).stored)}`;
      case "send":
        return this.#message(event.message as RaftMessage);
      default:
        return undefined;
    }
  }

  #message(message: RaftMessage): string | undefined {
    switch (message.type) {
      case "RequestVote":
        return `asks @ for votes in term ${message.term}`;
      case "PreVote":
        return `asks @ who would vote in term ${message.term}`;
      case "RequestVoteReply":
        return message.voteGranted ? `gives @ its vote in term ${message.term}` : `refuses @ its vote in term ${message.term}`;
      case "PreVoteReply":
        return message.voteGranted ? `tells @ that it would vote in term ${message.term}` : `tells @ that it would not vote; its term is ${message.term}`;
      case "AppendEntries":
        return this.#heartbeats ? `sends @ a heartbeat of term ${message.term}` : undefined;
      default:
        return message.success ? undefined : `rejects the heartbeat of @: its own term is ${message.term}`;
    }
  }
}

const describeStored = (stored: HardState | undefined) => (stored ? `term ${stored.currentTerm}, ${stored.votedFor === null ? "no vote" : `vote for ${stored.votedFor}`}` : "nothing");
