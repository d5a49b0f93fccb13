import { parseArgs } from "node:util";
import type { NodeView } from "../../lib/promises.js";
import { raft } from "../../lib/replication/raft/raft.js";
import type { HardState, Raft, RaftMessage } from "../../lib/replication/raft/types.js";
import { type Cluster, simulate } from "../../lib/sim/cluster.js";
import type { Write } from "../../lib/sim/disk.js";
import type { TraceEvent } from "../../lib/sim/trace.js";
import { Scene, transcribe } from "./scene.js";

/** Runs a transcript of Raft's elections (see `transcribe`). */
export const runTranscript = (text: string): string => transcribe(text, new RaftScene());

class RaftScene extends Scene<Raft> {
  protected readonly fresh = "follower";
  protected readonly restarts = "restarts";
  protected readonly verbs = ["campaign"];
  #heartbeats = false;

  protected own(_verb: string, [name]: string[]): undefined {
    this.cluster.input(this.node(name), { type: "campaign" });
  }

  /** `cluster 5 --seed 3 --latency constant:5 --timeout 150,300 --disk constant:10 --pre-vote --heartbeats` */
  protected begin(args: string[]): Cluster<Raft> {
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
    return simulate(raft({ electionTimeout: [low, high], preVote: values["pre-vote"], checkQuorum: values["check-quorum"] }), {
      size: Number(positionals[0]),
      seed: Number(values.seed),
      latency: values.latency,
      ...(values.disk !== undefined && { diskWrite: values.disk }),
      trace: true,
      probe: (state) => state.role,
    });
  }

  protected happened([what, node]: string[]): boolean {
    const nodes = this.cluster.nodes;
    if (what === "leader") return nodes.some(({ up, state }) => up && state.role === "leader");
    if (what === "agreed") return nodes.some(({ id, up, state }) => up && state.role === "leader" && nodes.every((other) => !other.up || other.state.leader === id));
    if (what === "vote") return (nodes[this.node(node)]!.disk.stored?.votedFor ?? null) !== null;
    throw new Error(`expected "until leader", "until agreed" or "until vote NODE"`);
  }

  /** `leader`, or `follower` (the lowest that is up), of the highest term. */
  protected withRole(name: string) {
    if (name !== "leader" && name !== "follower") return undefined;
    return this.cluster.nodes.filter(({ up, state }) => up && state.role === name).sort((a, b) => b.state.currentTerm - a.state.currentTerm)[0]?.id ?? null;
  }

  protected show({ up, state, disk }: NodeView<Raft>): string {
    const role = up ? `${state.role}${state.role === "follower" && state.leader !== null ? ` of ${state.leader}` : ""}, term ${state.currentTerm}` : "down";
    return `${role}; on disk: ${describeStored(disk.stored)}`;
  }

  /** Heartbeats are left out unless they are asked for. */
  protected words(event: TraceEvent): string | undefined {
    switch (event.kind) {
      case "timer":
        return event.timer === "election" ? "has waited long enough" : undefined;
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
