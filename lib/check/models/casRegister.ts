import type { Operation } from "../history.js";
import type { Model, RegisterUse } from "./model.js";
import { register } from "./register.js";
import { forgottenBy, registerGroups } from "./registerGroups.js";
import { valueIdentity } from "./valueIdentity.js";

/** A register that also knows `cas` with `[old, new]`: it holds `old`, and is then `new`. A comparison that finds another value is a `fail`. */
export const casRegister: Model = {
  ...register,
  name: "cas-register",
  operations: {
    ...register.operations,
    cas: {
      argument: (value) => (Array.isArray(value) && value.length === 2 ? undefined : "[old, new]"),
      result: (value, argument) =>
        value === null || value === true || JSON.stringify(value) === JSON.stringify(argument) ? undefined : `null, true or the argument once more (${JSON.stringify(argument)}); a cas that found another value is a "fail"`,
    },
  },
  step(value, operation) {
    if (operation.f !== "cas") return register.step(value, operation);
    const [old, next] = operation.input as [unknown, unknown];
    return valueIdentity(old) === valueIdentity(value) ? next : undefined;
  },
  asRegister: (operation) => (operation.f === "cas" ? undefined : useOf(operation)),
  removable: (operations) => registerGroups(operations, useOf),
  forgotten: (operations) => forgottenBy(operations, useOf),
};

function useOf({ f, input, output }: Operation): RegisterUse {
  if (f === "cas") {
    const [needs, sets] = input as [unknown, unknown];
    return { needs, sets };
  }
  return f === "write" ? { sets: input } : output === undefined ? {} : { needs: output };
}
