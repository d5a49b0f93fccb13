import type { Witness } from "../../check/linearizability/witness.js";
import { operationWords } from "../../check/operationWords.js";

/** A witness in text: a lane for each operation from its invocation to its answer, and how far an order can be built. */
export function formatWitness({ key, operations, order, unplaced, blocked, smallest }: Witness): string {
  const places = operations.flatMap(({ invoked, returned }) => [invoked, returned]).filter((place) => place !== Infinity).sort((a, b) => a - b);
  const column = new Map(places.map((place, i) => [place, i]));
  const cell = places.length <= 24 ? 3 : 1;
  const blockedAt = operations.find(({ id }) => id === blocked)?.returned;
  const size = operations.length === 1 ? "The operation that cannot be" : `${smallest ? "The smallest part" : "A part"} that fails, ${operations.length} operations`;
  const titles = operations.map((operation) => `${operation.process}: ${operationWords(operation)}`);
  const width = Math.min(40, Math.max(...titles.map((title) => title.length)));
  const shown = operations.length <= 40 ? operations : [];
  const lines = shown.map((operation, i) => {
    const from = column.get(operation.invoked)! * cell;
    const to = operation.returned === Infinity ? (places.length - 1) * cell : column.get(operation.returned)! * cell;
    const place = order.indexOf(operation.id);
    const bar = `${" ".repeat(from)}├${"─".repeat(Math.max(0, to - from - 1))}${operation.returned === Infinity ? "┄" : "┤"}`;
    const remark = place >= 0 ? `${place + 1}.` : unplaced.includes(operation.id) ? "cannot follow" : "";
    return `  ${fit(titles[i]!, width)}  ${bar.padEnd((places.length - 1) * cell + 1)} ${remark}`.trimEnd();
  });
  if (shown.length > 0 && blockedAt !== undefined) lines.push(`  ${" ".repeat(width)}  ${" ".repeat(column.get(blockedAt)! * cell)}▲ no order remains`);
  const head = `${size}${key === undefined ? "" : `, of key ${JSON.stringify(key)}`}${smallest ? "" : " (the budget ended before it was as small as can be)"}:`;
  const placed = order.map((id) => operations.find((operation) => operation.id === id)).filter((operation) => operation !== undefined);
  const stuck = operations.filter(({ id }) => unplaced.includes(id));
  return [
    head,
    "",
    ...(shown.length > 0 ? lines : ["  (too many to draw; --json lists them)"]),
    ...(shown.length > 0 && stuck.length > 0
      ? ["", `The longest order: ${placed.length === 0 ? "none at all" : placed.map(operationWords).join(", ")}.`, `After it, ${stuck.map((operation) => `${operationWords(operation)} by process ${operation.process}`).join(", ")} cannot come.`]
      : []),
  ].join("\n");
}

const fit = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
