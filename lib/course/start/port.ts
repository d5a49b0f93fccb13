import { connect, createServer } from "node:net";
import { SetupError } from "../setupError.js";

/** The port asked for, or 8888 or the next free one. Throws a SetupError if the one asked for is in use. */
export async function choosePort(asked?: number): Promise<number> {
  if (asked !== undefined) {
    if (await portIsFree(asked)) return asked;
    throw new SetupError(`port ${asked} is in use or not allowed: leave out --port to take the next free one, or name another, as in npm start -- --port ${asked < 65_000 ? asked + 1 : 8890}`);
  }
  for (let port = 8888; port < 8988; port += 1) if (await portIsFree(port)) return port;
  throw new SetupError("no port from 8888 to 8987 is free: name one, as in npm start -- --port 9100");
}

/** Whether a server could listen on this port of 127.0.0.1. */
export async function portIsFree(port: number): Promise<boolean> {
  return !(await somebodyAnswers(port)) && (await canListen(port));
}

// On some systems one may listen on 127.0.0.1 though another program listens on all addresses, and gets its visitors.
function somebodyAnswers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (yes: boolean): void => {
      socket.destroy();
      done(yes);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
    socket.setTimeout(1000, () => answer(true));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}
