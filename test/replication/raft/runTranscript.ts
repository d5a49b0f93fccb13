import { parseArgs } from "node:util";
import type { NodeView } from "../../../lib/promises.js";
import type { Configuration } from "../../../lib/replication/raft/configuration.js";
import { lastIndex } from "../../../lib/replication/raft/log.js";
import { raft } from "../../../lib/replication/raft/raft.js";
import type { RaftStore } from "../../../lib/replication/raft/replication.promises.js";
import { keyValue, type KeyValueCommand } from "../../../lib/replication/service/keyValue.js";
import { type Cluster, simulate } from "../../../lib/sim/cluster.js";
import type { Write } from "../../../lib/sim/disk.js";
import type { TraceEvent } from "../../../lib/sim/trace.js";
import { Scene, transcribe } from "../../scenarios/scene.js";

/** Runs a transcript of Raft with a key-value store (see `transcribe`). Clocks are right, and election timeouts are 150 to 300 ms. */
export const runTranscript = (text: string): string => transcribe(text, new StoreScene());

/** What a reader may ask to see of the messages; none at first. Heartbeats are `AppendEntries` without entries. */
const TOPICS = {
  votes: ["PreVote", "PreVoteReply", "RequestVote", "RequestVoteReply"],
  entries: ["AppendEntries", "AppendEntriesReply"],
  snapshots: ["InstallSnapshot"],
  transfer: ["TimeoutNow"],
  reads: ["ReadIndex", "ReadIndexReply"],
} as const;

class StoreScene extends Scene<RaftStore> {
  protected readonly fresh = "follower";
  protected readonly restarts = "restarts";
  protected readonly verbs = ["messages", "put", "get", "reconfigure", "transfer"];
  #shown = new Set<string>();
  #serials = new Map<number, number>();

  protected own(verb: string, [name, ...args]: string[]): string[] | undefined {
    if (verb === "messages") {
      this.#shown = new Set([name ?? "", ...args]);
      return [];
    }
    const node = this.node(name);
    if (verb === "transfer") this.cluster.input(node, { type: "transfer", to: this.node(args[0]) });
    else if (verb === "reconfigure") {
      const [voters = [], learners] = args.filter((arg) => arg !== "learners").map((arg) => arg.split(",").map(Number));
      this.cluster.input(node, { type: "reconfigure", voters, ...(learners && { learners }) });
    } else {
      const [key = "", value = ""] = args;
      this.#ask(node, verb === "put" ? { op: "put", key, value } : { op: "get", key });
    }
    return undefined;
  }

  /** Whoever asks at one node is one client. */
  #ask(client: number, command: KeyValueCommand): void {
    const serial = (this.#serials.get(client) ?? 0) + 1;
    this.#serials.set(client, serial);
    this.cluster.input(client, { type: "request", client, serial, command });
  }

  /** `cluster 5 --seed 3 --latency constant:5 --members 0,1,2 --snapshot-after 4 --reads index --plain` */
  protected begin(args: string[]): Cluster<RaftStore> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        latency: { type: "string", default: "constant:5" },
        members: { type: "string" },
        "snapshot-after": { type: "string" },
        reads: { type: "string", default: "log" },
        "follower-reads": { type: "boolean", default: false },
        plain: { type: "boolean", default: false },
      },
    });
    this.#shown = new Set();
    this.#serials = new Map();
    const { members, "snapshot-after": snapshotAfter, "follower-reads": followerReads, plain } = values;
    const options = { ...(members !== undefined && { members: members.split(",").map(Number) }), ...(snapshotAfter !== undefined && { snapshotAfter: Number(snapshotAfter) }) };
    return simulate(raft({ machine: keyValue, preVote: !plain, checkQuorum: !plain, reads: values.reads as "log" | "index" | "lease", followerReads, ...options }), {
      size: Number(positionals[0]),
      seed: Number(values.seed),
      latency: values.latency,
      trace: true,
      probe: (state) => state.role,
    });
  }

  protected happened([what, name]: string[]): boolean {
    const leader = this.cluster.nodes[this.withRole("leader") ?? -1];
    if (what === "leader") return leader !== undefined && (name === undefined || leader.id === this.node(name));
    if (what === "agreed") return leader !== undefined && this.cluster.nodes.every(({ up, state }) => !up || (state.leader === leader.id && state.commitIndex === lastIndex(leader.state)));
    if (what === "settled") return leader !== undefined && leader.state.configurationIndex <= leader.state.commitIndex && leader.state.configuration.outgoing === undefined;
    throw new Error(`expected "until leader", "until leader NODE", "until agreed" or "until settled"`);
  }

  /** `leader`, or `follower` (the lowest that is up), of the highest term. */
  protected withRole(name: string) {
    if (name !== "leader" && name !== "follower") return undefined;
    return this.cluster.nodes.filter(({ up, state }) => up && state.role === name).sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0]?.id ?? null;
  }

  protected show({ up, state }: NodeView<RaftStore>): string {
    const { role, leader, currentTerm, snapshot, log, commitIndex, configuration, sessions } = state;
    const entries = log.length > 0 ? range(lastIndex(state) - log.length + 1, lastIndex(state)) : "no entries";
    const node = up ? `${role}${role === "follower" && leader !== null ? ` of ${leader}` : ""}, term ${currentTerm}` : "down";
    return `${node}; ${snapshot ? `snapshot of ${snapshot.index}, ` : ""}${entries}, ${commitIndex} committed; ${membersInWords(configuration)}; ${Object.entries(sessions.machine).map(([key, value]) => `${key}=${value}`).join(" ") || "empty"}`;
  }

  /** Of the messages a reader sees those that were asked for; of the writes those to the log. */
  protected words(event: TraceEvent): string | undefined {
    switch (event.kind) {
      case "save":
        return written(event.value as Write<RaftStore>);
      case "input":
        return asked(event.value as RaftStore["Input"]);
      case "output":
        return told(event.value as RaftStore["Output"]);
      case "send": {
        if (event.node === event.to) return undefined;
        const message = event.message as RaftStore["Message"];
        return Object.entries(TOPICS).some(([topic, types]) => this.#shown.has(topic) && (types as readonly string[]).includes(message.type)) ? sent(message) : undefined;
      }
      default:
        return undefined;
    }
  }
}

