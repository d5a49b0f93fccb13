/** A step of the set-up that failed. The message is for people: which step, why, and what to do. Shown without a stack. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
