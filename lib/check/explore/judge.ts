import type { Facts, Invariant } from "../../promises.js";
import type { Types } from "../../protocol.js";
import { type Breach, FactSets, type Statement } from "./factSets.js";
import { NO_HANDLER_FAILS } from "../judge.js";
import type { LocalNode } from "./localNode.js";
import type { NodeRules, Transition } from "./nodeRules.js";
import { PairMap } from "./pairMap.js";

/** Judges what happens by the subject's invariants; what must be remembered for that is a set of facts, by its number. */
export class Judge<T extends Types> {
  readonly facts = new FactSets();
  readonly #rules: NodeRules<T>;
  readonly #invariants: readonly Invariant<T>[];
  readonly #overall: readonly Invariant<T>[];
  readonly #verdicts = new PairMap();
  /** By transition: what the invariants say of it; null where that depends on what is known. */
  readonly #statements: (readonly Statement[] | null | undefined)[] = [];

  constructor(rules: NodeRules<T>) {
    this.#rules = rules;
    this.#invariants = rules.subject.invariants ?? [];
    this.#overall = this.#invariants.filter((invariant) => invariant.overall);
  }

  /** The facts after a transition; −1 if it breaks a promise. */
  after(transition: Transition<T>, facts: number): number {
    const statements = this.#statements[transition.number];
    if (statements?.length === 0) return facts;
    const known = this.#verdicts.get(transition.number, facts);
    if (known !== PairMap.MISSING) return known;
    const verdict = this.#decide(transition, facts);
    this.#verdicts.add(transition.number, facts, verdict.breaches.length > 0 ? -1 : verdict.facts);
    return verdict.breaches.length > 0 ? -1 : verdict.facts;
  }

  /** What a transition breaks, given these facts. */
  breaches(transition: Transition<T>, facts: number): readonly Breach[] {
    return this.#decide(transition, facts).breaches;
  }

  /** Whether anything is to be said of worlds as a whole. */
  get hasOverall(): boolean {
    return this.#overall.length > 0;
  }

  /** The facts after a look at all nodes, and what is broken. */
  overall(nodes: readonly LocalNode<T>[], facts: number): Verdict {
    const recorder = new Recorder(this.facts, facts);
    for (const invariant of this.#overall) invariant.overall!(nodes, recorder.on(invariant.name));
    return { facts: recorder.set, breaches: recorder.breaches };
  }

  #decide(transition: Transition<T>, facts: number): Verdict {
    const recorder = new Recorder(this.facts, facts);
    const statements = this.#statements[transition.number];
    if (statements) for (const statement of statements) recorder.take(statement);
    else {
      this.#ask(transition, recorder);
      this.#statements[transition.number] = recorder.asked ? null : recorder.statements;
    }
    return { facts: recorder.set, breaches: recorder.breaches };
  }

  /** Handlers have no promise of their own, but they must not fail. */
  #ask({ next, effects, failure }: Transition<T>, recorder: Recorder): void {
    const node = this.#rules.nodes.values[next]!;
    if (failure !== undefined) recorder.take({ kind: "broken", invariant: NO_HANDLER_FAILS, message: failure });
    for (const invariant of this.#invariants) {
      const facts = recorder.on(invariant.name);
      for (const effect of effects) {
        if (effect.kind === "output") invariant.onOutput?.(node, effect.output, facts);
        if (effect.kind !== "send" || !invariant.onSend) continue;
        const { to, message } = this.#rules.messages.values[effect.message]!;
        invariant.onSend(node, to, message, facts);
      }
      invariant.afterStep?.(node, facts);
    }
  }
}

/** The facts after something happened, and what it broke. */
export interface Verdict {
  readonly facts: number;
  readonly breaches: readonly Breach[];
}

/** Takes down what invariants state, and compares it with what is known. */
class Recorder {
  readonly statements: Statement[] = [];
  /** One an invariant. */
  readonly breaches: Breach[] = [];
  /** Whether an invariant asked what is known. */
  asked = false;

  constructor(
    readonly sets: FactSets,
    public set: number,
  ) {}

  take(statement: Statement): void {
    this.statements.push(statement);
    const result = this.sets.with(this.set, statement);
    if (typeof result === "number") this.set = result;
    else if (!this.breaches.some(({ property }) => property === result.property)) this.breaches.push(result);
  }

  /** Where one invariant states its facts. */
  on(invariant: string): Facts {
    return {
      agree: (kind, key, value) => this.take({ kind: "agree", invariant, fact: { kind, key, value } }),
      rises: (kind, key, value) => this.take({ kind: "rises", invariant, fact: { kind, key, value } }),
      must: (condition, message) => {
        if (!condition) this.take({ kind: "broken", invariant, message: typeof message === "string" ? message : message() });
      },
      known: (kind, key) => {
        this.asked = true;
        return this.sets.known(this.set, invariant, kind, key);
      },
    };
  }
}
