import type { Context, NodeId, Protocol } from "../../protocol.js";

export interface FileSystemOptions {
  /** Nodes that hold the data. Node 0 holds the names, then come these, then the clients. Default 4. */
  readonly dataServers?: number;
  /** Whether the bytes, too, go through the leader, or straight between clients and data servers. Default false. */
  readonly onDataPath?: boolean;
  /** Bytes of a file, and of the pieces in which it travels. Default 65,536 each. */
  readonly fileSize?: number;
  readonly piece?: number;
  /** Files that are there at the start. Default 64. */
  readonly files?: number;
  /** Share of operations that read a whole file; the others write a new one. Default 0.9. */
  readonly reads?: number;
  /** Operations of each client, one after the other. Default: without end. */
  readonly operations?: number;
  /** How long a client waits for an answer before it begins the operation anew, ms. Default 10,000. */
  readonly retry?: number;
}

/** Where a file is. */
export interface FileEntry {
  readonly name: string;
  readonly server: NodeId;
  readonly size: number;
}

/** Has the names. */
export interface NamespaceState {
  readonly kind: "leader";
  /** Files that can be read, by name. Durable. */
  files: Record<string, FileEntry>;
}

/** Has bytes, by file: how many of it are stored. Durable. */
export interface DataState {
  readonly kind: "data";
  stored: Record<string, number>;
}

export interface FileClientState {
  readonly kind: "client";
  /** Counts its attempts at operations since it started; answers to earlier ones are dropped. Durable, so that no name is used twice. */
  attempt: number;
  /** What it does; null when it has done all. */
  doing: { readonly op: "read" | "write"; readonly name: string } | null;
  server: NodeId;
  /** Bytes that are read or written of the file, and its size. */
  moved: number;
  size: number;
  done: number;
  bytes: number;
  /** Operations in which it did not find a byte that should be there. */
  missed: number;
}

interface OfAttempt {
  /** Who asks, and in which attempt. */
  readonly client: NodeId;
  readonly attempt: number;
}

export type FileMessage = OfAttempt &
  (
    | { readonly type: "Locate" | "Create"; readonly name: string; readonly size: number }
    /** Where a file is, or is to be written; null: there is no such file. */
    | { readonly type: "Located"; readonly entry: FileEntry | null }
    /** A piece: wanted, sent or stored. `bytes` are on the wire in `Piece` and `WritePiece`. */
    | { readonly type: "ReadPiece" | "Piece" | "WritePiece" | "Stored"; readonly name: string; readonly server: NodeId; readonly from: number; readonly bytes: number }
    /** The file is written, and can be read from now on. */
    | { readonly type: "Close"; readonly entry: FileEntry }
    | { readonly type: "Closed" }
  );

/** The types of the file system, for the contract. */
export interface FileSystem {
  State: NamespaceState | DataState | FileClientState;
  Message: FileMessage;
  Timer: "retry";
  Stored: { readonly attempt: number };
  Entry: FileEntry | { readonly name: string; readonly stored: number };
  Output: { readonly type: "done"; readonly op: "read" | "write"; readonly bytes: number };
}

const LEADER = 0;
const HEADER = 100;

/** Bytes of a message on the wire. */
export const bytesOf = (message: FileMessage): number => HEADER + (message.type === "Piece" || message.type === "WritePiece" ? message.bytes : 0);

/**
 * A file system in which one leader has the names, and says where the bytes of a file are (Ghemawat, Gobioff and Leung, The
 * Google File System, SOSP 2003, §2.3, §2.4). The bytes pass by the leader, or, as a variant, through it. A file can be read
 * once it is closed; until then it has no name. One copy of each file is enough here: copies change nothing in the leader's work.
 */
