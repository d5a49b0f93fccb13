import type { Operation } from "../history.js";
import { anything, echo, nothing, type Model, type RegisterUse } from "./model.js";
import { forgottenBy, registerGroups } from "./registerGroups.js";
import { valueIdentity } from "./valueIdentity.js";

/** One value: `read` returns it, `write` replaces it. */
export const register: Model = {
  name: "register",
  operations: {
    read: { argument: nothing, result: anything },
    write: { argument: anything, result: echo },
  },
  keyed: false,
  begin: (initial) => initial,
  step(value, { f, input, output }) {
    if (f === "write") return input;
    return output === undefined || valueIdentity(output) === valueIdentity(value) ? value : undefined;
  },
  identify: valueIdentity,
  observes: ({ f }) => f === "read",
  asRegister: useOf,
  removable: (operations) => registerGroups(operations, useOf),
  forgotten: (operations) => forgottenBy(operations, useOf),
};

function useOf({ f, input, output }: Operation): RegisterUse {
  if (f === "write") return { sets: input };
  return output === undefined ? {} : { needs: output };
}
