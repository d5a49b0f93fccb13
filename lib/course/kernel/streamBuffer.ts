/** How much text, and how many ms of it, are gathered into one message. */
const most = 32_768;
const longest = 50;

/**
 * Gathers what a cell prints into few messages: Jupyter drops output that comes in thousands of messages a second.
 * Order is kept, also between the two streams.
 */
export class StreamBuffer {
  private name: "stdout" | "stderr" = "stdout";
  private text = "";
  private since = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (name: "stdout" | "stderr", text: string) => void) {}

  write(name: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    if (name !== this.name) this.flush();
    this.name = name;
    if (this.text === "") {
      this.since = performance.now();
      this.timer = setTimeout(() => this.flush(), longest);
    }
    this.text += text;
    // A cell that computes without a pause gives the timer no chance, but still writes.
    if (this.text.length >= most || performance.now() - this.since >= longest) this.flush();
  }

  /** Sends what has been gathered; to be called before anything else is sent. */
  flush(): void {
    clearTimeout(this.timer);
    if (this.text === "") return;
    const text = this.text;
    this.text = "";
    this.send(this.name, text);
  }
}
