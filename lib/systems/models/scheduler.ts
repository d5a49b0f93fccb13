import type { Context, NodeId, Protocol } from "../../protocol.js";
import { raft } from "../../replication/raft/raft.js";
import type { ReplicatedRaft, ReplicatedState } from "../../replication/raft/replicatedTypes.js";
import { rewired } from "../../replication/rewired.js";
import { type TaskCommand, type TaskTable, taskTable } from "./taskTable.js";

export interface SchedulerOptions {
  /** Nodes that have the table; the next are workers, and the last keeps what tasks change. Default 3. */
  readonly servers?: number;
  /** Chains of tasks, each of which changes one object; and how many tasks each has. Default 3; 6. */
  readonly chains?: number;
  readonly tasks?: number;
  /**
   * When the log hears that a task is handed out. `at most once`: before, and it is never handed out again; a task of which
   * nothing is heard is given up. `at least once`: it hears only that the task is done, and until then it is handed out again.
   */
  readonly delivery?: "at most once" | "at least once";
  /** Whether a task says what its object is to be, so that doing it twice is doing it once; or adds one to it. Default true. */
  readonly idempotent?: boolean;
  /** Whether an object refuses a task that was handed out before one that it has seen. Default true. */
  readonly fencing?: boolean;
  /** How long a worker takes for a task, ms. Default 20. */
  readonly work?: number;
  /** How long a leader waits for word of a task, ms. Default 150. */
  readonly patience?: number;
  /** How long a follower bears a silent leader, ms. Default 150 to 300. */
  readonly electionTimeout?: readonly [low: number, high: number];
}

/** A server. */
export interface ServerState {
  readonly kind: "server";
  raft: ReplicatedState<TaskTable, TaskCommand, null>;
  /** On a leader: by chain, which task it handed out last in which term, and when (its own clock, ms); or which it waits for the log to hear of. */
  handedOut: Record<number, { readonly term: number; readonly task: number; readonly at: number; readonly waits: boolean }>;
  /** Counts what it has handed out, and proposed, since it started. */
  number: number;
}

/** A worker: the tasks that it works on, by chain and token. */
export interface WorkerState {
  readonly kind: "worker";
  tasks: Record<string, { readonly chain: number; readonly task: number; readonly token: number; readonly from: NodeId }>;
}

/** One object, which the tasks of a chain change. */
export interface ObjectState {
  value: number;
  /** The highest token that it has seen. */
  token: number;
}

/** Who keeps the objects. */
export interface KeeperState {
  readonly kind: "keeper";
  objects: Record<number, ObjectState>;
}

interface TaskMessage {
  readonly chain: number;
  readonly task: number;
  readonly token: number;
}

type RaftOfTasks = ReplicatedRaft<TaskTable, TaskCommand, null>;

export type SchedulerMessage =
  | RaftOfTasks["Message"]
  | ({ readonly type: "Dispatch" } & TaskMessage)
  /** A worker changes the object; the keeper says whether it took that. */
  | ({ readonly type: "Effect" } & TaskMessage)
  | ({ readonly type: "Effected"; readonly taken: boolean } & TaskMessage)
  | ({ readonly type: "Done" } & TaskMessage);

/** The types of the scheduler, for the contract. */
export interface Scheduler {
  State: ServerState | WorkerState | KeeperState;
  Message: SchedulerMessage;
  Timer: RaftOfTasks["Timer"] | "look" | { readonly task: string };
  Stored: RaftOfTasks["Stored"] | { readonly objects: Record<number, ObjectState> };
  Entry: RaftOfTasks["Entry"];
  Output: RaftOfTasks["Output"] | ({ readonly type: "effect"; readonly value: number } & TaskMessage);
}

type Own = Context<Scheduler>;

/** Tokens of one term, at most. */
const PER_TERM = 1_000_000;

/**
 * A scheduler: the table of tasks is a machine on Raft, its leader hands tasks out to workers, and these change objects
 * elsewhere (as in Borg: Verma and others, Large-scale cluster management at Google with Borg, EuroSys 2015, §§3, 3.5). Between
 * the table and the world outside there is no transaction: a leader may die, or sleep, between handing out a task and
 * writing that down, whichever comes first. A task's token, term and number, orders all times that any is handed out.
 */
