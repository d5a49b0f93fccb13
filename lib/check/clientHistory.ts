import type { Asked, Service } from "../promises.js";
import type { InputOf, OutputOf, Types } from "../protocol.js";
import type { HistoryEvent, Operation } from "./history.js";
import { checkRegular } from "./consistency/checkRegular.js";
import { checkSequential } from "./consistency/checkSequential.js";
import { checkLinearizable } from "./linearizability/checkLinearizable.js";
import { models } from "./models/index.js";
import { operationWords } from "./operationWords.js";
import { operationsOf } from "./pairEvents.js";

/** The history of an engine's clients, written down as they ask and are answered. */
export class ClientHistory<T extends Types> {
  readonly events: HistoryEvent[] = [];
  /** Operations by client and number; null once answered. */
  readonly #asked = new Map<string, (Asked & { readonly process: number | string }) | null>();
  /** Clients that wait for an answer. In a run that was cut down, one may ask for more before it comes: then it counts as somebody else. */
  readonly #waiting = new Set<number>();

  constructor(readonly service: Service<T>) {}

  /** A client asks a node; asked again, a request is still the same operation. */
  asked(input: InputOf<T>, time: number): void {
    const asked = this.service.asked(input);
    if (!asked || this.#asked.has(nameOf(asked))) return;
    const process = this.#waiting.has(asked.client) ? nameOf(asked) : asked.client;
    this.#waiting.add(asked.client);
    this.#asked.set(nameOf(asked), { ...asked, process });
    this.#write({ ...asked, process }, "invoke", asked.value, time);
  }

  /** A node says something; what tells a client its result for the first time ends the operation. Returns whether it does. */
  told(output: OutputOf<T>, time: number): boolean {
    const answered = this.service.answered(output);
    if (answered?.type !== "ok") return false;
    const asked = this.#asked.get(nameOf(answered));
    if (!asked) return false;
    this.#asked.set(nameOf(answered), null);
    if (asked.process === asked.client) this.#waiting.delete(asked.client);
    this.#write(asked, "ok", answered.value, time);
    return true;
  }

  /** What is wrong with the history so far, in words; undefined if it keeps its promise, or if that could not be found out. */
  fault(): string | undefined {
    const { consistency, model } = this.service;
    const operations = operationsOf(this.events);
    if (consistency === "sequential") {
      const verdict = checkSequential(operations.map(asRegister), { steps: STEPS });
      return verdict.holds === false ? verdict.because : undefined;
    }
    if (consistency === "regular" || consistency === "eventual") {
      const verdict = checkRegular(operations, { fresh: consistency === "regular" });
      return verdict.holds === false ? verdict.because : undefined;
    }
    const { verdict, witness } = checkLinearizable(operations, models[model]!, { steps: STEPS });
    if (verdict !== "not-linearizable") return undefined;
    return `no order explains ${witness!.operations.map((operation) => `client ${operation.process}: ${operationWords(operation)}`).join("; ")}`;
  }

  #write({ process, f, key }: Pick<HistoryEvent, "process" | "f" | "key">, type: "invoke" | "ok", value: unknown, time: number): void {
    this.events.push({ process, type, f, ...(key !== undefined && { key }), value, time });
  }
}

/** Gets and puts are reads and writes of a register a key. */
const asRegister = (operation: Operation): Operation => ({ ...operation, f: operation.f === "get" ? "read" : operation.f === "put" ? "write" : operation.f });

const nameOf = ({ client, serial }: { readonly client: number; readonly serial: number }) => `${client}/${serial}`;

/** What the check of one history may cost. */
const STEPS = 2_000_000;

/** The name under which an engine is accused by its clients. */
export const historyPromise = ({ consistency }: Pick<Service<Types>, "consistency">): string => `the clients' history is ${consistency}`;
