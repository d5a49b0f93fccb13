import type { Context, NodeId, Protocol } from "../protocol.js";

/**
 * One value kept in two copies, as small as such a thing can be: no leader is ever elected. Node 0 takes the writes and
 * numbers them, its *versions*; it sends each to node 1, again and again until that has it. Either node answers reads
 * from what it holds. A write to node 1 is refused.
 */
export function twoCopyRegister({ acknowledge = "at-once", retry = 60 }: TwoCopyOptions = {}): Protocol<TwoCopies> {
  function write(state: TwoCopyState, { id, value }: { id: number; value: number }, context: Context<TwoCopies>): void {
    if (context.self !== FIRST) return context.output({ type: "refused", id });
    keep(state, { version: state.version + 1, value }, context);
    state.waiting.push({ id, version: state.version });
    if (acknowledge === "at-once") answer(state, state.version, context);
    sendCopy(state, context);
  }

  function sendCopy({ version, value }: TwoCopyState, context: Context<TwoCopies>): void {
    context.send(SECOND, { type: "Copy", version, value: value! });
    context.setTimer("copy", retry);
  }

  return {
    init: (_self, _size, stored = { version: 0, value: null }) => ({ ...stored, copied: 0, waiting: [] }),
    onStart(state, context) {
      if (context.self === FIRST && state.version > 0) sendCopy(state, context);
    },
    onInput(state, input, context) {
      if (input.type === "write") write(state, input, context);
      else context.output({ type: "value", id: input.id, version: state.version, value: state.value });
    },
    onMessage(state, from, message, context) {
      if (message.type === "Copy") {
        // An older version comes too late: what it wrote has been overwritten.
        if (message.version > state.version) keep(state, message, context);
        context.send(from, { type: "Copied", version: state.version });
      } else if (message.version > state.copied) {
        state.copied = message.version;
        answer(state, state.copied, context);
        if (state.copied === state.version) context.cancelTimer("copy");
      }
    },
    onTimer: (state, _timer, context) => sendCopy(state, context),
  };
}

/** Which node is which. */
const FIRST: NodeId = 0;
const SECOND: NodeId = 1;

function keep(state: TwoCopyState, { version, value }: Versioned, context: Context<TwoCopies>): void {
  state.version = version;
  state.value = value;
  context.save({ version, value });
}

/** Tells the clients whose writes are done: those up to a version. */
function answer(state: TwoCopyState, version: number, context: Context<TwoCopies>): void {
  for (const done of state.waiting.filter((write) => write.version <= version)) context.output({ type: "written", ...done });
  state.waiting = state.waiting.filter((write) => write.version > version);
}

export interface TwoCopyOptions {
  /** When a write is answered: as soon as node 0 has it, or once node 1 has it, too. Default `at-once`. */
  readonly acknowledge?: "at-once" | "when-copied";
  /** After how many ms a copy that was not acknowledged is sent again. Default 60. */
  readonly retry?: number;
}

interface Versioned {
  readonly version: number;
  readonly value: number | null;
}

export interface TwoCopyState {
  /** How many writes this copy reflects; 0: none yet. */
  version: number;
  value: number | null;
  /** On node 0: the newest version that node 1 is known to have. */
  copied: number;
  /** On node 0: writes not answered yet. */
  waiting: { id: number; version: number }[];
}

/** The types of the register for the contract. `id` is the client's, by which it knows its answer. */
export interface TwoCopies {
  State: TwoCopyState;
  Message: { readonly type: "Copy"; readonly version: number; readonly value: number } | { readonly type: "Copied"; readonly version: number };
  Timer: "copy";
  Stored: Versioned;
  Input: { readonly type: "write"; readonly id: number; readonly value: number } | { readonly type: "read"; readonly id: number };
  Output:
    | { readonly type: "written"; readonly id: number; readonly version: number }
    | { readonly type: "value"; readonly id: number; readonly version: number; readonly value: number | null }
    | { readonly type: "refused"; readonly id: number };
}