export function scheduler(options: SchedulerOptions = {}): Protocol<Scheduler> {
  const { servers = 3, chains = 3, tasks = 6, delivery = "at least once", idempotent = true, fencing = true, work = 20, patience = 150, electionTimeout = [150, 300] } = options;
  const table = raft({ machine: taskTable(chains), electionTimeout, members: Array.from({ length: servers }, (_, node) => node) });

  const inside = (context: Own): Context<RaftOfTasks> => rewired(context as unknown as Context<RaftOfTasks>, { size: servers });

  function propose(state: ServerState, command: TaskCommand, context: Own): void {
    table.onInput!(state.raft, { type: "request", client: command.chain, serial: state.raft.currentTerm * PER_TERM + ++state.number, command }, inside(context));
  }

  /** Whether a node leads, and knows all that was written down before its term. */
  const leads = ({ raft: { role, currentTerm, log, commitIndex, snapshot } }: ServerState) => role === "leader" && log[commitIndex - 1 - (snapshot?.index ?? 0)]?.term === currentTerm;

  /** A leader hands out each chain's next task, unless it waits for word of it. */
  function look(state: ServerState, context: Own): void {
    if (!leads(state)) return;
    for (const [number, { through, started }] of Object.entries(state.raft.sessions.machine)) {
      const [chain, task] = [Number(number), through + 1];
      if (task > tasks) continue;
      const last = state.handedOut[chain];
      const own = last?.task === task && last.term === state.raft.currentTerm ? last : undefined;
      if (delivery === "at least once") {
        if (!own || context.now >= own.at + patience) dispatch(state, chain, task, context);
      } else if (started !== task) {
        if (!own || context.now >= own.at + patience) note(state, chain, task, true, context), propose(state, { op: "start", chain, task }, context);
      } else if (own?.waits) dispatch(state, chain, task, context);
      // Who wrote that it is handed out may have done so, or have died before.
      else if (!own) note(state, chain, task, false, context);
      else if (context.now >= own.at + patience) note(state, chain, task, false, context), propose(state, { op: "give-up", chain, task }, context);
    }
  }

  const note = (state: ServerState, chain: number, task: number, waits: boolean, context: Own) => void (state.handedOut[chain] = { term: state.raft.currentTerm, task, at: context.now, waits });

  function dispatch(state: ServerState, chain: number, task: number, context: Own): void {
    note(state, chain, task, false, context);
    const workers = context.size - 1 - servers;
    const worker = servers + Math.floor(context.random() * workers);
    context.send(worker, { type: "Dispatch", chain, task, token: state.raft.currentTerm * PER_TERM + ++state.number });
  }

  function onDispatch(state: WorkerState, from: NodeId, { chain, task, token }: TaskMessage, context: Own): void {
    const name = `${chain}/${token}`;
    if (state.tasks[name]) return;
    state.tasks[name] = { chain, task, token, from };
    context.setTimer({ task: name }, work);
  }

  function onEffect(state: KeeperState, from: NodeId, { chain, task, token }: TaskMessage, context: Own): void {
    const object = (state.objects[chain] ??= { value: 0, token: 0 });
    const taken = !fencing || token >= object.token;
    if (taken) {
      object.token = Math.max(object.token, token);
      object.value = idempotent ? task : object.value + 1;
      context.save({ objects: state.objects });
      context.output({ type: "effect", chain, task, token, value: object.value });
    }
    context.send(from, { type: "Effected", chain, task, token, taken });
  }

  /** The table hears that a task is done only once that is true. */
  function onEffected(state: WorkerState, { chain, task, token, taken }: Extract<SchedulerMessage, { type: "Effected" }>, context: Own): void {
    const name = `${chain}/${token}`;
    const own = state.tasks[name];
    if (!own) return;
    delete state.tasks[name];
    // A message that came twice has begun it again.
    context.cancelTimer({ task: name });
    if (taken) context.send(own.from, { type: "Done", chain, task, token });
  }

  return {
    init(self, size, stored, log = [], snapshot) {
      if (size < servers + 2) throw new RangeError(`${size} nodes are too few for ${servers} servers, a worker and a keeper of objects`);
      if (self < servers) return { kind: "server", raft: table.init(self, servers, stored as RaftOfTasks["Stored"] | undefined, log, snapshot as never), handedOut: {}, number: 0 };
      return self < size - 1 ? { kind: "worker", tasks: {} } : { kind: "keeper", objects: {}, ...(stored as object | undefined) };
    },
    onStart(state, context) {
      if (state.kind !== "server") return;
      table.onStart!(state.raft, inside(context));
      context.setTimer("look", patience);
    },
    onMessage(state, from, message, context) {
      if (state.kind === "server") {
        if (message.type === "Done") propose(state, { op: "done", chain: message.chain, task: message.task }, context);
        else table.onMessage(state.raft, from, message as RaftOfTasks["Message"], inside(context));
        look(state, context);
      } else if (state.kind === "worker") {
        if (message.type === "Dispatch") onDispatch(state, from, message, context);
        else if (message.type === "Effected") onEffected(state, message, context);
      } else if (message.type === "Effect") onEffect(state, from, message, context);
    },
    onTimer(state, timer, context) {
      if (state.kind === "server") {
        if (timer === "look") context.setTimer("look", patience);
        else table.onTimer!(state.raft, timer as RaftOfTasks["Timer"], inside(context));
        look(state, context);
      } else if (state.kind === "worker" && typeof timer === "object") {
        const { chain, task, token } = state.tasks[timer.task]!;
        context.send(context.size - 1, { type: "Effect", chain, task, token });
      }
    },
  };
}
