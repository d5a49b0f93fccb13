import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { kernelSpec } from "./kernelSpec.js";
import { OutputCollector, type NotebookOutput } from "./notebookOutput.js";
import { repositoryRoot } from "./repositoryRoot.js";
import { decode, encode, type Message } from "./wire.js";

/** What a cell did. `outputs` may grow as long as the kernel lives, when a timer prints. */
export interface CellResult {
  readonly status: "ok" | "error" | "aborted";
  readonly outputs: readonly NotebookOutput[];
  /** The number in the cell's brackets; null if it was aborted. */
  readonly executionCount: number | null;
  /** What the kernel announced when the cell began, for other clients to see; undefined if it was aborted. */
  readonly announced: { readonly code: string; readonly execution_count: number } | undefined;
}

/** A running kernel. */
export interface Kernel {
  readonly pid: number;
  /** Its answer to `kernel_info_request`. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Runs a cell; cells run in the order of the calls. Throws an `Error` if the kernel ends before the cell does. */
  execute(code: string): Promise<CellResult>;
  /** Sends any other request, such as `complete_request`, and gives the reply's content. */
  request(type: string, content: object): Promise<Record<string, unknown>>;
  /** Stops the running cell, if it is a synchronous loop or waits for a promise. Does nothing on Windows. */
  interrupt(): void;
  /** Ends the kernel, by force if it does not answer within 2 s. */
  shutdown(): Promise<void>;
}

/** Where a kernel runs and what it is told. */
export interface KernelOptions {
  /** The repository whose built kernel is started; default: the one that this module is part of. */
  readonly root?: string;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Connection {
  readonly key: string;
  readonly ip: string;
  readonly transport: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

const startLimit = 60_000;
const shutdownLimit = 2_000;

/** Starts the course's kernel as Jupyter would, and connects to it. Throws an `Error` with the kernel's own words if it does not start within 60 s. */
export async function startKernel({ root = repositoryRoot, env = {} }: KernelOptions = {}): Promise<Kernel> {
  const folder = mkdtempSync(join(tmpdir(), "leaderlab-kernel-"));
  const connectionFile = join(folder, "connection.json");
  const wanted: Connection = { key: randomBytes(16).toString("hex"), ip: "127.0.0.1", transport: "tcp", shell_port: 0, iopub_port: 0, control_port: 0, stdin_port: 0, hb_port: 0 };
  writeFileSync(connectionFile, JSON.stringify({ ...wanted, signature_scheme: "hmac-sha256", kernel_name: "leaderlab" }), { mode: 0o600 });

  const argv = kernelSpec(process.execPath, root).argv.map((word) => (word === "{connection_file}" ? connectionFile : word));
  const child = spawn(argv[0] ?? process.execPath, argv.slice(1), { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const life = watchOver(child, () => rmSync(folder, { recursive: true, force: true }));
  try {
    const connection = await Promise.race([chosenPorts(connectionFile), life.ended]);
    const client = new Client(connection, child, life);
    await Promise.race([client.connect(), life.ended]);
    return client;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

interface Life {
  /** Never resolves; rejects, with what the process last said, when it ends. */
  readonly ended: Promise<never>;
  /** Resolves when the process has ended. */
  readonly over: Promise<void>;
}

/** Sees to it that the child does not outlive this process, and that its end is noticed. */
function watchOver(child: ChildProcess, cleanUp: () => void): Life {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-4_000)));
  const kill = () => {
    child.kill("SIGKILL");
    cleanUp();
  };
  // If this process is killed without a word, the kernel's own watch on its parent ends it.
  process.on("exit", kill);
  let over = () => {};
  const life = {
    over: new Promise<void>((resolve) => (over = resolve)),
    ended: new Promise<never>((_, reject) => {
      const end = (how: string) => {
        process.off("exit", kill);
        cleanUp();
        over();
        reject(new Error(`The kernel ended (${how})${said.trim() === "" ? "" : `. It said: ${said.trim()}`}`));
      };
      child.on("error", (error) => end(error.message));
      child.on("close", (code, signal) => end(signal ?? `exit status ${code}`));
    }),
  };
  life.ended.catch(() => {}); // Nobody may be waiting.
  return life;
}

async function chosenPorts(connectionFile: string): Promise<Connection> {
  const deadline = performance.now() + startLimit;
  while (performance.now() < deadline) {
    const found = readConnection(connectionFile);
    if (found && found.shell_port !== 0) return found;
    await sleep(20);
  }
  throw new Error(`The kernel did not open its sockets within ${startLimit / 1000} s.`);
}

/** Undefined while the kernel is writing the file. */
function readConnection(path: string): Connection | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Connection;
  } catch {
    return undefined;
  }
}

class Client implements Kernel {
  info: Readonly<Record<string, unknown>> = {};
  private readonly session = randomUUID();
  private readonly shell = new Dealer({ linger: 0 });
  private readonly control = new Dealer({ linger: 0 });
  // Without a limit, because a limit means that messages are dropped.
  private readonly published = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  private readonly collector = new OutputCollector();
  private readonly cells = new Map<string, NotebookOutput[]>();
  private readonly announced = new Map<string, CellResult["announced"]>();
  private readonly replies = new Map<string, (content: Record<string, unknown>) => void>();
  private readonly idle = new Map<string, () => void>();

