/** Someone asked for what does not exist or cannot be. Its message says what was expected; the command line exits with 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
