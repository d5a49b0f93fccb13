import type { Bounds, Subject } from "../../lib/check/explore/index.js";
import type { Context, NodeId, Types } from "../../lib/protocol.js";

interface Local {
  up: boolean;
  state: any;
  stored: any;
  log: any[];
  /** In the order in which they were set, those of one handler by delay. */
  timers: { timer: any; delay: number }[];
}
interface World {
  nodes: Local[];
  flight: { from: NodeId; to: NodeId; message: unknown }[];
  used: Record<"crashes" | "timers" | "inputs" | "duplicates" | "drops", number>;
}

/** The explorer once more, without any cleverness: whole worlds as text in a set. Counts the worlds; judges nothing. */
export function naiveExplore<T extends Types>({ protocol, disks, inputs = [] }: Subject<T>, { size, crashes = 0, timers = Infinity, inputs: asked = 0, duplicates = 0, drops = 0, restart = "kept" }: Bounds): number {
  const limits = { crashes, timers, inputs: asked, duplicates, drops };
  const handle = (world: World, self: NodeId, handler: (state: any, context: Context<any>) => void) => {
    const node = world.nodes[self]!;
    const added: Local["timers"] = [];
    const cancel = (timer: unknown) => {
      for (const list of [node.timers, added]) for (let i = list.length; i-- > 0; ) if (JSON.stringify(list[i]!.timer) === JSON.stringify(timer)) list.splice(i, 1);
    };
    handler(node.state, {
      self,
      size,
      now: 0,
      random: () => 0.5,
      send: (to, message) => void world.flight.push(structuredClone({ from: self, to, message })),
      setTimer: (timer, delay) => (cancel(timer), void added.push({ timer, delay })),
      cancelTimer: cancel,
      save: (stored) => void (node.stored = structuredClone(stored)),
      append: (entries) => void node.log.push(...structuredClone(entries)),
      truncate: (length) => void node.log.splice(length),
      compact: (count) => void node.log.splice(0, count),
      output() {},
    });
    node.timers.push(...added.sort((a, b) => a.delay - b.delay));
  };
  const boot = (world: World, node: NodeId, disk: { stored?: any; log?: any }) => {
    const state = protocol.init(node, size, structuredClone(disk.stored), structuredClone(disk.log ?? []));
    world.nodes[node] = { up: true, state, stored: disk.stored, log: [...(disk.log ?? [])], timers: [] };
    handle(world, node, (state, context) => protocol.onStart?.(state, context));
  };

  const first: World = { nodes: [], flight: [], used: { crashes: 0, timers: 0, inputs: 0, duplicates: 0, drops: 0 } };
  for (let node = 0; node < size; node++) boot(first, node, structuredClone(disks?.(node) ?? {}));
  const keyOf = ({ nodes, flight, used }: World) =>
    sortedJson({ nodes: nodes.map((node) => (node.up ? node : { stored: node.stored, log: node.log })), flight: flight.map((message) => sortedJson(message)).sort(), used: { ...used, timers: timers === Infinity ? 0 : used.timers } });
  const seen = new Set([keyOf(first)]);
  const queue = [first];
  for (let world = queue.shift(); world; world = queue.shift()) {
    const from = world;
    const step = (spent: keyof typeof limits | undefined, change: (world: World) => void) => {
      if (spent && from.used[spent] >= limits[spent]) return;
      const next = structuredClone(from);
      if (spent) next.used[spent]++;
      change(next);
      const key = keyOf(next);
      if (!seen.has(key)) queue.push(next);
      seen.add(key);
    };
    from.nodes.forEach((node, id) => {
      node.timers.forEach(({ timer, delay }, place) => {
        if (node.timers.slice(0, place).some((earlier) => earlier.delay <= delay)) return;
        step("timers", (next) => {
          next.nodes[id]!.timers.splice(place, 1);
          handle(next, id, (state, context) => protocol.onTimer?.(state, timer, context));
        });
      });
      if (node.up) {
        step("crashes", (next) => void Object.assign(next.nodes[id]!, { up: false, timers: [] }));
        for (const input of inputs) step("inputs", (next) => handle(next, id, (state, context) => protocol.onInput?.(state, input, context)));
      } else if (restart !== "never") {
        step(undefined, (next) => boot(next, id, next.nodes[id]!));
        if (restart === "lost") step(undefined, (next) => boot(next, id, {}));
      }
    });
    from.flight.forEach(({ from: sender, to, message }, place) => {
      const receive = (next: World) => handle(next, to, (state, context) => protocol.onMessage(state, sender, structuredClone(message), context));
      const take = (next: World) => void next.flight.splice(place, 1);
      if (from.nodes[to]!.up) {
        step(undefined, (next) => (take(next), receive(next)));
        step("duplicates", receive);
      }
      step("drops", take);
    });
  }
  return seen.size;
}

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
