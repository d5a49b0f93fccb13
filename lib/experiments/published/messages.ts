import { electionMessages } from "../electionMessages.js";
import { mutualExclusionMessages } from "../mutualExclusionMessages.js";
import { runExperiment } from "../runExperiment.js";
import { cell, closedForm, type Comparison, type Published } from "./comparison.js";

const NODES = "3,5,9";

/** What is published of messages a decision: closed forms, which must come out to the message, whatever the delays. */
export const messageComparisons: readonly Comparison[] = [
  { source: "closed form, 3(n − 1) messages an entry, Lamport 1978", compare: (source) => entries(source, "lamport") },
  { source: "closed form, 2(n − 1) messages an entry, Ricart and Agrawala 1981", compare: (source) => entries(source, "ricart-agrawala") },
  { source: "closed form, n² − n − 1 messages an election, Garcia-Molina 1982", compare: bullyFromBelow },
];

function entries(source: string, algorithm: string): Published[] {
  return runExperiment(mutualExclusionMessages, { nodes: NODES }, { seed: 1 })
    .rows.filter((row) => row.algorithm === algorithm)
    .map(({ load, nodes, messages, expected }) => closedForm(cell(source, `${algorithm}, ${nodes} nodes, ${load}, messages an entry`, expected as number, messages as number, 0)));
}

function bullyFromBelow(source: string): Published[] {
  return runExperiment(electionMessages, { nodes: NODES }, { seed: 1, trials: 5 })
    .rows.filter(({ algorithm, begins }) => algorithm === "bully" && (begins as string).endsWith("the lowest notices"))
    .map(({ nodes, messages, expected }) => closedForm(cell(source, `bully, ${nodes} nodes, the lowest notices, messages an election`, expected as number, messages as number, 0)));
}
