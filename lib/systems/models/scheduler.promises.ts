import type { Declaration, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { scheduler, type Scheduler, type SchedulerOptions, type ServerState } from "./scheduler.js";

type View = NodeView<Scheduler>;

const BURROWS = "Burrows, The Chubby lock service, OSDI 2006, §2.4: sequencers";
const TANENBAUM = "Birrell and Nelson, Implementing remote procedure calls, ACM TOCS 2(1), 1984: exactly once";

/** How the declared engine is run: few tasks, so that a run is short. */
export const SCHEDULED: SchedulerOptions = { chains: 2, tasks: 4, work: 20, patience: 120 };

const neverBack: Invariant<Scheduler> = {
  name: "an object never goes back to an earlier task",
  source: BURROWS,
  onOutput(_node, output, facts) {
    if (output.type === "effect") facts.rises("value of object", output.chain, output.value);
  },
};

const noMoreThanHandedOut: Invariant<Scheduler> = {
  name: "an object is never ahead of what was handed out",
  source: TANENBAUM,
  onSend(_from, _to, message, facts) {
    if (message.type === "Dispatch") facts.rises("handed out of chain", message.chain, Math.max(message.task, Number(facts.known("handed out of chain", message.chain) ?? 0)));
  },
  onOutput(_node, output, facts) {
    if (output.type !== "effect") return;
    const handedOut = Number(facts.known("handed out of chain", output.chain) ?? 0);
    facts.must(output.value <= handedOut, () => `object ${output.chain} is at ${output.value}, and the last task that was handed out is ${handedOut}`);
  },
};

const doneIsDone: Invariant<Scheduler> = {
  name: "what the table takes for done has been done",
  source: "Gray, The transaction concept, VLDB 1981: a real action cannot be undone; so it is written down after",
  afterStep({ state }, facts) {
    if (state.kind !== "server") return;
    for (const [chain, { through }] of Object.entries(state.raft.sessions.machine)) {
      const value = Number(facts.known("highest value of object", chain) ?? 0);
      facts.must(through <= value, () => `the table says that task ${through} of chain ${chain} is through, and the object has been at ${value} at most`);
    }
  },
  onOutput(_node, output, facts) {
    if (output.type === "effect") facts.rises("highest value of object", `${output.chain}`, Math.max(output.value, Number(facts.known("highest value of object", `${output.chain}`) ?? 0)));
  },
};

const allDone: Progress<Scheduler> = {
  name: "when the faults end, all tasks are done",
  source: "Verma and others, EuroSys 2015, §4: availability",
  missing(nodes) {
    const keeper = nodes.at(-1)!.state;
    if (keeper.kind !== "keeper") return undefined;
    for (let chain = 0; chain < SCHEDULED.chains!; chain++) {
      const value = keeper.objects[chain]?.value ?? 0;
      if (value < SCHEDULED.tasks!) return `of chain ${chain}, ${value} of ${SCHEDULED.tasks} tasks are done`;
    }
    return undefined;
  },
};

const leading = ({ state, up }: View) => up && state.kind === "server" && state.raft.role === "leader";
const isHandedOutBy = (nodes: readonly View[], chain: number) => nodes.filter((node) => leading(node) && (node.state as ServerState).handedOut[chain]?.term === (node.state as ServerState).raft.currentTerm);

const reachables: readonly Reachable<Scheduler>[] = [
  { name: "a task is done", onSend: (_from, _to, { type }) => type === "Done" },
  { name: "an old token is refused", onSend: (_from, _to, message) => message.type === "Effected" && !message.taken },
  { name: "a task is handed out in a second term", onSend: ({ state }, _to, message) => message.type === "Dispatch" && state.kind === "server" && state.raft.currentTerm > 1 },
  { name: "two leaders hand out tasks of one chain", overall: (nodes) => [0, 1].some((chain) => isHandedOutBy(nodes, chain).length > 1), concerns: leading },
  { name: "a worker has a task twice", afterStep: ({ state }) => state.kind === "worker" && new Set(Object.values(state.tasks).map(({ chain, task }) => `${chain}/${task}`)).size < Object.keys(state.tasks).length },
];

/** Tasks at least once, with effects that may be repeated and fencing: each has its effect exactly once. */
export const schedulerFenced: Declaration<Scheduler> = {
  name: "scheduler",
  summary: "tasks that a leader hands out at least once, and that have their effect exactly once, by idempotence and fencing",
  source: `Verma and others, Borg, EuroSys 2015; ${BURROWS}`,
  engine: () => scheduler(SCHEDULED),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write"],
  sizes: [6],
  invariants: [neverBack, noMoreThanHandedOut, doneIsDone],
  reachables,
  progress: [allDone],
  probe: (state) => (state.kind === "server" ? state.raft.role : state.kind),
  roles: ["leader", "worker"],
  calm: 6000,
};
