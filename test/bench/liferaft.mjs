import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { clocks, since } from "./measure.mjs";

/** npm's liferaft, installed in a folder of its own outside the repository; undefined if it cannot be. */
export function loadLiferaft() {
  const folder = join(tmpdir(), "leaderlab-bench-liferaft");
  const isInstalled = () => existsSync(join(folder, "node_modules", "liferaft", "index.js"));
  if (!isInstalled()) {
    cpSync(fileURLToPath(new URL("liferaft", import.meta.url)), folder, { recursive: true });
    // Without scripts: they would compile a database, and the log stands in an array.
    spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  }
  if (isInstalled()) return createRequire(join(folder, "package.json"))("liferaft");
  console.log("skip proposals beside liferaft: npm could not install it");
  return undefined;
}

/** What liferaft's log does in a database, in an array. */
class ArrayLog {
  committedIndex = 0;
  entries = [];

  constructor(node) {
    this.node = node;
  }

  async saveCommand(command, term, index = this.entries.length + 1) {
    const entry = { term, index, committed: false, responses: [{ address: this.node.address, ack: true }], command };
    this.entries[index - 1] = entry;
    return entry;
  }

  async has(index) {
    return this.entries[index - 1] !== undefined;
  }

  async get(index) {
    return this.entries[index - 1];
  }

  async removeEntriesAfter(index) {
    this.entries.length = index;
  }

  async getLastInfo() {
    return this.#infoAt(this.entries.length);
  }

  async getEntryInfoBefore(entry) {
    return this.#infoAt(entry.index - 1);
  }

  async commandAck(index, address) {
    const entry = this.entries[index - 1];
    if (!entry.responses.some((response) => response.address === address)) entry.responses.push({ address, ack: true });
    return entry;
  }

  async getUncommittedEntriesUpToIndex(index) {
    return this.entries.slice(this.committedIndex, index);
  }

  async commit(index) {
    this.entries[index - 1].committed = true;
    this.committedIndex = index;
  }

  end() {}

  #infoAt(index) {
    return { index, term: this.entries[index - 1]?.term ?? this.node.term, committedIndex: this.committedIndex };
  }
}

/**
 * Nanoseconds, by both clocks, a command that a new liferaft cluster commits on its leader, with so many in flight. A message is handed over
 * in a turn of the event loop of its own, as one from a socket would be: called directly, liferaft begins with the next
 * message while it waits for its log in the middle of one, and loses entries for good.
 */
export async function timeLiferaft(Liferaft, { size, commands, inFlight }) {
  // The first is made to stand; on a busy machine a timer of the usual length would run out and depose it, and what it was asked be lost.
  const nodes = Array.from({ length: size }, (_, i) => new Liferaft(`node ${i}`, { Log: ArrayLog, "election min": "1 hour", "election max": "2 hours" }));
  try {
    for (const from of nodes) {
      from.on("error", () => {});
      for (const to of nodes) if (to !== from) from.join(to.address, (packet, answered) => void setImmediate(() => to.emit("data", packet, (reply) => answered(undefined, reply))));
    }
    const [leader] = nodes;
    const elected = new Promise((resolve) => leader.once("leader", resolve));
    leader.promote();
    await elected;
    const begun = clocks();
    await new Promise((resolve) => {
      let [asked, committed] = [0, 0];
      const ask = () => asked++ < commands && leader.command({ op: "put", key: "a", value: "somedata" });
      leader.on("commit", () => (++committed === commands ? resolve() : ask()));
      for (let i = 0; i < inFlight; i++) ask();
    });
    const took = since(begun, commands);
    if (leader.log.committedIndex !== commands) throw new Error(`liferaft says that it committed ${commands} commands, but its log says ${leader.log.committedIndex}`);
    return took;
  } finally {
    // What is still under way arrives before the nodes end.
    await setTimeout(1);
    for (const node of nodes) node.end();
  }
}
