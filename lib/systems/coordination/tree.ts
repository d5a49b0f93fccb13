import type { Machine, Tell } from "../../replication/service/machine.js";

/** A place of the tree. It has data, or children, or both. */
export interface TreeNode {
  data: string;
  /** How often the data was set since it was created. */
  version: number;
  /** The number of the change that created it: of two nodes, the older one has the smaller. */
  readonly created: number;
  /** The session with which it disappears; null: it stays. */
  readonly owner: number | null;
  /** How many sequential children were ever created under it. */
  sequence: number;
}

/** What is watched at a place: its data and whether it is there, or which children it has. */
export type WatchKind = "data" | "children";

export interface TreeState {
  /** How many changes there have been. */
  changes: number;
  /** What the leaders' clocks have counted, ms. */
  clock: number;
  nodes: Record<string, TreeNode>;
  /** By session: how long it lasts without a word from its client, and until when, by `clock`, ms. */
  sessions: Record<string, { readonly timeout: number; expires: number }>;
  watches: { readonly path: string; readonly kind: WatchKind; readonly session: number }[];
}

/** What a session may ask. Every command keeps its session alive. */
export type TreeCommand =
  | { readonly op: "open"; readonly session: number; readonly timeout: number }
  | { readonly op: "ping" | "close"; readonly session: number }
  /** `sequential` puts a number behind the path that rises with every such node of the same parent. */
  | { readonly op: "create"; readonly session: number; readonly path: string; readonly data: string; readonly ephemeral?: boolean; readonly sequential?: boolean }
  /** With a version, only if it still is that one. */
  | { readonly op: "set"; readonly session: number; readonly path: string; readonly data: string; readonly version?: number }
  | { readonly op: "delete"; readonly session: number; readonly path: string }
  /** `watch`: the session is told of the next change there, once. */
  | { readonly op: "get" | "children"; readonly session: number; readonly path: string; readonly watch?: boolean }
  /** The leader's clock has gone on by so many ms. */
  | { readonly op: "tick"; readonly elapsed: number };

export type TreeResult =
  | { readonly ok: true; readonly path?: string; readonly data?: string; readonly version?: number; readonly created?: number; readonly children?: readonly { readonly path: string; readonly created: number }[] }
  | { readonly ok: false; readonly error: "expired" | "exists" | "missing" | "version" | "has children" };

/** A watch that has fired; it is gone, and must be set anew by whoever wants to hear more. */
export interface WatchEvent {
  readonly path: string;
  readonly kind: WatchKind;
}

const fails = (error: Extract<TreeResult, { ok: false }>["error"]): TreeResult => ({ ok: false, error });

/**
 * The data of a coordination service as ZooKeeper has it (Hunt, Konar, Junqueira and Reed, USENIX ATC 2010, §2.1 and §2.2): a
 * tree of small nodes, some of which live as long as the session that made them, or have a number; and watches, which
 * fire once. Sessions expire by the leader's clock, whose ticks are commands like any other, so that all replicas agree
 * on who is gone. Here watches are replicated, too (ZooKeeper keeps them where the client is connected). The root and
 * `places` exist from the beginning.
 */
export function tree(places: readonly string[]): Machine<TreeState, TreeCommand, TreeResult> {
  return {
    begin: () => ({ changes: 0, clock: 0, nodes: Object.fromEntries(["/", ...places].map((path) => [path, { data: "", version: 0, created: 0, owner: null, sequence: 0 }])), sessions: {}, watches: [] }),
    apply(state, command, tell) {
      if (command.op === "tick") return tick(state, command.elapsed, tell);
      const { session } = command;
      if (command.op === "open") {
        state.sessions[session] = { timeout: command.timeout, expires: state.clock + command.timeout };
        return { ok: true };
      }
      const alive = state.sessions[session];
      if (!alive) return fails("expired");
      alive.expires = state.clock + alive.timeout;
      switch (command.op) {
        case "ping":
          return { ok: true };
        case "close":
          end(state, session, tell);
          return { ok: true };
        case "create":
          return create(state, command, tell);
        case "set":
          return set(state, command, tell);
        case "delete":
          return remove(state, command.path, tell);
        default:
          return read(state, command);
      }
    },
    reads: () => false,
  };
}

