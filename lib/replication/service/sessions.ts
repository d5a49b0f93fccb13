import type { Machine, Request, Tell } from "./machine.js";

/** A machine's state, and the last answer that each client was given. */
export interface Sessions<State, Result> {
  machine: State;
  /** By client: the number of its last request that was carried out, and the answer. */
  last: Record<string, { readonly serial: number; readonly result: Result }>;
}

/** The state of a machine that no client has used yet. */
export const beginSessions = <State, Result>(machine: Machine<State, never, Result>): Sessions<State, Result> => ({ machine: machine.begin(), last: {} });

/**
 * Carries out a request exactly once: asked again, it is answered as before (Ongaro 2014, dissertation, §6.3). Undefined
 * for a request that is older than the client's last one: the client has its answer, or has given up waiting. `tell` gets
 * the machine's notices to other clients; default: they are dropped.
 */
export function applyOnce<State, Command, Result>(machine: Machine<State, Command, Result>, sessions: Sessions<State, Result>, { client, serial, command }: Pick<Request<Command>, "client" | "serial" | "command">, tell: Tell = () => {}): Result | undefined {
  const last = sessions.last[client];
  if (last && serial < last.serial) return undefined;
  if (last && serial === last.serial) return last.result;
  const result = machine.apply(sessions.machine, command, tell);
  sessions.last[client] = { serial, result };
  return result;
}
