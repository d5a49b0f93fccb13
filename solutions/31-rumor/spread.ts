import type { Context, NodeId } from "leaderlab";

/** What a site (in code: a node) knows and does. */
export interface Site {
  /** Whether it has heard the rumour. */
  knows: boolean;
  /** Whether it is telling it to others. */
  spreading: boolean;
  /** How many in a row it has told in vain: they knew it already. */
  useless: number;
}

/** What sites send each other: the rumour, and for an answer whether it was news. */
export type SiteMessage = { readonly type: "Rumor" } | { readonly type: "Answer"; readonly news: boolean };

/** The types of this protocol. */
export interface Spread {
  State: Site;
  Message: SiteMessage;
  Timer: "cycle";
  Input: { readonly type: "tell" };
}

/** Given: after so many in a row that knew it, a site loses interest. */
export const ENOUGH = 3;

/** A client tells this site the rumour. */
export function onInput(state: Site, input: Spread["Input"], context: Context<Spread>): void {
  // <answer> TODO: what is there to do for somebody who hears it? And who has heard it before?
  learn(state);
  // </answer>
}

/** A cycle begins. Our engine calls this once in 100 ms, as long as `state.spreading` is true. */
export function onTimer(state: Site, timer: "cycle", context: Context<Spread>): void {
  // <answer> TODO: tell one other site. Which one, and what must not be drawn?
  // One of all others, each as likely as the next: those from this site's own number on move up by one.
  const other = Math.floor(context.random() * (context.size - 1));
  context.send(other < context.self ? other : other + 1, { type: "Rumor" });
  // </answer>
}

/** A message of another site has come. */
export function onMessage(state: Site, from: NodeId, message: SiteMessage, context: Context<Spread>): void {
  if (message.type === "Rumor") {
    // <answer> TODO: answer whether it was news, and go on as somebody who has heard it.
    // Looked up before it is learnt: afterwards nothing is news.
    context.send(from, { type: "Answer", news: !state.knows });
    learn(state);
    // </answer>
  } else {
    // <answer> TODO: what does an answer say about how many know it, and when has this site told it often enough?
    // Who is told and does not answer may not have heard it: only answers count, and one that needed it begins the count anew.
    state.useless = message.news ? 0 : state.useless + 1;
    if (state.useless >= ENOUGH) state.spreading = false;
    // </answer>
  }
}

/** Somebody has heard the rumour. */
function learn(state: Site): void {
  // <answer> TODO: it begins to spread it; but not if it has done so before.
  // Whoever lost interest and began again would keep the rumour alive for ever.
  if (!state.knows) state.spreading = true;
  state.knows = true;
  // </answer>
}
