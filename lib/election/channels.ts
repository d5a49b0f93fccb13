import type { NodeId } from "../protocol.js";

/** A message and its place on its channel, counted from 1. */
export interface Numbered<Content> {
  readonly number: number;
  readonly content: Content;
}

/** A node's ends of the channels to and from all others: how many messages were sent and received on each, and what came too early. */
export interface Channels<Content> {
  sent: Record<NodeId, number>;
  received: Record<NodeId, number>;
  early: Record<NodeId, Record<number, Content>>;
}

export const newChannels = <Content>(): Channels<Content> => ({ sent: {}, received: {}, early: {} });

/** The next message on the channel to a node. */
export function numbered<Content>(channels: Channels<Content>, to: NodeId, content: Content): Numbered<Content> {
  return { number: (channels.sent[to] = (channels.sent[to] ?? 0) + 1), content };
}

/** A message has come: all that can be received now, in the order of sending. What comes twice is dropped; a message that never comes stops its channel. */
export function inOrder<Content>(channels: Channels<Content>, from: NodeId, { number, content }: Numbered<Content>): Content[] {
  if (number <= (channels.received[from] ?? 0)) return [];
  const early = (channels.early[from] ??= {});
  early[number] = content;
  const ready: Content[] = [];
  for (let next = (channels.received[from] ?? 0) + 1; early[next] !== undefined; next++) {
    ready.push(early[next]!);
    delete early[next];
    channels.received[from] = next;
  }
  return ready;
}
