import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

/** Shows how far a long task is. */
export interface Progress {
  /** `done` of `total` steps are done. Call it as often as you like. */
  update(done: number, total: number): void;
  /** The task has ended, well or not: removes the bar. */
  end(): void;
}

/**
 * A progress bar: on a terminal a line on stderr, in a notebook an output that changes in place; both are gone at the
 * end, and tasks under half a second show none. Silent where it would leave a trace: in pipes, and while chapters are
 * built (LEADERLAB_NOTEBOOK_BUILD=1).
 */
export function createProgress(label: string, stderr: NodeJS.WriteStream = process.stderr): Progress {
  if (process.env.LEADERLAB_NOTEBOOK_BUILD === "1") return silent;
  const notebook = notebookDisplay();
  if (notebook) return paced(label, notebook);
  return stderr.isTTY ? paced(label, terminalLine(stderr)) : silent;
}

const silent: Progress = { update() {}, end() {} };

interface Bar {
  draw(label: string, share: number, left: string): void;
  clear(): void;
}

const FIRST_AFTER = 500;
const AGAIN_AFTER = 100;

function paced(label: string, bar: Bar): Progress {
  const started = performance.now();
  let next = started + FIRST_AFTER;
  let drawn = false;
  return {
    update(done, total) {
      const now = performance.now();
      if (now < next || done === 0) return;
      next = now + AGAIN_AFTER;
      drawn = true;
      bar.draw(label, done / total, timeLeft(((now - started) / done) * (total - done)));
    },
    end() {
      if (drawn) bar.clear();
    },
  };
}

function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}

function terminalLine(stderr: NodeJS.WriteStream): Bar {
  const width = 24;
  return {
    draw(label, share, left) {
      const full = Math.floor(share * width);
      const line = `${label} [${"#".repeat(full)}${".".repeat(width - full)}] ${Math.floor(share * 100)} %, ${left}`;
      stderr.write(`\r${line.slice(0, (stderr.columns || 80) - 1)}\x1b[K`);
    },
    clear: () => void stderr.write("\r\x1b[K"),
  };
}

type WriteDisplayData = (content: { data: object; metadata: object; transient: object }, update: boolean) => void;

/** Only in a tslab kernel is tslab's own module loaded; asking its cache avoids loading it, with its compiler, elsewhere. */
function notebookDisplay(): Bar | undefined {
  const require = createRequire(import.meta.url);
  const jupyter = require.cache[require.resolve("tslab/dist/jupyter.js")]?.exports as { lastWriteDisplayData?: WriteDisplayData } | undefined;
  const write = jupyter?.lastWriteDisplayData;
  if (!write) return undefined;
  const transient = { display_id: randomUUID() };
  let shown = false;
  const show = (html: string, text: string) => {
    write({ data: { "text/html": html, "text/plain": text }, metadata: {}, transient }, shown);
    shown = true;
  };
  return {
    draw(label, share, left) {
      const percent = Math.floor(share * 100);
      show(`<label>${label} <progress max="100" value="${percent}"></progress> ${left}</label>`, `${label}: ${percent} %, ${left}`);
    },
    clear: () => show("", ""),
  };
}
