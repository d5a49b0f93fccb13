import type { Policy, View } from "../policy.js";

export interface SwitchingState {
  busy: boolean;
  /** How often it has changed its mind. */
  switches: number;
  /** Until when it stays with it, ms. */
  until: number;
  readonly calmState: object;
  readonly busyState: object;
}

export interface SwitchingOptions {
  readonly calm: Policy;
  readonly busy: Policy;
  /** Requests a server, on average over the usable ones. */
  readonly above: number;
  /** `above` unless given. */
  readonly below?: number;
  /** ms; 0 unless given. */
  readonly dwell?: number;
}

/**
 * A balancer that picks its policy by the load, as the survey has it (4.2): `calm` until the mean load of the usable
 * servers rises above `above`, `busy` until it falls below `below`, each for at least `dwell` ms.
 */
export function switching(options: SwitchingOptions): Policy<SwitchingState> {
  const { calm, busy } = options;
  return {
    name: `${calm.name} or ${busy.name}`,
    init: (servers) => ({ busy: false, switches: 0, until: 0, calmState: calm.init(servers), busyState: busy.init(servers) }),
    choose(state, view) {
      if (view.now >= state.until) reconsider(state, view, options);
      return state.busy ? busy.choose(state.busyState, view) : calm.choose(state.calmState, view);
    },
    sent(state, server, now) {
      calm.sent?.(state.calmState, server, now);
      busy.sent?.(state.busyState, server, now);
    },
    answered(state, server, latency, now, place) {
      calm.answered?.(state.calmState, server, latency, now, place);
      busy.answered?.(state.busyState, server, latency, now, place);
    },
    failed(state, server, latency, now) {
      calm.failed?.(state.calmState, server, latency, now);
      busy.failed?.(state.busyState, server, latency, now);
    },
    idle(state, server) {
      calm.idle?.(state.calmState, server);
      busy.idle?.(state.busyState, server);
    },
  };
}

/** Takes the other policy if the load asks for it. */
function reconsider(state: SwitchingState, view: View, { above, below = above, dwell = 0 }: SwitchingOptions): void {
  let total = 0;
  for (const server of view.usable) total += view.load(server);
  const load = total / view.usable.length;
  if (state.busy ? load >= below : load <= above) return;
  state.busy = !state.busy;
  state.switches++;
  state.until = view.now + dwell;
}
