import { carryOut } from "../../lib/course/grading/handlerCall.js";
import type { Context, NodeId } from "../../lib/protocol.js";
import { singleDecree } from "../../lib/replication/paxos/singleDecree.js";
import type { SingleDecree, SingleDecreeState } from "../../lib/replication/paxos/singleDecree.types.js";
import { unfit } from "./handlerExpectations.js";
import { paxosDeclaration, paxosDuel, paxosShape, rewordPaxos as reword } from "./paxosDuels.js";
import { record, type RunCall, type Stage } from "./stage.js";

export { askOnce as ask } from "./handlerExpectations.js";

/** The answer: what the learner exports. */
export interface Answer {
  onPrepare(state: SingleDecreeState, from: NodeId, ballot: number, context: Context<SingleDecree>): unknown;
  onAccept(state: SingleDecreeState, from: NodeId, ballot: number, value: string, context: Context<SingleDecree>): unknown;
}

/** Our Paxos, in which what nodes ask of each other's acceptors is answered by the learner's. */
export const stage: Stage<SingleDecree, Answer> = {
  declaration: paxosDeclaration,
  run: paxosDuel,
  protocol(ask) {
    const engine = singleDecree({ emptyDisk: "lost" });
    return {
      ...engine,
      onMessage(state, from, message, context) {
        // Who knows what was chosen says so, and who has lost its disk says nothing: that is no acceptor's business.
        if ((message.type !== "Prepare" && message.type !== "Accept") || state.chosen !== null || state.abstains) return engine.onMessage(state, from, message, context);
        const { ballot } = message;
        const call = ask({
          part: state,
          moment: message.type === "Prepare" ? `node ${from} asked it for a promise in ballot ${ballot}` : `node ${from} asked it to accept ${message.value} in ballot ${ballot}`,
          context,
          use: (answer, own, recorder) => (message.type === "Prepare" ? answer.onPrepare(own, from, ballot, recorder) : answer.onAccept(own, from, ballot, message.value, recorder)),
        });
        carryOut<SingleDecree>(call, state, context);
      },
    };
  },
  wrongWith: (call, part, size) => unfit(call, part, size, paxosShape),
  reword,
};

export const run = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);