export function fileSystem(options: FileSystemOptions = {}): Protocol<FileSystem> {
  const { dataServers = 4, onDataPath = false, fileSize = 65_536, piece = 65_536, files = 64, reads = 0.9, operations = Infinity, retry = 10_000 } = options;
  type Own = Context<FileSystem>;
  const home = (number: number): NodeId => 1 + (number % dataServers);
  const initial = Object.fromEntries(Array.from({ length: files }, (_, i) => [`file ${i}`, { name: `file ${i}`, server: home(i), size: fileSize }]));
  /** Pieces go to where they are, or to the leader, who passes them on. */
  const gate = (server: NodeId): NodeId => (onDataPath ? LEADER : server);

  function begin(state: FileClientState, context: Own): void {
    if (state.done >= operations) return finish(state, context);
    const draw = context.random();
    const op = files > 0 && draw < reads ? "read" : "write";
    state.doing = { op, name: op === "read" ? `file ${Math.floor(context.random() * files)}` : `${context.self}/${state.attempt + 1}` };
    ask(state, context);
  }

  function finish(state: FileClientState, context: Own): void {
    state.doing = null;
    context.cancelTimer("retry");
  }

  /** Every attempt is a new one: what an earlier one has left is never named. */
  function ask(state: FileClientState, context: Own): void {
    const attempt = ++state.attempt;
    if (state.doing!.op === "write") {
      state.doing = { op: "write", name: `${context.self}/${attempt}` };
      context.save({ attempt });
    }
    state.moved = 0;
    context.setTimer("retry", retry);
    context.send(LEADER, { type: state.doing!.op === "read" ? "Locate" : "Create", client: context.self, attempt, name: state.doing!.name, size: fileSize });
  }

  function onLocated(state: FileClientState, entry: FileEntry | null, context: Own): void {
    if (!entry) {
      state.missed++;
      return end(state, 0, context);
    }
    Object.assign(state, { server: entry.server, size: entry.size });
    nextPiece(state, context);
  }

  function nextPiece(state: FileClientState, context: Own): void {
    const { doing, server, moved, size, attempt } = state;
    const { op, name } = doing!;
    if (moved >= size) return op === "read" ? end(state, size, context) : context.send(LEADER, { type: "Close", client: context.self, attempt, entry: { name, server, size } });
    context.send(gate(server), { type: op === "read" ? "ReadPiece" : "WritePiece", client: context.self, attempt, name, server, from: moved, bytes: Math.min(piece, size - moved) });
  }

  function end(state: FileClientState, bytes: number, context: Own): void {
    context.output({ type: "done", op: state.doing!.op, bytes });
    state.done++;
    state.bytes += bytes;
    begin(state, context);
  }

  function onPiece(state: FileClientState, message: Extract<FileMessage, { type: "ReadPiece" | "Piece" | "WritePiece" | "Stored" }>, context: Own): void {
    if (message.from !== state.moved) return;
    if (message.bytes === 0) state.missed++;
    state.moved += Math.max(1, message.bytes);
    context.setTimer("retry", retry);
    nextPiece(state, context);
  }

  function onClient(state: FileClientState, message: FileMessage, context: Own): void {
    if (message.attempt !== state.attempt || !state.doing) return;
    if (message.type === "Located") onLocated(state, message.entry, context);
    else if (message.type === "Closed") end(state, state.size, context);
    else if (message.type === "Piece" || message.type === "Stored") onPiece(state, message, context);
  }

  function onLeader(state: NamespaceState, from: NodeId, message: FileMessage, context: Own): void {
    const { client, attempt } = message;
    switch (message.type) {
      case "Locate":
        return context.send(client, { type: "Located", client, attempt, entry: state.files[message.name] ?? null });
      case "Create":
        return context.send(client, { type: "Located", client, attempt, entry: { name: message.name, size: message.size, server: home(attempt + client) } });
      case "Close":
        if (!state.files[message.entry.name]) {
          state.files[message.entry.name] = message.entry;
          context.append([message.entry]);
        }
        return context.send(client, { type: "Closed", client, attempt });
      case "ReadPiece":
      case "WritePiece":
        return context.send(message.server, message);
      case "Piece":
      case "Stored":
        return void (from !== LEADER && context.send(client, message));
    }
  }

  function onData(state: DataState, from: NodeId, message: FileMessage, context: Own): void {
    if (message.type === "ReadPiece") context.send(from, { ...message, type: "Piece", bytes: Math.max(0, Math.min(message.bytes, (state.stored[message.name] ?? 0) - message.from)) });
    if (message.type !== "WritePiece") return;
    const stored = state.stored[message.name] ?? 0;
    // Pieces come in order: a client waits for each before it sends the next.
    if (message.from + message.bytes > stored) {
      state.stored[message.name] = message.from + message.bytes;
      context.append([{ name: message.name, stored: message.from + message.bytes }]);
    }
    context.send(from, { ...message, type: "Stored" });
  }

  return {
    init(self, _size, stored, log = []) {
      if (self === LEADER) return { kind: "leader", files: { ...initial, ...Object.fromEntries(log.flatMap((entry) => ("server" in entry ? [[entry.name, entry]] : []))) } };
      if (self > dataServers) return { kind: "client", attempt: stored?.attempt ?? 0, doing: null, server: LEADER, moved: 0, size: 0, done: 0, bytes: 0, missed: 0 };
      const own = Object.values(initial).flatMap(({ name, server, size }) => (server === self ? [[name, size] as const] : []));
      return { kind: "data", stored: Object.fromEntries([...own, ...log.flatMap((entry) => ("stored" in entry ? [[entry.name, entry.stored] as const] : []))]) };
    },
    onStart: (state, context) => void (state.kind === "client" && begin(state, context)),
    onTimer: (state, _timer, context) => void (state.kind === "client" && state.doing && ask(state, context)),
    onMessage(state, from, message, context) {
      if (state.kind === "leader") onLeader(state, from, message, context);
      else if (state.kind === "data") onData(state, from, message, context);
      else onClient(state, message, context);
    },
  };
}
