import { createRequire } from "node:module";

/** One thing to show under a cell, in several forms of which each viewer takes what it can: MIME type → text. */
export interface DisplayBundle {
  readonly data: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Shows a bundle under the cell that runs. Throws an `Error` outside a notebook, which says what to do instead. */
export function display({ data, metadata = {} }: DisplayBundle, instead: string): void {
  const write = tslab().lastWriteDisplayData;
  if (!write) throw new Error(`This draws under a notebook's cell, and no cell is running. ${instead}`);
  write({ data, metadata, transient: {} });
}

interface Tslab {
  readonly lastWriteDisplayData: ((display: { data: DisplayBundle["data"]; metadata: Readonly<Record<string, unknown>>; transient: { display_id?: string } }, update?: boolean) => void) | null;
}

/** The running kernel's own module. tslab's public `display.raw` sends one form at a time; several make several outputs. */
function tslab(): Tslab {
  return createRequire(import.meta.url)("tslab/dist/jupyter.js") as Tslab;
}