function create(state: TreeState, { session, path, data, ephemeral, sequential }: Extract<TreeCommand, { op: "create" }>, tell: Tell): TreeResult {
  const parent = state.nodes[parentOf(path)];
  if (!parent) return fails("missing");
  const name = sequential ? `${path}${String(parent.sequence).padStart(6, "0")}` : path;
  if (state.nodes[name]) return fails("exists");
  if (sequential) parent.sequence++;
  const created = ++state.changes;
  state.nodes[name] = { data, version: 0, created, owner: ephemeral ? session : null, sequence: 0 };
  fire(state, name, "data", tell);
  fire(state, parentOf(name), "children", tell);
  return { ok: true, path: name, created };
}

function set(state: TreeState, { path, data, version }: Extract<TreeCommand, { op: "set" }>, tell: Tell): TreeResult {
  const node = state.nodes[path];
  if (!node) return fails("missing");
  if (version !== undefined && version !== node.version) return fails("version");
  state.changes++;
  node.data = data;
  node.version++;
  fire(state, path, "data", tell);
  return { ok: true, version: node.version };
}

function remove(state: TreeState, path: string, tell: Tell): TreeResult {
  if (!state.nodes[path]) return fails("missing");
  if (childrenOf(state, path).length > 0) return fails("has children");
  state.changes++;
  delete state.nodes[path];
  fire(state, path, "data", tell);
  fire(state, parentOf(path), "children", tell);
  return { ok: true };
}

function read(state: TreeState, { op, session, path, watch }: Extract<TreeCommand, { op: "get" | "children" }>): TreeResult {
  const node = state.nodes[path];
  if (!node) return fails("missing");
  const kind = op === "get" ? "data" : "children";
  const set = watch && !state.watches.some((other) => other.path === path && other.kind === kind && other.session === session);
  if (set) state.watches.push({ path, kind, session });
  if (op === "get") return { ok: true, data: node.data, version: node.version, created: node.created };
  return { ok: true, children: childrenOf(state, path) };
}

/** The leader's clock goes on; whose session has had no word from its client for too long is gone. */
function tick(state: TreeState, elapsed: number, tell: Tell): TreeResult {
  state.clock += elapsed;
  for (const [session, { expires }] of Object.entries(state.sessions)) if (expires <= state.clock) end(state, Number(session), tell);
  return { ok: true };
}

/** A session ends: what it made for as long as it lasts goes with it. */
function end(state: TreeState, session: number, tell: Tell): void {
  delete state.sessions[session];
  state.watches = state.watches.filter((watch) => watch.session !== session);
  for (const [path, { owner }] of Object.entries(state.nodes)) if (owner === session) remove(state, path, tell);
}

/** Tells whoever watches; a watch fires once. */
function fire(state: TreeState, path: string, kind: WatchKind, tell: Tell): void {
  const fired = state.watches.filter((watch) => watch.path === path && watch.kind === kind);
  if (fired.length === 0) return;
  state.watches = state.watches.filter((watch) => !fired.includes(watch));
  for (const { session } of fired) tell(session, { path, kind } satisfies WatchEvent);
}

/** The children of a place, the oldest first. */
export const childrenOf = ({ nodes }: Pick<TreeState, "nodes">, path: string): { readonly path: string; readonly created: number }[] =>
  Object.entries(nodes)
    .filter(([child]) => child !== path && parentOf(child) === path)
    .map(([child, { created }]) => ({ path: child, created }))
    .sort((a, b) => a.created - b.created);

/** "/lock" for "/lock/w-000001", "/" for "/lock". */
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
