import type { Operation } from "../history.js";

/** A history of reads and writes of registers, numbered for checkers. Every register begins with null. */
export interface RegisterHistory {
  /** In the order of invocations. Reads without an answer are left out, and so are unanswered writes that nobody read. */
  readonly accesses: readonly Access[];
  readonly sessions: readonly Session[];
  /** By register: the version it begins with. */
  readonly initial: readonly number[];
  /** By version: the writes of it, in the order of invocations. */
  readonly writers: readonly (readonly Access[])[];
}

/** One read or write that happened. */
export interface Access {
  readonly operation: Operation;
  /** Its index among the accesses. */
  readonly index: number;
  readonly reads: boolean;
  /** The register, numbered from 0. */
  readonly register: number;
  /** The value, numbered from 0; equal values of two registers are two versions. */
  readonly version: number;
  /** A write without an answer: it may have taken effect at any time after its invocation. */
  readonly unanswered: boolean;
  readonly session: number;
  /** Place in its session, from 0. */
  readonly position: number;
}

/**
 * What one process did, in its order. A process that goes on after a write without an answer does not know whether that
 * write comes before what follows: such a write is a session of its own, which follows the process's access before it.
 */
export interface Session {
  readonly accesses: readonly Access[];
  readonly follows?: Access;
}

/**
 * Reads operations as accesses of registers: `read` or `get`, `write` or `put`, each `key` a register of its own, no key
 * one more. Operations that did not happen (`fail`) must not be among them. Throws an Error on any other operation.
 */
export function registerHistory(operations: readonly Operation[]): RegisterHistory {
  const registers = new Map<string | number | undefined, Map<string, number>>();
  const initial: number[] = [];
  const numbers = new Map<string | number | undefined, number>();
  let versions = 0;
  const versionOf = (key: string | number | undefined, value: unknown) => {
    let values = registers.get(key);
    if (!values) {
      registers.set(key, (values = new Map([["null", versions]])));
      numbers.set(key, initial.length);
      initial.push(versions++);
    }
    const name = canonical(value);
    let version = values.get(name);
    if (version === undefined) values.set(name, (version = versions++));
    return version;
  };

  const drafts: { operation: Operation; reads: boolean; register: number; version: number; unanswered: boolean }[] = [];
  for (const operation of [...operations].sort((a, b) => a.invoked - b.invoked)) {
    const reads = readsRegister(operation);
    const open = operation.returned === Infinity;
    if (reads && (open || operation.output === undefined)) continue;
    const version = versionOf(operation.key, reads ? operation.output : operation.input);
    drafts.push({ operation, reads, register: numbers.get(operation.key)!, version, unanswered: open });
  }
  const wasRead = new Set(drafts.filter(({ reads }) => reads).map(({ version }) => version));
  const happened = drafts.filter(({ unanswered, version }) => !unanswered || wasRead.has(version));

  const last = new Map(happened.map(({ operation }) => [operation.process, operation]));
  const sessions: { accesses: Access[]; follows?: Access }[] = [];
  const sessionOf = new Map<string | number, number>();
  const writers: Access[][] = Array.from({ length: versions }, () => []);
  const accesses = happened.map((draft, index) => {
    const { process: client } = draft.operation;
    const own = sessionOf.get(client);
    const aside = draft.unanswered && last.get(client) !== draft.operation;
    const session = aside || own === undefined ? sessions.length : own;
    if (session === sessions.length) {
      const follows = own === undefined ? undefined : sessions[own]!.accesses.at(-1);
      sessions.push({ accesses: [], ...(aside && follows && { follows }) });
      if (!aside) sessionOf.set(client, session);
    }
    const access: Access = { ...draft, index, session, position: sessions[session]!.accesses.length };
    sessions[session]!.accesses.push(access);
    if (!access.reads) writers[access.version]!.push(access);
    return access;
  });
  return { accesses, sessions, initial, writers };
}

/** Whether an operation reads a register or writes it. Throws an Error if it does neither. */
function readsRegister({ id, f }: Operation): boolean {
  if (f === "read" || f === "get") return true;
  if (f === "write" || f === "put") return false;
  throw new Error(`operation ${id} is "${f}": this promise is defined for registers, so use read and write, or get and put`);
}

/** JSON with sorted fields: equal for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_field, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