  constructor(
    private readonly connection: Connection,
    private readonly child: ChildProcess,
    private readonly life: Life,
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async connect(): Promise<void> {
    const { transport, ip, shell_port, control_port, iopub_port } = this.connection;
    this.published.subscribe();
    for (const [socket, port] of [[this.shell, shell_port], [this.control, control_port], [this.published, iopub_port]] as const) {
      socket.connect(`${transport}://${ip}:${port}`);
      void this.receive(socket);
    }
    // A subscription takes a moment, and what is published before is lost: ask until the answer's "idle" is heard.
    for (let attempt = 0; attempt < 50; attempt++) {
      const { id, reply, idle } = await this.ask(this.shell, "kernel_info_request", {});
      this.info = await reply;
      if (await Promise.race([idle.then(() => true), sleep(100, false)])) return;
      this.idle.delete(id);
    }
    throw new Error("The kernel answers, but nothing that it publishes arrives.");
  }

  async execute(code: string): Promise<CellResult> {
    const outputs: NotebookOutput[] = [];
    const request = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true };
    const { id, reply, idle } = await this.ask(this.shell, "execute_request", request, outputs);
    const [content] = await Promise.race([Promise.all([reply, idle]), this.life.ended]);
    return { status: content["status"] as CellResult["status"], outputs, executionCount: (content["execution_count"] as number | undefined) ?? null, announced: this.announced.get(id) };
  }

  async request(type: string, content: object): Promise<Record<string, unknown>> {
    const { reply } = await this.ask(this.shell, type, content);
    return Promise.race([reply, this.life.ended]);
  }

  interrupt(): void {
    // There, the only signal that Node can send is the end.
    if (process.platform !== "win32") this.child.kill("SIGINT");
  }

  async shutdown(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await this.ask(this.control, "shutdown_request", { restart: false });
      const ended = await Promise.race([this.life.over.then(() => true), sleep(shutdownLimit, false, { ref: false })]);
      if (!ended) this.child.kill("SIGKILL");
    }
    await this.life.over;
    for (const socket of [this.shell, this.control, this.published]) socket.close();
  }

  private async ask(socket: Dealer, type: string, content: object, outputs?: NotebookOutput[]) {
    const { id, frames } = encode(this.connection.key, this.session, type, content);
    if (outputs) this.cells.set(id, outputs);
    const reply = new Promise<Record<string, unknown>>((resolve) => this.replies.set(id, resolve));
    const idle = new Promise<void>((resolve) => this.idle.set(id, resolve));
    await socket.send(frames);
    return { id, reply, idle };
  }

  private async receive(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) this.take(decode(this.connection.key, frames as Buffer[]));
  }

  private take({ type, parent, content }: Message): void {
    if (parent === undefined) return;
    if (type === "status") {
      if ((content as { execution_state: string }).execution_state === "idle") settle(this.idle, parent, undefined);
    } else if (type.endsWith("_reply")) {
      settle(this.replies, parent, content as Record<string, unknown>);
    } else if (type === "execute_input") {
      this.announced.set(parent, content as CellResult["announced"]);
    } else {
      const outputs = this.cells.get(parent);
      if (outputs) this.collector.add(outputs, type, content);
    }
  }
}

function settle<T>(waiting: Map<string, (value: T) => void>, id: string, value: T): void {
  waiting.get(id)?.(value);
  waiting.delete(id);
}
