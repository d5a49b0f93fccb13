/**
 * What the supermarket model comes to with ever more queues (Mitzenmacher 2001, §3; Vvedenskaya, Dobrushin and Karpelevich
 * 1996), with exponential services of mean 1: the share of queues with at least i customers is λ^((d^i − 1)/(d − 1)), for
 * d = 1 it is λ^i. `load` is λ, above 0 and below 1; `choices` is d.
 */
export function limitTail(load: number, choices: number, i: number): number {
  return Math.exp(Math.log(load) * geometric(choices, i));
}

/** The mean time in that limit, in mean services: Σ λ^((d^i − d)/(d − 1)) over i from 1. */
export function limitMeanTime(load: number, choices: number): number {
  // What is in the queues, by the rate at which it comes (Little).
  let sum = 0;
  for (let i = 1; ; i++) {
    const share = limitTail(load, choices, i) / load;
    sum += share;
    if (share < 1e-12) return sum;
  }
}

/** 1 + d + d² + … with i terms. */
function geometric(d: number, i: number): number {
  let sum = 0;
  for (let term = 1, k = 0; k < i; k++, term *= d) sum += term;
  return sum;
}
