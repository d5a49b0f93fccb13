import type { Access, RegisterHistory } from "./registerHistory.js";

/** Finds writes of a register in one session, by binary search. */
export class WritesBySession {
  /** By session, then register: in the session's order. */
  readonly #writes: readonly Map<number, Access[]>[];

  constructor({ sessions }: RegisterHistory) {
    this.#writes = sessions.map(({ accesses }) => {
      const byRegister = new Map<number, Access[]>();
      for (const access of accesses) {
        if (access.reads) continue;
        const writes = byRegister.get(access.register);
        if (writes) writes.push(access);
        else byRegister.set(access.register, [access]);
      }
      return byRegister;
    });
  }

  /** The last write among the first `count` accesses of a session. */
  lastAmong(count: number, session: number, register: number): Access | undefined {
    return this.#split(session, register, ({ position }) => position >= count)[0];
  }

  /** The first write for which something holds that holds for all later ones too. */
  first(session: number, register: number, holds: (write: Access) => boolean): Access | undefined {
    return this.#split(session, register, holds)[1];
  }

  /** The last write for which it does not hold and the first for which it does. */
  #split(session: number, register: number, holds: (write: Access) => boolean): [Access | undefined, Access | undefined] {
    const writes = this.#writes[session]!.get(register);
    if (!writes) return [undefined, undefined];
    let low = 0;
    let high = writes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(writes[middle]!)) high = middle;
      else low = middle + 1;
    }
    return [writes[low - 1], writes[low]];
  }
}
