import { Writable } from "node:stream";
import type { Io } from "../../lib/course/cli/io.js";

/** Streams that remember what a command wrote. With `terminal`, stderr claims to be one. */
export function captureIo({ terminal = false } = {}): { io: Io; stdout: () => string; stderr: () => string } {
  const capture = (isTTY: boolean) => {
    let text = "";
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    return { stream: Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream, text: () => text };
  };
  const [stdout, stderr] = [capture(false), capture(terminal)];
  return { io: { stdout: stdout.stream, stderr: stderr.stream }, stdout: stdout.text, stderr: stderr.text };
}
