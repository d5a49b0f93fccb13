import type { Mutant } from "../../promises.js";
import { checkpointing, type Checkpointed, type CheckpointingOptions, type RecoveryRules } from "./checkpointing.js";
import { STREAM } from "./checkpointing.promises.js";

const RIGHT = "a window that is told holds each record of it once";
const broken = (options: CheckpointingOptions, rules: Partial<RecoveryRules> = {}) => () => checkpointing({ ...STREAM, ...options }, rules);

/** Checkpoints with one rule broken. */
export const checkpointingMutants: readonly Mutant<Checkpointed>[] = [
  {
    name: "uncoordinated-checkpoints",
    bug: "each node saves its state when it likes, and all go back to what they have saved last",
    source: "Elnozahy, Alvisi, Wang and Johnson, A survey of rollback-recovery protocols, ACM Computing Surveys 34(3), 2002, §3.1: orphan messages, lost messages",
    engine: "stream-checkpoints",
    caughtBy: RIGHT,
    broken: broken({ checkpoints: "uncoordinated" }),
  },
  {
    name: "in-flight-forgotten",
    bug: "what was on its way when the state was recorded is not received again",
    source: "Chandy and Lamport 1985, §3.1: the state of a channel is part of the global state",
    engine: "stream-checkpoints",
    caughtBy: RIGHT,
    broken: broken({}, { restored: (checkpoint) => checkpoint && { ...checkpoint, channels: {} } }),
  },
  {
    name: "old-epochs-count",
    bug: "messages from before a crash are received after it, beside those that are sent again",
    source: "Elnozahy and others 2002, §2: incarnation numbers tell messages of a life before; the rule left out",
    engine: "stream-checkpoints",
    caughtBy: RIGHT,
    broken: broken({}, { accepts: () => true }),
  },
];
