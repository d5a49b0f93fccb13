import type { Answer, Request } from "./machine.js";

/** What a driver needs to know of an engine that carries a machine. */
export interface Serving<Command = any, Result = any> {
  State: object;
  Message: unknown;
  Input: Request<Command>;
  Output: Answer<Result> | { readonly type: string };
}
