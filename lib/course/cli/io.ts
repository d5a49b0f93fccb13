/** Where a command writes: results on stdout, progress and complaints on stderr. */
export interface Io {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Writes the one JSON value that `--json` promises. */
export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes text and the end of its line. */
export function printText(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** How many characters fit a line of stdout; 100 where it is no terminal. */
export const lineWidth = (io: Io): number => (io.stdout.isTTY && io.stdout.columns) || 100;
