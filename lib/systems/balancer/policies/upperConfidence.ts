import { leastOf, type Policy } from "../policy.js";

export interface ConfidenceState {
  /** By server, each forgotten with time: how often it was chosen, how many answers, and the sum of their latencies, ms. */
  readonly chosen: number[];
  readonly answers: number[];
  readonly sum: number[];
  at: number;
}

/**
 * A bandit that is hopeful where it knows little: discounted UCB (Garivier and Moulines, On Upper-Confidence Bound Policies
 * for Switching Bandit Problems, ALT 2011). What is known loses weight by e in `memory` ms; the server with the lowest mean
 * latency less a margin is chosen, and the margin is wide where little was tried: `hope` × the mean of all × √(ln N / N_i).
 */
export function upperConfidence({ memory = 1000, hope = 1 }: { readonly memory?: number; readonly hope?: number } = {}): Policy<ConfidenceState> {
  const observe = ({ answers, sum }: ConfidenceState, server: number, latency: number) => {
    answers[server]!++;
    sum[server]! += latency;
  };
  return {
    name: "bandit (UCB)",
    init: ({ count }) => ({ chosen: new Array<number>(count).fill(0), answers: new Array<number>(count).fill(0), sum: new Array<number>(count).fill(0), at: 0 }),
    choose(state, view) {
      const { chosen, answers, sum } = state;
      const kept = Math.exp((state.at - view.now) / memory);
      state.at = view.now;
      let [all, answered, total] = [0, 0, 0];
      for (let server = 0; server < chosen.length; server++) {
        all += chosen[server]! *= kept;
        answered += answers[server]! *= kept;
        total += sum[server]! *= kept;
      }
      const mean = answered > 0 ? total / answered : 1;
      const spread = hope * mean * Math.sqrt(Math.log(Math.max(Math.E, all)));
      return leastOf(view, (server) => {
        // Counting choices, not answers, keeps a balancer from sending all to a server that has not answered yet.
        if (chosen[server]! < 1e-9) return -Infinity;
        const own = answers[server]! > 1e-9 ? sum[server]! / answers[server]! : mean;
        return own - spread / Math.sqrt(chosen[server]!);
      });
    },
    sent: ({ chosen }, server) => void chosen[server]!++,
    answered: observe,
    failed: observe,
  };
}
