import { isPromise } from "../../lib/course/grading/exchange.js";
import type { Facts, Invariant, NodeView } from "../../lib/promises.js";
import type { Raft } from "../../lib/replication/raft/types.js";
import { playJudged, type JudgedRun } from "./J1-invariant.runs.js";

/** What the learner's invariant did in a run. */
export interface Watched {
  /** What it accused the run of, and after how many steps of all nodes. */
  readonly accusation?: { readonly message: string; readonly step: number };
  /** Whether it stated or asked for any fact. */
  readonly spoke: boolean;
  /** Why it could not go on, as a predicate: "threw …". */
  readonly failed?: string;
}

/** Lets the answer judge a run. It sees copies that cannot be changed, and no more of a node than an invariant may. */
export function watch(answer: Readonly<Record<string, unknown>>, run: JudgedRun): Watched {
  const invariant = answer["oneLeaderATerm"] as Invariant<Raft> | undefined;
  if (typeof invariant !== "object" || invariant === null) return { spoke: false, failed: "is missing: invariant.ts must export the object `oneLeaderATerm`" };
  const having = hooks.filter((hook) => typeof invariant[hook] === "function");
  if (having.length === 0) return { spoke: false, failed: `has none of the hooks ${hooks.join(", ")}` };

  let step = 0;
  let accusedAt = 0;
  let spoke = false;
  let failed: string | undefined;
  const call = (hook: Hook, facts: Facts, act: (facts: Facts) => unknown): void => {
    if (failed !== undefined || !having.includes(hook)) return;
    const listening: Facts = {
      agree: (kind, key, value) => ((spoke = true), facts.agree(kind, key, value)),
      rises: (kind, key, value) => ((spoke = true), facts.rises(kind, key, value)),
      must: (condition, message) => ((spoke = true), facts.must(condition, message)),
      known: (kind, key) => ((spoke = true), facts.known(kind, key)),
    };
    try {
      if (isPromise(act(listening))) failed = `returned a promise from \`${hook}\` (a hook must not be async)`;
    } catch (error) {
      failed = `threw an error in \`${hook}\`: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (failed !== undefined) facts.must(false, failed);
  };
  const wrapped: Invariant<Raft> = {
    name: "yours",
    source: "",
    afterStep(node, facts) {
      step++;
      call("afterStep", facts, (listening) => invariant.afterStep!(seen(node), listening));
    },
    onSend: (from, to, message, facts) => call("onSend", facts, (listening) => invariant.onSend!(seen(from), to, readOnly(message), listening)),
    onOutput: (node, output, facts) => call("onOutput", facts, (listening) => invariant.onOutput!(seen(node), readOnly(output), listening)),
    overall: (nodes, facts) => call("overall", facts, (listening) => invariant.overall!(nodes.map(seen), listening)),
  };
  const { accusation } = playJudged(run, [wrapped]);
  accusedAt = step;
  if (failed !== undefined) return { spoke, failed };
  return { spoke, ...(accusation === undefined ? {} : { accusation: { message: String(accusation.message), step: accusedAt } }) };
}

const hooks = ["afterStep", "onSend", "onOutput", "overall"] as const;
type Hook = (typeof hooks)[number];

const seen = ({ id, up, state, disk }: NodeView<Raft>): NodeView<Raft> => ({ id, up, state: readOnly(state), disk: readOnly({ stored: disk.stored, log: disk.log }) });

/** The same value, but whoever tries to change it is told not to. */
function readOnly<V>(value: V): V {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get: (target, field) => readOnly(Reflect.get(target, field)),
    set: (_, field) => refuse(field),
    deleteProperty: (_, field) => refuse(field),
    defineProperty: (_, field) => refuse(field),
  });
}

function refuse(field: string | symbol): never {
  throw new Error(`an invariant only looks: it must not change "${String(field)}"`);
}
