import type { Context, NodeId } from "../../protocol.js";
import type { Answer } from "../../replication/service/machine.js";
import { beginning, type Hands, type Pace } from "./recipes/recipe.js";
import { type Job, recipeOf } from "./recipes/recipeOf.js";
import type { TreeCommand, TreeResult, WatchEvent } from "./tree.js";
import type { ClientState, Coordination } from "./types.js";

/** How clients behave. */
export interface ClientOptions extends Pace {
  /** How long a session lasts without a word from its client, ms. Default 400. */
  readonly sessionTimeout: number;
  /** How long a client waits for an answer before it asks the next server, ms. Default 100. */
  readonly retry: number;
  /** The longest pause between two rounds, ms. Default 200. */
  readonly pause: number;
  /** How many rounds a client does before it rests. Default: no end. */
  readonly rounds: number;
  /** Whether a holder looks at its own clock before it writes, and does not write once its lease may have ended. Default true. */
  readonly checksLease: boolean;
}

/** A client of the service: it keeps a session alive, asks one thing at a time, and does its job. `servers` are nodes 0 to servers − 1; `resource` is a node. */
export function client(options: ClientOptions, servers: (size: number) => number) {
  type Own = Context<Coordination>;
  const recipe = (state: ClientState) => recipeOf(state.job, options);

  function handsOf(state: ClientState, context: Own): Hands {
    return {
      name: `client ${context.self}`,
      session: state.session,
      ask: (command) => ask(state, { ...command, session: state.session } as TreeCommand, context),
      wait: (ms) => context.setTimer("wake", ms),
      write(token) {
        if (options.checksLease && context.now >= state.lease) return;
        context.send(context.size - 1, { type: "write", session: state.session, token });
      },
      done() {
        state.rounds++;
        rest(state, context);
      },
    };
  }

  /** Between two rounds. */
  function rest(state: ClientState, context: Own): void {
    state.progress = anew(state);
    if (state.rounds < options.rounds) context.setTimer("wake", options.pause * context.random());
    else context.cancelTimer("wake");
  }

  const anew = ({ progress: { version, took } }: ClientState) => ({ ...beginning(), version, took });

  /** Begins a session; what it had with the one before is gone. */
  function openSession(state: ClientState, context: Own): void {
    state.sessions++;
    context.save({ sessions: state.sessions });
    state.session = context.self * 1_000_000 + state.sessions;
    state.serial = 1;
    state.asking = [];
    state.lease = -Infinity;
    state.progress = anew(state);
    context.cancelTimer("wake");
    ask(state, { op: "open", session: state.session, timeout: options.sessionTimeout }, context);
  }

  function ask(state: ClientState, command: TreeCommand, context: Own): void {
    state.asking.push(command);
    if (state.asking.length === 1) send(state, context);
  }

  function send(state: ClientState, context: Own): void {
    state.askedAt = context.now;
    context.setTimer("retry", options.retry);
    say(state, context);
  }

  const say = (state: ClientState, context: Own) => context.send(state.server, { type: "ask", request: { type: "request", client: state.session, serial: state.serial, command: state.asking[0]! } });

  function onAnswer(state: ClientState, from: NodeId, answer: Answer<TreeResult>, context: Own): void {
    if (answer.client !== state.session || answer.serial !== state.serial || state.asking.length === 0) return;
    if (answer.type === "refused") {
      // Somebody else may know better, in a moment.
      if (from === state.server) context.setTimer("retry", options.retry / 5);
      return;
    }
    context.cancelTimer("retry");
    const { result } = answer;
    if (!result.ok && result.error === "expired") return openSession(state, context);
    const command = state.asking.shift()!;
    state.serial++;
    state.lease = state.askedAt + options.sessionTimeout;
    context.setTimer("ping", options.sessionTimeout / 3);
    if (state.asking.length > 0) send(state, context);
    if (command.op === "open") rest(state, context);
    else if (command.op !== "ping") recipe(state).answered(state.progress, result, handsOf(state, context));
  }

  function onNotice(state: ClientState, session: number, event: WatchEvent, context: Own): void {
    if (session !== state.session) return;
    state.notices++;
    recipe(state).told(state.progress, event, handsOf(state, context));
  }

  function onTimer(state: ClientState, timer: Coordination["Timer"], context: Own): void {
    if (timer === "retry" && state.asking.length > 0) {
      state.server = (state.server + 1) % servers(context.size);
      context.setTimer("retry", options.retry);
      say(state, context);
    } else if (timer === "ping") {
      if (state.asking.length === 0) ask(state, { op: "ping", session: state.session }, context);
      context.setTimer("ping", options.sessionTimeout / 3);
    } else if (timer === "wake") {
      if (state.progress.step === "idle") recipe(state).begin(state.progress, handsOf(state, context));
      else recipe(state).woken(state.progress, handsOf(state, context));
    }
  }

  const init = (self: NodeId, size: number, job: Job, sessions = 0): ClientState => ({
    ...{ kind: "client", job, sessions, session: 0, serial: 1, asking: [], server: self % servers(size), askedAt: 0, lease: -Infinity },
    ...{ progress: beginning(), rounds: 0, notices: 0 },
  });

  return { init, openSession, onAnswer, onNotice, onTimer };
}
