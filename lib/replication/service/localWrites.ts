import type { Context, NodeId, Protocol } from "../../protocol.js";
import type { Answer, Machine, Request } from "./machine.js";

/**
 * Replicas each of which takes writes by itself: it carries a request out, answers, and tells the others, who carry it out
 * when they hear of it. Nobody puts the writes in one order. This is what becomes of a leader's cluster whose followers
 * take writes without the leader (Gray, Helland, O'Neil and Shasha, The dangers of replication and a solution, SIGMOD
 * 1996: lazy group replication without reconciliation). Nothing is sent again.
 */
export function localWrites<S, C, R>(machine: Machine<S, C, R>): Protocol<LocalWrites<S, C, R>> {
  const carryOut = (state: LocalWritesState<S>, command: C) => machine.apply(state.machine, command, () => {});
  return {
    init: () => ({ machine: machine.begin() }),
    onInput(state, { client, serial, command }, context: Context<LocalWrites<S, C, R>>) {
      context.output({ type: "answer", client, serial, result: carryOut(state, command) });
      if (machine.reads(command)) return;
      for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, { type: "Write", command });
    },
    onMessage: (state, _from: NodeId, { command }) => void carryOut(state, command),
  };
}

export interface LocalWritesState<State> {
  machine: State;
}

/** The types of such replicas, for the contract. */
export interface LocalWrites<State, Command, Result> {
  State: LocalWritesState<State>;
  Message: { readonly type: "Write"; readonly command: Command };
  Input: Request<Command>;
  Output: Answer<Result>;
}
