import { AllStatesColumns } from "../gossip/rumor/allStatesColumns.js";
import { RumorColumns } from "../gossip/rumor/rumorColumns.js";
import { createRandom, deriveSeed } from "../random.js";
import type { Experiment } from "./experiment.js";

const parameters = {
  n: { type: "list", default: "10,30,100,300,1000", values: [], unit: "sites", summary: "numbers of sites that are tried" },
  k: { type: "integer", default: 5, range: [1, 65_535], summary: "the one rumour is pushed, with feedback and a counter: how often a site finds that it calls in vain before it stops" },
  loss: { type: "number", default: 0.05, range: [0, 0.99], summary: "probability that a message is lost, in the runs in which messages are" },
  crashAfter: { type: "integer", default: 5, range: [1, 1_000_000], unit: "messages", summary: "in the runs in which the site where the update was made crashes: how many messages of its own it sends before" },
} as const;

const TASKS = ["one update", "all states"] as const;
const SCHEMES = ["direct", "gossip"] as const;

interface Cost {
  readonly messages: number;
  readonly states: number;
  readonly rounds: number;
  readonly reached: number;
  readonly reachedLossy: number | null;
  readonly reachedCrash: number | null;
}

/**
 * Claim 3.3: the survey calls gossip a protocol that rests on broadcast. What it costs beside direct broadcast, where
 * everybody reports to everybody and where one site has something to say to all, and what is left of each when messages
 * are lost or the site that began crashes.
 */
export const broadcastCost: Experiment<typeof parameters, readonly Cost[]> = {
  name: "broadcast-cost",
  question: "What does gossip cost beside direct broadcast, and what does it buy?",
  parameters,
  trials: 20,
  row: {
    task: "`one update`: one site tells all others; `all states`: every site tells all others",
    scheme: "`direct`: whoever has something to say sends it to each of the others; `gossip`",
    n: "number of sites",
    rounds: "rounds until all is said, mean",
    messages: "messages in all, mean",
    messagesARound: "messages in a round, mean",
    states: "updates or states in those messages, mean",
    reached: "share of the other sites that have been told, mean",
    reachedLossy: "the same, where messages are lost; null: not measured",
    reachedCrash: "the same, where the site that began crashes after its first messages; null: not measured",
  },
  check({ n }) {
    if (typeof n === "string" || n.length === 0) throw new Error("n needs one number or more");
    const bad = n.find((size) => !Number.isInteger(size) || size < 2 || size > 10_000);
    if (bad !== undefined) throw new Error(`n are whole numbers from 2 to 10000: got ${bad}`);
  },
  trial: ({ k, loss, crashAfter, ...values }, seed) =>
    cases(values).map(({ task, scheme, n }, i) => {
      const own = deriveSeed(seed, i);
      if (scheme === "direct") return task === "one update" ? directUpdate(n, loss, crashAfter, own) : { ...NOT_MEASURED, messages: n * (n - 1), states: n * (n - 1), rounds: 1, reached: 1 };
      if (task === "all states") {
        const columns = new AllStatesColumns(n, createRandom(own)).run();
        return { ...NOT_MEASURED, messages: columns.messages, states: columns.states, rounds: columns.cycle, reached: 1 };
      }
      const told = (columns: RumorColumns) => (columns.known - 1) / (n - 1);
      const whole = new RumorColumns(n, { k }, createRandom(own)).run();
      const lossy = new RumorColumns(n, { k }, createRandom(deriveSeed(own, 1)), { loss }).run();
      // A site that spreads sends one message a cycle.
      const crashed = new RumorColumns(n, { k }, createRandom(deriveSeed(own, 2))).run(crashAfter);
      crashed.silence(0);
      return { messages: whole.sent, states: whole.sent, rounds: whole.lastReceipt, reached: told(whole), reachedLossy: told(lossy), reachedCrash: told(crashed.run()) };
    }),
  summarize: (samples, values) =>
    cases(values).map(({ task, scheme, n }, i) => {
      const over = (field: keyof Cost) => samples.reduce((sum, sample) => sum + (sample[i]![field] ?? 0), 0) / samples.length;
      const measured = task === "one update";
      const [messages, rounds] = [over("messages"), over("rounds")];
      return {
        ...{ task, scheme, n, rounds, messages, messagesARound: messages / rounds, states: over("states"), reached: over("reached") },
        ...{ reachedLossy: measured ? over("reachedLossy") : null, reachedCrash: measured ? over("reachedCrash") : null },
      };
    }),
};

const NOT_MEASURED = { reachedLossy: null, reachedCrash: null };

/** One message to each of the others, in any order. */
function directUpdate(n: number, loss: number, crashAfter: number, seed: number): Cost {
  const random = createRandom(seed);
  let arrived = 0;
  for (let message = 0; message < n - 1; message++) if (random() >= loss) arrived++;
  return { messages: n - 1, states: n - 1, rounds: 1, reached: 1, reachedLossy: arrived / (n - 1), reachedCrash: Math.min(crashAfter, n - 1) / (n - 1) };
}

const cases = ({ n }: { readonly n: string | readonly number[] }) => TASKS.flatMap((task) => SCHEMES.flatMap((scheme) => (n as readonly number[]).map((size) => ({ task, scheme, n: size }))));
