import { carryOut, type HandlerCall } from "../../lib/course/grading/handlerCall.js";
import { plainReply, type Reply } from "../../lib/course/grading/exchange.js";
import { thrown } from "../../lib/course/grading/thrown.js";
import type { Context, NodeId, Protocol } from "../../lib/protocol.js";
import { singleDecree } from "../../lib/replication/paxos/singleDecree.js";
import type { Acceptance, SingleDecree, SingleDecreeMessage, SingleDecreeState } from "../../lib/replication/paxos/singleDecree.types.js";
import { rewire } from "../../lib/replication/rewired.js";
import { askOnce, type Handlers, type Situation, unfit } from "./handlerExpectations.js";
import { paxosDeclaration, paxosDuel, paxosShape, rewordPaxos as reword } from "./paxosDuels.js";
import { type Ask, record, type RunCall, type Stage } from "./stage.js";

/** The answer: what the learner exports. */
export interface Answer {
  nextBallot(above: number, self: NodeId, size: number): unknown;
  prepare(state: SingleDecreeState, context: Context<SingleDecree>): unknown;
  onPromise(state: SingleDecreeState, from: NodeId, ballot: number, accepted: Acceptance | null, context: Context<SingleDecree>): unknown;
  onNack(state: SingleDecreeState, ballot: number, promised: number, context: Context<SingleDecree>): unknown;
}

/** Calls the answer once, or as often as one of these takes: `wholeBallot` begins a ballot that everybody promises, `latePromises` brings three promises of the ballot that the state has. */
export function ask(answer: Answer & Handlers, situation: Situation<SingleDecreeState>): HandlerCall {
  const promises = (state: SingleDecreeState, nodes: readonly NodeId[], context: Context<SingleDecree>) => nodes.forEach((from) => answer.onPromise(state, from, state.ballot, null, context));
  const several = {
    wholeBallot(state: SingleDecreeState, context: Context<SingleDecree>): void {
      answer.prepare(state, context);
      promises(state, [0, 1, 2], context);
    },
    latePromises: (state: SingleDecreeState, context: Context<SingleDecree>): void => promises(state, [0, 3, 1], context),
  };
  return askOnce({ ...answer, ...(several as unknown as Handlers) }, situation);
}

/** The ballots that nodes of a cluster choose, a list for each, one for each number from 0 up to `last`. */
export function ballots(answer: Answer, size: number, last: number): Reply[][] {
  return Array.from({ length: size }, (_, self) =>
    Array.from({ length: last + 1 }, (_, above) => {
      try {
        return plainReply(answer.nextBallot(above, self, size));
      } catch (error) {
        return { threw: thrown(error) };
      }
    }),
  );
}

/** Our Paxos, in which the learner's proposer begins ballots, counts promises and gives up. */
export const stage: Stage<SingleDecree, Answer> = {
  declaration: paxosDeclaration,
  run: paxosDuel,
  protocol: withProposer,
  wrongWith: (call, part, size) => unfit(call, part, size, paxosShape),
  reword,
};

/** To prepare and to propose takes two. */
const deepest = 10;

function withProposer(ask: Ask<SingleDecree, Answer>): Protocol<SingleDecree> {
  const engine = singleDecree({ emptyDisk: "lost" });
  /** How many messages to itself a node is answering at the moment, one because of the other. */
  let nested = 0;

  /** Has the answer do something; what it says to its own node is heard there at once. */
  function act(state: SingleDecreeState, moment: string, context: Context<SingleDecree>, use: (answer: Answer, own: SingleDecreeState, recorder: Context<SingleDecree>) => unknown): void {
    const call = ask({ part: state, moment, context, use: (answer, own: SingleDecreeState, recorder) => use(answer, own, recorder) });
    const toItself = call.effects.flatMap((effect) => (effect.type === "send" && effect.to === context.self ? [effect.message as SingleDecreeMessage] : []));
    carryOut<SingleDecree>({ ...call, effects: call.effects.filter((effect) => effect.type !== "send" || effect.to !== context.self) }, state, context);
    if (toItself.length > 0 && nested === deepest) throw new Error("what it says to itself, it answers for ever");
    nested++;
    try {
      for (const message of toItself) onMessage(state, context.self, message, context);
    } finally {
      nested--;
    }
  }

  const prepare = (state: SingleDecreeState, context: Context<SingleDecree>, why: string) => act(state, why, context, (answer, own, recorder) => answer.prepare(own, recorder));

  function onMessage(state: SingleDecreeState, from: NodeId, message: SingleDecreeMessage, context: Context<SingleDecree>): void {
    switch (message.type) {
      case "Promise":
        return act(state, `node ${from} promised ballot ${message.ballot}`, context, (answer, own, recorder) => answer.onPromise(own, from, message.ballot, message.accepted, recorder));
      case "Nack":
        return act(state, `node ${from} refused ballot ${message.ballot}`, context, (answer, own, recorder) => answer.onNack(own, message.ballot, message.promised, recorder));
      case "Prepare":
      case "Accept":
        if (from === context.self) return ownAcceptor(state, message, context);
    }
    engine.onMessage(state, from, message, context);
  }

  /** Its own acceptor answers as any other does; it must be kept from giving its answer to the engine's own proposer. */
  function ownAcceptor(state: SingleDecreeState, message: SingleDecreeMessage, context: Context<SingleDecree>): void {
    const { self } = context;
    const answers: SingleDecreeMessage[] = [];
    rewire(engine, () => ({ self: -1, send: (_to, answer) => void answers.push(answer) })).onMessage(state, self, message, context);
    for (const answer of answers) onMessage(state, self, answer, context);
  }

  return {
    ...engine,
    onMessage,
    onInput(state, input, context) {
      if (state.chosen !== null || state.abstains) return engine.onInput!(state, input, context);
      if (state.wanted !== null) return;
      state.wanted = input.value;
      prepare(state, context, `its client wanted ${input.value}`);
    },
    onTimer(state, timer, context) {
      if (timer === "tell") engine.onTimer!(state, timer, context);
      else if (state.chosen === null) prepare(state, context, "it had waited long enough");
    },
  };
}

export const run = (answer: Answer, kind: string, seed: number): RunCall[] => record(stage, answer, kind, seed);
