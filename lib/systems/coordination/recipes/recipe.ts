import type { TreeCommand, TreeResult, WatchEvent } from "../tree.js";

/** Where a client is in what it does, and what it has learnt. Lost with its session. */
export interface Progress {
  step: string;
  /** Whether a watch fired since it looked last. */
  told: boolean;
  /** The node that it made. */
  path: string | null;
  /** Lock: the fencing token, which is the number of the change that made its node. */
  token: number | null;
  /** Lock: whether it takes itself for the holder. */
  holds: boolean;
  /** Watcher: the newest version that it has seen. Writer: the one that it will replace. */
  version: number | null;
  /** Consumer: the number of the element that it took last. */
  took: number | null;
  /** Member: whom it takes for present. */
  members: readonly string[];
}

/** What a recipe may do. */
export interface Hands {
  /** The name by which it is known as a member, and its session. */
  readonly name: string;
  readonly session: number;
  /** Asks the service; the answer comes later. */
  ask(command: CommandOf): void;
  /** Is woken so many ms from now; an earlier wish to be woken is forgotten. */
  wait(ms: number): void;
  /** Writes to the guarded resource, with the token. */
  write(token: number): void;
  /** One round is done; the next begins after a pause. */
  done(): void;
}

/** A command without the session, which the client adds. */
export type CommandOf<C = TreeCommand> = C extends { readonly session: number } ? Omit<C, "session"> : never;

/** How clients that follow recipes take their time. */
export interface Pace {
  /** How long a holder works, ms. Default 60. */
  readonly hold: number;
  /** After what time a client looks again that has heard of nothing, ms: notices may be lost. Default 1000. */
  readonly recheck: number;
}

/** What a client does, as it comes to the moment: it begins a round, is answered, told of a change, or woken. */
export interface Recipe {
  begin(progress: Progress, hands: Hands): void;
  answered(progress: Progress, result: TreeResult, hands: Hands): void;
  told(progress: Progress, event: WatchEvent, hands: Hands): void;
  woken(progress: Progress, hands: Hands): void;
}

/** Nothing is begun. */
export const beginning = (): Progress => ({ step: "idle", told: false, path: null, token: null, holds: false, version: null, took: null, members: [] });

/** Whoever waits is ready to look again; a notice that came before it began to wait counts as well. */
export function waiting(progress: Progress, hands: Hands, pace: Pace, look: () => void): void {
  if (progress.told) return look();
  progress.step = "waiting";
  hands.wait(pace.recheck);
}

/** A recipe whose client, while it waits, looks again when it is told or woken. */
export function watching(recipe: Pick<Recipe, "begin" | "answered"> & Partial<Pick<Recipe, "woken">>, look: (progress: Progress, hands: Hands) => void): Recipe {
  return {
    ...recipe,
    told(progress, _event, hands) {
      progress.told = true;
      if (progress.step === "waiting") look(progress, hands);
    },
    woken(progress, hands) {
      if (progress.step === "waiting") look(progress, hands);
      else recipe.woken?.(progress, hands);
    },
  };
}
