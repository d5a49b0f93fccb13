import { statSync } from "node:fs";

/** What happened to a file. */
export type FileEvent = "Created" | "Changed" | "Deleted";

/** Files that are looked at only when asked, so that a change is seen at once and on every file system. */
export class PolledFiles {
  private readonly watched = new Set<{ path: string; state: string; tell: (path: string, event: FileEvent) => void }>();

  /** Watches `path`, which need not exist, until `close`. */
  watch(path: string, tell: (path: string, event: FileEvent) => void): { close(): void } {
    const entry = { path, state: stateOf(path), tell };
    this.watched.add(entry);
    return { close: () => void this.watched.delete(entry) };
  }

  /** Looks at every file, and tells its watcher what has happened since the last look. */
  poll(): void {
    for (const entry of [...this.watched]) {
      const before = entry.state;
      entry.state = stateOf(entry.path);
      if (entry.state !== before) entry.tell(entry.path, before === "" ? "Created" : entry.state === "" ? "Deleted" : "Changed");
    }
  }
}

function stateOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : "";
}
