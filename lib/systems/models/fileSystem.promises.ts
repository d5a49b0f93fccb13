import type { Declaration, Facts, Invariant, NodeView, Progress, Reachable } from "../../promises.js";
import { type FileClientState, type FileSystem, type FileSystemOptions, fileSystem } from "./fileSystem.js";

type View = NodeView<FileSystem>;

const GFS = "Ghemawat, Gobioff and Leung, The Google File System, SOSP 2003";

/** How the declared engines are run. */
export const FILES: FileSystemOptions = { dataServers: 2, fileSize: 100, piece: 60, files: 4, reads: 0.4, operations: 6, retry: 800 };

const namedIsStored: Invariant<FileSystem> = {
  name: "a file that has a name is stored whole",
  source: `${GFS}, §2.7: metadata changes are ordered after the data that they name`,
  overall(nodes, facts: Facts) {
    for (const entry of nodes[0]!.disk.log) {
      if (!("server" in entry) || facts.known("looked for", entry.name) !== undefined) continue;
      facts.agree("looked for", entry.name, 1);
      const stored = nodes[entry.server]!.disk.log.reduce((most, other) => ("stored" in other && other.name === entry.name ? Math.max(most, other.stored) : most), 0);
      facts.must(stored >= entry.size, () => `${entry.name} has a name, and node ${entry.server} has ${stored} of its ${entry.size} bytes`);
    }
  },
  concerns: ({ id }) => id === 0,
};

const nothingMissed: Invariant<FileSystem> = {
  name: "a reader finds every byte",
  source: `${GFS}, §2.3`,
  afterStep({ id, state }, facts) {
    if (state.kind === "client") facts.must(state.missed === 0, () => `client ${id} did not find what the leader named`);
  },
};

const allDone: Progress<FileSystem> = {
  name: "when the faults end, every client gets done",
  source: GFS,
  missing: (nodes) => {
    const behind = nodes.find(({ state }) => state.kind === "client" && state.done < FILES.operations!);
    return behind && `client ${behind.id} has done ${(behind.state as FileClientState).done} of ${FILES.operations} operations`;
  },
};

const reachables: readonly Reachable<FileSystem>[] = [
  { name: "a new file with a name", afterStep: ({ state, disk }) => state.kind === "leader" && disk.log.length > 0 },
  { name: "a file that was begun and has no name", overall: (nodes) => nodes.some(({ state }) => state.kind === "client" && state.doing?.op === "write" && state.attempt > state.done + 2), concerns: ({ state }) => state.kind === "client" },
  { name: "a file of two pieces is read", onSend: (_from, _to, message) => message.type === "Piece" && message.from > 0 },
];

const declared: Omit<Declaration<FileSystem>, "name" | "summary" | "engine"> = {
  source: GFS,
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write"],
  sizes: [4, 5, 6],
  invariants: [namedIsStored, nothingMissed],
  reachables,
  progress: [allDone],
  probe: ({ kind }: View["state"]) => kind,
  roles: ["leader", "data"],
  calm: 10_000,
};

/** Bytes pass by the leader. */
export const fileSystemBeside: Declaration<FileSystem> = { ...declared, name: "file-system", summary: "a file system whose leader has the names, and not the bytes", engine: () => fileSystem(FILES) };

/** Bytes pass through the leader. */
export const fileSystemThrough: Declaration<FileSystem> = { ...declared, name: "file-system-through-leader", summary: "a file system whose leader has the names, and passes on the bytes", engine: () => fileSystem({ ...FILES, onDataPath: true }) };
