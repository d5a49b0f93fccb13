import type { Mutant } from "../../promises.js";
import type { Context, NodeId, Protocol } from "../../protocol.js";
import { rewire } from "../rewired.js";
import { abd, UNWRITTEN } from "./abd.js";
import { abdRegister } from "./abd.promises.js";
import type { Abd, AbdMessage, AbdState } from "./types.js";

/** The register with what nodes hear changed, or left out, before they handle it. */
function mishearing(hear: (state: AbdState, message: AbdMessage, context: Context<Abd>, from: NodeId) => { readonly message: AbdMessage; readonly from?: NodeId } | undefined): Protocol<Abd> {
  const sound = abdRegister.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      const heard = hear(state, message, context, from);
      if (heard) sound.onMessage(state, heard.from ?? from, heard.message, context);
    },
  };
}

/** A read is answered at the end of its first phase. */
function readingOnce(): Protocol<Abd> {
  // Writes that wait long for what was lost: reads come in between.
  const sound = abd({ retry: 300 });
  const answerReads = (state: AbdState, context: Context<Abd>) => {
    for (const [name, { client, serial, command, phase, value }] of Object.entries(state.operations)) {
      if (command.op !== "get" || phase !== "store") continue;
      delete state.operations[name];
      context.cancelTimer({ operation: name });
      context.output({ type: "answer", client, serial, result: value });
    }
  };
  const silent = rewire(sound, (state, context) => ({
    send: (to, message) => void (message.type === "Store" && state.operations[message.operation]?.command.op === "get" ? undefined : context.send(to, message)),
  }));
  return {
    ...silent,
    onInput(state, input, context) {
      silent.onInput!(state, input, context);
      answerReads(state, context);
    },
    onMessage(state, from, message, context) {
      silent.onMessage(state, from, message, context);
      answerReads(state, context);
    },
  };
}

/** Somebody whose answer in this phase has not come yet. */
const somebodyElse = ({ size, operations }: AbdState, name: string): NodeId | undefined => Array.from({ length: size }, (_, node) => node).find((node) => !operations[name]!.heard.includes(node));

/** The first answer of the second phase is followed by one that nobody gave. */
function answeringEarly(): Protocol<Abd> {
  const sound = abdRegister.engine();
  return {
    ...sound,
    onMessage(state, from, message, context) {
      sound.onMessage(state, from, message, context);
      const operation = message.type === "StoreReply" ? state.operations[message.operation] : undefined;
      if (message.type === "StoreReply" && operation?.phase === "store" && operation.heard.length > 1) sound.onMessage(state, somebodyElse(state, message.operation)!, message, context);
    },
  };
}

const ORIGINAL = "Attiya, Bar-Noy and Dolev 1995";
const MANY_WRITERS = "Lynch and Shvartsman 1997";
const LINEARIZABLE = "the clients' history is linearizable";

/** The register with one rule broken. */
export const abdMutants: readonly Mutant<Abd>[] = ([
  { name: "abd-reads-once", bug: "a read is answered without storing what it found with a majority", source: `${ORIGINAL}, the second phase of a read left out: a regular register (Lamport 1986)`, caughtBy: LINEARIZABLE, broken: readingOnce, under: { tolerates: ["loss", "cut"], sizes: [3, 5] } },
  {
    name: "abd-own-tag",
    bug: "a write takes its tag from the writer's own copy, and asks nobody",
    source: `${MANY_WRITERS}, the first phase of a write left out; sound with one writer only`,
    caughtBy: LINEARIZABLE,
    broken: () => mishearing((state, message) => ({ message: message.type === "QueryReply" && state.operations[message.operation]?.command.op === "put" ? { ...message, ...UNWRITTEN } : message })),
  },
  {
    name: "abd-ties-stay",
    bug: "of two writes of one number, each node keeps the one that came first",
    source: `${MANY_WRITERS}, tags compared by their numbers alone`,
    caughtBy: "what a node says it has stored is on its disk",
    broken() {
      return mishearing((state, message, context, from) => {
        const own = message.type === "Store" ? (state.registers[message.key] ?? UNWRITTEN).tag : undefined;
        if (message.type !== "Store" || own?.seq !== message.tag.seq) return { message };
        context.send(from, { type: "StoreReply", operation: message.operation, tag: message.tag });
        return undefined;
      });
    },
  },
  {
    name: "abd-stale-replies",
    bug: "answers of the first phase are counted in the second",
    source: "made by real implementations that tell answers by request alone",
    caughtBy: "a write that is answered is stored by a majority",
    broken: () => mishearing((state, message) => {
      const operation = message.type === "QueryReply" ? state.operations[message.operation] : undefined;
      return { message: message.type === "QueryReply" && operation?.phase === "store" ? { type: "StoreReply", operation: message.operation, tag: operation.tag } : message };
    }),
  },
  {
    name: "abd-counts-replies",
    bug: "an answer that comes twice counts twice",
    source: "made by real implementations: a quorum counted by number, not by node",
    caughtBy: "a write that is answered is stored by a majority",
    broken: () => mishearing((state, message, _context, from) => {
      const again = message.type === "StoreReply" && state.operations[message.operation]?.phase === "store" && state.operations[message.operation]!.heard.includes(from);
      const other = again ? somebodyElse(state, (message as { operation: string }).operation) : undefined;
      return { message, ...(other !== undefined && { from: other }) };
    }),
  },
  {
    name: "abd-last-comes-last",
    bug: "a node keeps whatever came last, not what is newest",
    source: `${ORIGINAL}, the comparison of tags left out at the replica`,
    caughtBy: "a node's copy of a register never becomes older",
    broken: () => mishearing((state, message) => {
      if (message.type === "Store") delete state.registers[message.key];
      return { message };
    }),
  },
  { name: "abd-forgets", bug: "versions are not written to the disk", source: `${ORIGINAL}: a replica that comes back without its copy counts as failed for ever`, caughtBy: "what a node says it has stored is on its disk", broken: () => rewire(abdRegister.engine(), () => ({ save: () => {} })) },
  {
    name: "abd-one-short",
    bug: "a request is answered when one node less than a majority has stored it",
    source: `${ORIGINAL}, majorities that need not meet`,
    caughtBy: "a write that is answered is stored by a majority",
    broken: answeringEarly,
    under: { sizes: [4, 5] },
  },
] satisfies readonly Omit<Mutant<Abd>, "engine">[]).map((mutant): Mutant<Abd> => ({ engine: abdRegister.name, ...mutant }));