const range = (first: number, last: number) => (first === last ? `entry ${first}` : `entries ${first} to ${last}`);
const commandInWords = (command: KeyValueCommand) => (command.op === "get" ? `get ${command.key}` : `${command.op} ${command.key} ${command.value}`);
const membersInWords = ({ voters, outgoing, learners = [] }: Configuration) => `${outgoing ? `both ${outgoing.join(" ")} and ${voters.join(" ")} vote` : voters.length === 1 ? `${voters[0]} votes` : `${voters.join(" ")} vote`}${learners.length > 0 ? `, ${learners.join(" ")} learn${learners.length > 1 ? "" : "s"}` : ""}`;

function entryInWords({ term, command, configuration }: RaftStore["Entry"]): string {
  return `${configuration ? membersInWords(configuration) : command ? commandInWords(command.command) : "nothing"} (term ${term})`;
}

function written(write: Write<RaftStore>): string | undefined {
  if (write.kind === "append") return `logs ${write.entries.map(entryInWords).join(", ")}`;
  if (write.kind === "truncate") return `cuts its log to ${write.length} ${write.length === 1 ? "entry" : "entries"}`;
  return write.kind === "compact" ? `writes a snapshot of ${write.snapshot.index} in the place of ${write.count} ${write.count === 1 ? "entry" : "entries"}` : undefined;
}

function asked(input: RaftStore["Input"]): string {
  if (input.type === "request") return `is asked to ${commandInWords(input.command)}`;
  if (input.type === "transfer") return `is asked to hand over to ${input.to}`;
  return input.type === "reconfigure" ? `is asked that ${membersInWords(input)}` : "is asked to stand";
}

function told(output: RaftStore["Output"]): string | undefined {
  if (output.type === "answer") return `answers ${output.result ?? "null"}`;
  if (output.type === "refused") return `refuses; ${output.leader === null ? "it knows no leader" : `${output.leader} may do it`}`;
  if (output.type === "configuration") return `knows that ${membersInWords(output.configuration)}: committed`;
  return output.type === "unchanged" ? `changes nothing: ${output.because}` : undefined;
}

function sent(message: RaftStore["Message"]): string | undefined {
  switch (message.type) {
    case "PreVote":
      return `asks @ who would vote in term ${message.term}`;
    case "PreVoteReply":
      return message.voteGranted ? `tells @ that it would vote in term ${message.term}` : `tells @ that it would not vote`;
    case "RequestVote":
      return `asks @ for votes in term ${message.term}${message.transfer ? ", as its leader asked it to" : ""}`;
    case "RequestVoteReply":
      return message.voteGranted ? `gives @ its vote in term ${message.term}` : `refuses @ its vote in term ${message.term}`;
    case "InstallSnapshot":
      return `sends @ its snapshot of ${message.snapshot.index}`;
    case "TimeoutNow":
      return `asks @ to stand at once`;
    case "ReadIndex":
      return `asks @ how far it must be`;
    case "ReadIndexReply":
      return `tells @ to be at ${message.index} entries`;
    case "AppendEntries": {
      if (!("entries" in message)) return undefined;
      const round = message.round === undefined ? "" : `, round ${message.round}`;
      return `sends @ ${message.entries.length === 0 ? `a heartbeat behind entry ${message.prevLogIndex}` : range(message.prevLogIndex + 1, message.prevLogIndex + message.entries.length)}, ${message.leaderCommit} committed${round}`;
    }
    case "AppendEntriesReply": {
      const round = "round" in message && message.round !== undefined ? `, round ${message.round}` : "";
      if ("matchIndex" in message) return `tells @ that it has ${message.matchIndex}${round}`;
      return "prevLogIndex" in message ? `tells @ that it has no such entry ${message.prevLogIndex}${round}` : `rejects @: its own term is ${message.term}`;
    }
    default:
      return undefined;
  }
}
