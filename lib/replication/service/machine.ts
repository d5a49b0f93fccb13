/**
 * What is replicated: a machine whose answers follow from its state and the command alone, so that nodes that carry out
 * the same commands in the same order agree for ever (Schneider, ACM Computing Surveys 22(4), 1990). Its state is JSON data.
 */
export interface Machine<State, Command, Result> {
  /** The state before the first command. */
  begin(): State;
  /**
   * Carries out a command: changes the state in place and returns the answer. What other clients are to hear of it, such as
   * a watch that fires, it tells them: on every node that carries it out, so that whoever has their connection passes it on.
   */
  apply(state: State, command: Command, tell: Tell): Result;
  /** Whether a command leaves every state as it is, so that it may be answered without a place in the log. */
  reads(command: Command): boolean;
}

/** Tells a client something that it did not ask for at this moment. Engines without notices drop it. */
export type Tell = (client: number, notice: unknown) => void;

/** Word for a client of what somebody else did. Every node that carries that out says it, and each of them at most once a life; it may be lost. */
export interface Notice {
  readonly type: "notice";
  readonly client: number;
  readonly notice: unknown;
}

/** What a client asks of a node. It is asked again under the same number until it is answered, of this node or of another. */
export interface Request<Command> {
  readonly type: "request";
  readonly client: number;
  /** Counts the client's requests, from 1. A client has one request under way at a time. */
  readonly serial: number;
  readonly command: Command;
}

/** What a node tells a client: the result; or that this node has not done it and will not, and who may. */
export type Answer<Result> =
  | { readonly type: "answer"; readonly client: number; readonly serial: number; readonly result: Result }
  | { readonly type: "refused"; readonly client: number; readonly serial: number; readonly leader: number | null };
