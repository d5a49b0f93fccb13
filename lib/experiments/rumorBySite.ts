import { rumorMongering } from "../gossip/rumor/rumorMongering.js";
import type { RumorRules } from "../gossip/rumor/rumorRules.js";
import type { RumorMongering } from "../gossip/rumor/types.js";
import { simulate } from "../sim/cluster.js";
import type { RumorOutcome } from "./rumor.js";

const PERIOD = 1000;

/**
 * One rumour, from its first site to its end, by the readable engine in the simulator. All sites begin their cycles at
 * once and messages take a hundredth of one, so that a run has the synchronous cycles of the columns.
 */
export function rumorBySite(n: number, rules: RumorRules, seed: number): RumorOutcome {
  let [known, infective, sent, lastReceipt, lastLoss] = [0, 0, 0, 0, 0];
  const offered = new Uint8Array(n);
  const cluster = simulate<RumorMongering>(rumorMongering({ ...rules, period: PERIOD, startWithin: 0 }), {
    ...{ size: n, seed, latency: "uniform:9,11", digest: false },
    observer: {
      sent({ id }, to, message) {
        if (message.type === "Call") offered[id] = message.rumors.length;
        if (message.type === "Call" || message.type === "Answer") sent += message.rumors.length;
        // Who refuses a call takes nothing.
        if (message.type === "Busy") sent -= offered[to]!;
      },
      told(_node, output) {
        if (output.type === "has") {
          [known, infective] = [known + 1, infective + 1];
          lastReceipt = cycle();
        } else if (output.type === "lost interest") {
          infective--;
          // A site counts when the next cycle begins.
          lastLoss = cycle() - 1;
        }
      },
    },
  });
  const cycle = () => Math.floor(cluster.now / PERIOD);
  cluster.input(0, { type: "write", key: "rumor", value: 1 });
  const endless = rules.stop === "never";
  cluster.runUntil(() => (endless ? known === n : known > 0 && infective === 0), Infinity);
  // What else belongs to the cycle in which the last one learnt it.
  if (endless) cluster.run((cycle() + 1) * PERIOD - 1);
  return { residue: (n - known) / n, traffic: sent / n, tLast: lastReceipt, rounds: endless ? lastReceipt : lastLoss };
}
