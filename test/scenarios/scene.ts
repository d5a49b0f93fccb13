import type { NodeView } from "../../lib/promises.js";
import type { NodeId, Types } from "../../lib/protocol.js";
import type { Cluster } from "../../lib/sim/cluster.js";
import type { TraceEvent } from "../../lib/sim/trace.js";

/**
 * Runs a transcript: a line that starts with `>` is a command, what follows it is what the run said. Returns the text
 * with every answer as it is now. Other lines, up to the first command and those that start with `#`, are prose.
 */
export function transcribe(text: string, scene: Scene<any>): string {
  const told: string[] = [];
  const gap = (line: string, begins: boolean) => told.push(...(told.length > 0 && told.at(-1) !== "" && begins ? ["", line] : [line]));
  for (const line of text.replaceAll("\r", "").split("\n")) {
    if (line.startsWith(">")) {
      gap(line, scene.begun);
      told.push(...scene.perform(line.slice(1).trim()));
    } else if (line.startsWith("#")) gap(line, !told.at(-1)?.startsWith("#"));
  }
  return `${told.join("\n")}\n`;
}

/** A cluster that a transcript commands. What is an engine's own, its subclass says. */
export abstract class Scene<T extends Types> {
  #cluster: Cluster<T> | undefined;
  #read = 0;
  /** What the reader knows each node to be. */
  #roles: string[] = [];
  #said: { head: string; words: string; to?: number[] } | undefined;

  /** What a node is when it starts, and how a restart is told. */
  protected abstract readonly fresh: string;
  protected abstract readonly restarts: string;
  /** The commands that this engine has beside those of all, for the complaint about one that nobody has. */
  protected abstract readonly verbs: readonly string[];

  /** Sets up a cluster from the arguments of `cluster`; it keeps a trace. */
  protected abstract begin(args: string[]): Cluster<T>;
  /** Whether what `until` waits for has come about. Throws if it is not known. */
  protected abstract happened(words: string[]): boolean;
  /** The node that has a role, the newest of them; undefined if nobody has it. Throws nothing. */
  protected abstract withRole(name: string): NodeId | null | undefined;
  /** One of `verbs`; returns lines for the reader, or nothing to tell of what has happened. */
  protected abstract own(verb: string, args: string[]): string[] | undefined;
  protected abstract show(node: NodeView<T>): string;
  /** An event in words, `@` for the receivers of a message; undefined if the reader is spared it. */
  protected abstract words(event: TraceEvent): string | undefined;

  get begun(): boolean {
    return this.#cluster !== undefined;
  }

  protected get cluster(): Cluster<T> {
    return this.#cluster!;
  }

  perform(command: string): string[] {
    const [verb = "", ...rest] = command.split(/\s+/);
    if (verb === "cluster") {
      this.#cluster = this.begin(rest);
      this.#roles = this.#cluster.nodes.map(() => this.fresh);
      this.#read = 0;
      this.#news();
      return [];
    }
    const cluster = this.#cluster;
    if (!cluster) throw new Error(`expected "cluster N …" before "${command}"`);
    switch (verb) {
      case "run":
        cluster.run(cluster.now + Number(rest[0]));
        break;
      case "until":
        if (!cluster.runUntil(() => this.happened(rest), cluster.now + 10_000)) throw new Error(`"${command}" did not happen within 10 s`);
        break;
      case "crash":
        cluster.crash(this.node(rest[0]));
        break;
      case "restart":
        cluster.restart(this.node(rest[0]));
        break;
      case "isolate":
        cluster.partition([[this.node(rest[0])]]);
        break;
      case "cut":
        cluster.command({ type: "cut", from: this.node(rest[0]), to: this.node(rest[1]) });
        break;
      case "heal":
        cluster.heal();
        break;
      case "show":
        return cluster.nodes.map((node) => `  node ${node.id}: ${this.show(node)}`);
      default: {
        if (!this.verbs.includes(verb)) throw new Error(`no command "${verb}": expected cluster, run, until, crash, restart, isolate, cut, heal, show, ${this.verbs.join(", ")}`);
        const lines = this.own(verb, rest);
        if (lines) return lines;
      }
    }
    return this.#news();
  }

  /** A node's number, or a role. */
  protected node(name = ""): NodeId {
    const role = this.withRole(name);
    const found = role === undefined ? Number(name) : role;
    if (found === null || !this.cluster.nodes[found]) throw new Error(`expected a node, "leader" or "follower", not "${name}"`);
    return found;
  }

  /** What has happened since the last command, a line an event; messages that arrive are left out. */
  #news(): string[] {
    const { trace, now } = this.cluster;
    const lines: string[] = [];
    for (; this.#read < trace!.length; this.#read++) {
      const event = trace!.at(this.#read);
      const words = this.#tell(event);
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

  #tell(event: TraceEvent): string | undefined {
    if (event.kind === "crash") return "crashes";
    if (event.kind === "restart") {
      this.#roles[event.node] = this.fresh;
      return this.restarts;
    }
    if (event.kind === "role") return event.role === this.#roles[event.node] ? undefined : `is ${(this.#roles[event.node] = event.role)}`;
    return this.words(event);
  }
}
