import type { RunExcerpt } from "../../lib/course/grading/failedRun.js";
import { CYCLES, type SiteMessage, type Sites } from "./31-rumor.rig.js";
import { excerptOf, type Teller } from "./excerpt.js";
import type { StageVerdict } from "./judgeStage.js";

/** The site that has told most. */
export function busiest({ cluster }: StageVerdict<Sites>): number {
  const told = cluster.nodes.map(() => 0);
  for (const event of cluster.trace!) if (event.kind === "send" && (event.message as SiteMessage).type === "Rumor") told[event.node]!++;
  return told.indexOf(Math.max(...told));
}

/** What a picture shows of a run: the last messages of one site, which comes first, and below it those whom it had to do with. */
export function lastWords({ cluster }: StageVerdict<Sites>, site: number): RunExcerpt {
  const trace = [...cluster.trace!];
  const sent = excerptOf(trace, { from: 0, to: cluster.now, tell, of: site }).trace.filter((event) => event.kind === "send").slice(-12);
  const [from, to] = [Math.max(0, (sent[0]?.time ?? 0) - 10), (sent.at(-1)?.time ?? 0) + 15];
  const excerpt = excerptOf(trace, { from, to, tell, of: site });
  const others = new Set(sent.flatMap((event) => (event.kind === "send" ? [event.node, event.to] : [])).filter((node) => node !== site));
  return { ...excerpt, nodes: [site, ...others] };
}

const tell: Teller = (sent) => {
  const message = sent as SiteMessage;
  return { type: message.type, label: message.type === "Rumor" ? "rumour" : message.news ? "news" : "knew it" };
};

/** How far the rumour had come, cycle by cycle. */
export function curve({ cluster }: StageVerdict<Sites>, size: number): string {
  const sent = [...cluster.trace!].flatMap((event) => (event.kind === "send" ? [{ time: event.time, message: event.message as SiteMessage }] : []));
  const last = Math.min(CYCLES, Math.ceil((sent.at(-1)?.time ?? 0) / 100));
  return Array.from({ length: last }, (_, index) => {
    const before = sent.filter(({ time }) => time <= 100 * (index + 1));
    const learnt = before.filter(({ message }) => message.type === "Answer" && message.news).length;
    return `after cycle ${index + 1}: ${Math.min(size, learnt + 1)} of ${size} know it, ${before.filter(({ message }) => message.type === "Rumor").length} rumours, ${before.filter(({ message }) => message.type === "Answer").length} answers`;
  }).join("\n");
}
