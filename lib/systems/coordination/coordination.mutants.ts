import type { Mutant } from "../../promises.js";
import type { Protocol } from "../../protocol.js";
import type { Machine } from "../../replication/service/machine.js";
import { coordination, coordinationOn, PLACES } from "./coordination.js";
import { RECIPES, treeOf, TUNED } from "./coordination.promises.js";
import { tree, type TreeCommand, type TreeResult, type TreeState } from "./tree.js";
import type { Coordination } from "./types.js";

type Tree = Machine<TreeState, TreeCommand, TreeResult>;

/** The tree with some commands carried out in another way. */
const spoiled = (apply: (sound: Tree, ...given: Parameters<Tree["apply"]>) => TreeResult): Tree => {
  const sound = tree(PLACES);
  return { ...sound, apply: (state, command, tell) => apply(sound, state, command, tell) };
};

/** With one server, or two that disagree, the bug shows as well, and its shortest run is shorter. */
const ONE_SERVER = { sizes: [5] };
const TWO_SERVERS = { sizes: [6] };
const ONE_SERVER_OF_RECIPES = { sizes: [9] };

/** Servers whose sessions expire by the clock of each. */
function ownClocks(): Protocol<Coordination> {
  const sound = coordination(TUNED);
  return {
    ...sound,
    onTimer(state, timer, context) {
      if (state.kind === "server" && timer === "clock") treeOf(state).clock = Math.floor(context.now);
      sound.onTimer!(state, timer, context);
    },
  };
}

/** The coordination service, its clients or its resource, with one rule broken. */
export const coordinationMutants: readonly Mutant<Coordination>[] = [
  {
    name: "lock-without-fencing",
    bug: "the resource does not look at tokens: a holder that was paused, or whose write is late, writes after its lease has ended",
    source: "Burrows, The Chubby lock service, OSDI 2006, §2.4, sequencers left out; made by real applications of real lock services",
    engine: "zab-lock",
    caughtBy: "the resource takes no write of an older holder",
    under: ONE_SERVER,
    broken: () => coordination({ ...TUNED, fencing: false }),
  },
  {
    name: "ephemerals-stay",
    bug: "a session expires, and what it made stays: a lock whose holder is gone",
    source: "Hunt, Konar, Junqueira and Reed 2010, §2.1, ephemeral nodes, the rule left out; made by real implementations: deleted when closed, not when expired",
    engine: "zab-lock",
    caughtBy: "an ephemeral node is there no longer than its session",
    under: ONE_SERVER,
    broken: () =>
      coordinationOn(
        spoiled((sound, state, command, tell) => {
          if (command.op !== "tick") return sound.apply(state, command, tell);
          const nodes = { ...state.nodes };
          const result = sound.apply(state, command, () => {});
          state.nodes = nodes;
          return result;
        }),
        TUNED,
      ),
  },
  {
    name: "own-session-clocks",
    bug: "each server lets sessions expire by its own clock",
    source: "Hunt, Konar, Junqueira and Reed 2010, §4: the leader decides that a session has expired, and that is a transaction; the rule left out",
    engine: "zab-lock",
    caughtBy: "servers that have carried out the same have the same tree",
    under: TWO_SERVERS,
    broken: ownClocks,
  },
  {
    name: "taken-without-looking",
    bug: "a consumer takes an element without asking whether it was the one who deleted it",
    source: "recipes of Apache ZooKeeper, queues: a deletion that fails means that another consumer was first; the rule left out",
    engine: "zab-recipes",
    caughtBy: "an element of the queue is taken once",
    under: ONE_SERVER_OF_RECIPES,
    broken: () =>
      coordinationOn(
        spoiled((sound, state, command, tell) => {
          const result = sound.apply(state, command, tell);
          return command.op === "delete" && !result.ok && result.error === "missing" ? { ok: true } : result;
        }),
        { ...TUNED, jobs: RECIPES },
      ),
  },
];
