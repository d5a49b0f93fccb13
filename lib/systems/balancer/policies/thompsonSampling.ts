import type { Random } from "../../../random.js";
import { leastOf, type Policy } from "../policy.js";

export interface BanditState {
  /** By server, each forgotten with time: how many answers, the sum of their latencies, ms, and of the squares. */
  readonly answers: number[];
  readonly sum: number[];
  readonly squares: number[];
  /** Up to when the sums have been forgotten. */
  at: number;
}

export interface ThompsonOptions {
  /** What is known loses weight by e in so many ms. Default 1000. */
  readonly memory?: number;
  /** Before anything is known of a server it is taken for an average one that so many answers spoke for. Default 1. */
  readonly prior?: number;
  /** Whether it learns how long a server takes for each of its requests, and multiplies that with those under way (a bandit with context); else it learns from latencies alone. */
  readonly context?: boolean;
}

/**
 * A bandit: discounted Thompson sampling (Raj and Kalyani, Taming Non-stationary Bandits, 2017; Thompson 1933) with normal
 * beliefs. For each request a mean is drawn for every server from what is believed of it, and the lowest is chosen: who is
 * little known is tried now and then. Answers that come late do less harm to that than to rules that always take the best
 * (Chapelle and Li, NIPS 2011).
 */
export function thompsonSampling({ memory = 1000, prior = 1, context = false }: ThompsonOptions = {}): Policy<BanditState> {
  const learn = (state: BanditState, server: number, latency: number, now: number) => {
    forget(state, now, memory);
    state.answers[server]!++;
    state.sum[server]! += latency;
    state.squares[server]! += latency * latency;
  };
  return {
    name: context ? "bandit with context" : "bandit",
    init: ({ count }) => ({ answers: new Array<number>(count).fill(0), sum: new Array<number>(count).fill(0), squares: new Array<number>(count).fill(0), at: 0 }),
    choose(state, view) {
      forget(state, view.now, memory);
      const { mean, deviation } = overall(state);
      return leastOf(view, (server) => {
        const weight = state.answers[server]! + prior;
        const believed = (state.sum[server]! + prior * mean) / weight + (deviation / Math.sqrt(weight)) * normal(view.random);
        // A time below 0 would make a long queue attractive.
        return context ? Math.max(believed, mean / 100) * (view.connections[server]! + 1) : believed;
      });
    },
    answered: (state, server, latency, now, place) => learn(state, server, context ? latency / place : latency, now),
    failed: learn,
  };
}

function forget(state: BanditState, now: number, memory: number): void {
  // Not at each request: what is forgotten in a hundredth of the memory does not matter.
  if (now - state.at < memory / 100) return;
  const kept = Math.exp((state.at - now) / memory);
  state.at = now;
  for (let server = 0; server < state.answers.length; server++) {
    state.answers[server]! *= kept;
    state.sum[server]! *= kept;
    state.squares[server]! *= kept;
  }
}

/** Mean and standard deviation of all that is remembered. */
function overall({ answers, sum, squares }: BanditState): { readonly mean: number; readonly deviation: number } {
  let [count, total, square] = [0, 0, 0];
  for (let server = 0; server < answers.length; server++) {
    count += answers[server]!;
    total += sum[server]!;
    square += squares[server]!;
  }
  const mean = count > 0 ? total / count : 0;
  return { mean, deviation: count > 0 ? Math.sqrt(Math.max(0, square / count - mean * mean)) : 1 };
}

/** A standard normal number (Box and Muller 1958). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.sin(2 * Math.PI * random());
