import type { Mutant } from "../../promises.js";
import { rewire } from "../../replication/rewired.js";
import { fileSystem, type FileSystem } from "./fileSystem.js";
import { FILES } from "./fileSystem.promises.js";

/** The file system with one rule broken. */
export const fileSystemMutants: readonly Mutant<FileSystem>[] = [
  {
    name: "named-at-once",
    bug: "a file has its name as soon as it is begun",
    source: "Ghemawat, Gobioff and Leung, SOSP 2003, §2.7: data before the metadata that names it; made by file systems that write their journals first (ext4, data=writeback)",
    engine: "file-system",
    caughtBy: "a file that has a name is stored whole",
    broken: () =>
      rewire(fileSystem(FILES), (state, context) => ({
        send(to, message) {
          if (state.kind === "leader" && message.type === "Located" && message.entry && !state.files[message.entry.name]) {
            state.files[message.entry.name] = message.entry;
            context.append([message.entry]);
          }
          context.send(to, message);
        },
      })),
  },
  {
    name: "pieces-not-durable",
    bug: "a data server says that a piece is stored, and has it in memory alone",
    source: "Ghemawat, Gobioff and Leung, SOSP 2003, §3.2; made by real data servers without a sync",
    engine: "file-system",
    caughtBy: "a file that has a name is stored whole",
    broken: () => rewire(fileSystem(FILES), (state, context) => ({ append: (entries) => void (state.kind !== "data" && context.append(entries)) })),
  },
  {
    name: "closed-before-the-last-piece",
    bug: "a client closes its file when it has sent the last piece, and does not wait for its being stored",
    source: "Ghemawat, Gobioff and Leung, SOSP 2003, §3.1, step 5: the client is told once all replicas have the data; the wait left out",
    engine: "file-system",
    caughtBy: "a file that has a name is stored whole",
    broken: () =>
      rewire(fileSystem(FILES), (state, context) => ({
        send(to, message) {
          context.send(to, message);
          if (state.kind !== "client" || message.type !== "WritePiece" || message.from + message.bytes < state.size) return;
          context.send(0, { type: "Close", client: message.client, attempt: message.attempt, entry: { name: message.name, server: message.server, size: state.size } });
        },
      })),
  },
];
