import type { NodeId } from "../../protocol.js";
import type { Answer, Request } from "../../replication/service/machine.js";
import type { Stored as ZabStored, Transaction, Zab, ZabMessage, ZabState } from "../../replication/zab/types.js";
import type { Progress } from "./recipes/recipe.js";
import type { Job } from "./recipes/recipeOf.js";
import type { TreeCommand, TreeResult, WatchEvent } from "./tree.js";

/** A server of the ensemble. */
export interface ServerState {
  readonly kind: "server";
  zab: ZabState;
  /** By session: the client that last asked this server, to whom it passes on what the session is told. */
  connections: Record<string, NodeId>;
  /** How many ticks it has given in the epoch that it leads. */
  ticks: number;
}

/** A client. */
export interface ClientState {
  readonly kind: "client";
  readonly job: Job;
  /** How many sessions it has begun. Durable, so that none is begun twice. */
  sessions: number;
  session: number;
  /** Counts the requests of its session. */
  serial: number;
  /** What it asks, one after the other; the first is under way. */
  asking: TreeCommand[];
  /** Whom it asks, and when it asked last (local clock, ms). */
  server: NodeId;
  askedAt: number;
  /** By its own clock, its session lasts until then at least if the leader's clock is no faster, ms. */
  lease: number;
  progress: Progress;
  /** Rounds that it has done since it started. */
  rounds: number;
  /** Notices that it has received. */
  notices: number;
}

/** What the lock guards: it takes writes, and with fencing none whose token is older than one that it has seen. */
export interface ResourceState {
  readonly kind: "resource";
  /** The highest token seen, and that of the last write taken. Durable. */
  highest: number;
  last: number;
  taken: number;
  refused: number;
}

export type CoordinationMessage =
  | ZabMessage
  /** Client and server. */
  | { readonly type: "ask"; readonly request: Request<TreeCommand> }
  | { readonly type: "answer"; readonly answer: Answer<TreeResult> }
  | { readonly type: "notice"; readonly session: number; readonly event: WatchEvent }
  /** Client and resource. */
  | { readonly type: "write"; readonly session: number; readonly token: number }
  | { readonly type: "written"; readonly session: number; readonly token: number; readonly taken: boolean };

/** The types of a coordination service with its clients and a guarded resource, for the contract. */
export interface Coordination {
  State: ServerState | ClientState | ResourceState;
  Message: CoordinationMessage;
  /** Beside Zab's: `clock`, the leader's ticks; of a client `retry`, `ping`, and `wake` for its recipe. */
  Timer: Zab["Timer"] | "clock" | "retry" | "ping" | "wake";
  Stored: ZabStored | { readonly sessions: number } | Pick<ResourceState, "highest" | "last">;
  Entry: Transaction;
  Output: { readonly type: "leader"; readonly leader: NodeId; readonly epoch: number };
}
