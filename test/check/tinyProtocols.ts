import type { Subject } from "../../lib/check/explore/index.js";
import type { Protocol } from "../../lib/protocol.js";

export interface Asking {
  State: { asked: number[]; granted: number[] };
  Message: "ask" | "grant";
}

/**
 * Everyone asks everyone else, and everyone grants. For each ordered pair of nodes the question is in flight, or its
 * answer is, or both have arrived: 3 stages, whatever the other pairs are at.
 */
const protocol: Protocol<Asking> = {
  init: () => ({ asked: [], granted: [] }),
  onStart(_state, context) {
    for (let peer = 0; peer < context.size; peer++) if (peer !== context.self) context.send(peer, "ask");
  },
  onMessage(state, from, message, context) {
    if (message === "grant") state.granted = sorted([...state.granted, from]);
    else {
      state.asked = sorted([...state.asked, from]);
      context.send(from, "grant");
    }
  },
};

const sorted = (nodes: readonly number[]) => [...nodes].sort((a, b) => a - b);

export const asking: Subject<Asking> = {
  protocol,
  rename: {
    state: ({ asked, granted }, to) => ({ asked: sorted(asked.map(to)), granted: sorted(granted.map(to)) }),
    message: (message) => message,
  },
};

export interface Listening {
  State: { heard: string[] };
  Message: string;
}

/** Node 0 sends these to node 1, which remembers in which order it heard them. */
export const listening = (...messages: readonly string[]): Subject<Listening> => ({
  protocol: {
    init: () => ({ heard: [] }),
    onStart(_state, context) {
      if (context.self === 0) for (const message of messages) context.send(1, message);
    },
    onMessage: (state, _from, message) => void state.heard.push(message),
  },
});

/** A node that counts on its disk how often it has started. */
export const booting: Subject<{ State: { boots: number }; Message: never; Stored: number }> = {
  protocol: {
    init: (_self, _size, stored = 0) => ({ boots: stored }),
    onStart(state, context) {
      state.boots++;
      context.save(state.boots);
    },
    onMessage() {},
  },
};

type Timers = readonly (readonly [name: string, delay: number])[];
export interface Timing {
  State: { fired: string[] };
  Message: never;
  Timer: string;
  Input: "go";
}

/** A node that sets timers at its start and when asked, and remembers the order in which they fire; `never` is a forbidden order. */
export function timing({ onStart, onInput = [], never }: { onStart: Timers; onInput?: Timers; never?: readonly string[] }): Subject<Timing> {
  const order = (state: Timing["State"]) => state.fired.join(" before ");
  return {
    protocol: {
      init: () => ({ fired: [] }),
      onStart(_state, context) {
        for (const [name, delay] of onStart) context.setTimer(name, delay);
      },
      onInput(_state, _input, context) {
        for (const [name, delay] of onInput) context.setTimer(name, delay);
      },
      onTimer: (state, timer) => void state.fired.push(timer),
      onMessage() {},
    },
    inputs: ["go"],
    invariants: never ? [{ name: "order", source: "", afterStep: ({ state }, facts) => facts.must(order(state) !== never.join(" before "), order(state)) }] : [],
    reachables: ["fast", "slow"].map((name) => ({ name: `${name} first`, afterStep: ({ state }) => state.fired[0] === name })),
  };
}

/** Node 0's message must be heard. */
export const stubborn: Subject<Listening> = {
  ...listening("listen"),
  eventually: [{ name: "the message is heard", holds: (nodes) => nodes[1]!.state.heard.length > 0 }],
};
