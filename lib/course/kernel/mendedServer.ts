import { writeFileSync } from "node:fs";
import type { Publisher, Reply, Router } from "zeromq";
import type * as Jupyter from "tslab/dist/jupyter.js";
import type { KernelHandler } from "./kernelHandler.js";

type TslabServer = Jupyter.ZmqServer;
type Message = Parameters<TslabServer["publishStatus"]>[1];
type Socket = Publisher | Router | Reply;

const answered = new Set(["kernel_info_request", "execute_request", "is_complete_request", "inspect_request", "complete_request", "comm_info_request", "shutdown_request"]);

/** tslab's server with its messages mended; `new` takes a handler and the path of a connection file. */
export function mendedServer(jupyter: typeof Jupyter): new (handler: KernelHandler, connectionFile: string) => { init(): Promise<void> } {
  class MendedServer extends jupyter.ZmqServer {
    constructor(handler: KernelHandler, connectionFile: string) {
      // tslab's type of a handler knows fewer fields than Jupyter's protocol has.
      super(handler as unknown as TslabServer["handler"], connectionFile);
    }

    override async init(): Promise<void> {
      await super.init();
      this.tellChosenPorts();
    }

    /** A port of 0 means: any free one. As in IPython's kernel, the connection file then tells which. */
    private tellChosenPorts(): void {
      const sockets: [`${"shell" | "iopub" | "stdin" | "control" | "hb"}_port`, Socket][] = [["shell_port", this.shell], ["iopub_port", this.iopub], ["stdin_port", this.stdin], ["control_port", this.control], ["hb_port", this.hb]];
      if (sockets.every(([name]) => this.connInfo[name] !== 0)) return;
      for (const [name, socket] of sockets) this.connInfo[name] = Number(/:(\d+)$/.exec(socket.lastEndpoint ?? "")?.[1]);
      writeFileSync(this.configPath, JSON.stringify(this.connInfo));
    }

    override async handleShellMessage(socket: Router, ...frames: Buffer[]): Promise<void> {
      const header = frames[frames.findIndex((frame) => frame.equals(delimiter)) + 2];
      const known = header === undefined || answered.has((JSON.parse(header.toString()) as { msg_type: string }).msg_type);
      if (known) return super.handleShellMessage(socket, ...frames);
      // tslab says busy and idle, and JupyterLab calls the kernel idle only once it sees that after its first
      // history_request. tslab also warns, at once, and the warning would appear in some cell.
      const { warn } = console;
      console.warn = () => undefined;
      const handled = super.handleShellMessage(socket, ...frames);
      console.warn = warn;
      await handled;
    }

    override async handleExecute(socket: Router, message: Message): Promise<void> {
      const send = (to: Socket, type: string, content: object) => {
        const reply = message.createReply();
        reply.header.msg_type = type;
        reply.content = content;
        reply.signAndSend(this.connInfo.key, to);
      };
      const request = message.content as Parameters<KernelHandler["run"]>[0];
      const reply = await (this.handler as unknown as KernelHandler).run(request, (type, content) => send(this.iopub, type, content));
      send(socket, "execute_reply", reply);
    }

    override handleCommInfoRequest(socket: Router, message: Message): void {
      // tslab answers with a `complete_reply`, and JupyterLab waits on for this one.
      const reply = message.createReply();
      reply.header.msg_type = "comm_info_reply";
      reply.content = { status: "ok", comms: {} };
      reply.signAndSend(this.connInfo.key, socket);
    }

    override close(): void {
      super.close();
      // A learner's interval, still running, would keep the process alive; the reply needs a moment to leave.
      setTimeout(() => process.exit(0), 50);
    }
  }

  // Private in tslab's types, so it cannot be overridden above.
  const prototype = MendedServer.prototype as unknown as { bindSocket(this: TslabServer, socket: Socket, port: number): Promise<void> };
  prototype.bindSocket = async function (socket, port) {
    // The default lets a publisher drop messages when a cell prints faster than the client reads.
    if (socket === this.iopub) this.iopub.sendHighWaterMark = 0;
    const { transport, ip } = this.connInfo;
    await socket.bind(`${transport}://${ip}:${port === 0 ? "*" : port}`);
  };
  return MendedServer;
}

const delimiter = Buffer.from("<IDS|MSG>");
