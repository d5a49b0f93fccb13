import type { Context, NodeId, Protocol } from "../../protocol.js";
import { isMajority, majority } from "../raft/quorum.js";
import type { Machine, Request } from "../service/machine.js";
import { applyOnce, beginSessions } from "../service/sessions.js";
import type { Degree, DoViewChange, Entry, Prepare, PrepareOk, PrimaryBackup, PrimaryBackupMessage, PrimaryBackupOptions, PrimaryBackupState, StartView } from "./types.js";

/**
 * Primary–backup replication (Alsberg and Day, ICSE 1976; Budhiraja et al., The Primary-Backup Approach, 1993). The
 * primary puts requests in order, the backups copy its log; a degree of synchrony says how many must have a request
 * before it is carried out and answered, reads included. There is no monitor: time is cut into numbered *views* (Oki and
 * Liskov, PODC 1988), view v belongs to node v mod n, and a backup that misses the primary begins the next view of its
 * own, after a vote or without. Throws a `RangeError` if the options do not fit together.
 */
export function primaryBackup<State, Command, Result>(machine: Machine<State, Command, Result>, options: PrimaryBackupOptions = {}): Protocol<PrimaryBackup<State, Command, Result>> {
  type Types = PrimaryBackup<State, Command, Result>;
  type Memory = PrimaryBackupState<State, Command, Result>;
  type Own = Context<Types>;
  const { acknowledge = "synchronous", fencing = "majority", timeout = 200, heartbeat = timeout / 4, gather = acknowledge === "asynchronous" ? 20 : 0 } = options;
  if (!(timeout > 0 && timeout < Infinity)) throw new RangeError(`expected a timeout above 0 ms, not ${timeout}`);
  if (!(heartbeat > 0 && heartbeat < timeout)) throw new RangeError(`expected a heartbeat interval above 0 ms and below the timeout of ${timeout} ms, not ${heartbeat}`);
  if (!(gather >= 0 && gather < Infinity)) throw new RangeError(`expected a time to gather entries of 0 ms or more, not ${gather}`);

  // What clients ask.

  function onInput(state: Memory, { client, serial, command }: Request<Command>, context: Own): void {
    if (state.role !== "primary" || state.fenced) return context.output({ type: "refused", client, serial, leader: knownPrimary(state, context) });
    const last = state.sessions.last[client];
    if (last && serial < last.serial) return;
    if (last?.serial === serial) return context.output({ type: "answer", client, serial, result: last.result });
    state.asked[client] = serial;
    if (state.log.slice(state.committed).some((entry) => entry.client === client && entry.serial === serial)) return;
    const entry: Entry<Command> = { view: state.view, client, serial, command };
    state.log.push(entry);
    context.append([entry]);
    commit(state, context);
    if (gather === 0) return prepare(state, context);
    if (!state.gathering) context.setTimer("gather", gather);
    state.gathering = true;
  }

  /** Carries out what is now on as many disks as a write waits for, and answers whoever asked here. */
  function commit(state: Memory, context: Own): void {
    if (state.role !== "primary" || state.fenced) return;
    const wanted = backupsToWaitFor(acknowledge, context.size);
    const held = state.acknowledged.map((length) => length ?? 0).sort((a, b) => b - a);
    carryOut(state, wanted === 0 ? state.log.length : held[wanted - 1]!, context);
  }

  function carryOut(state: Memory, length: number, context: Own): void {
    while (state.committed < Math.min(length, state.log.length)) {
      const { client, serial, command } = state.log[state.committed++]!;
      const result = applyOnce(machine, state.sessions, { client, serial, command });
      if (result === undefined || state.asked[client] !== serial) continue;
      delete state.asked[client];
      context.output({ type: "answer", client, serial, result });
    }
  }

  // The log on its way from the primary to the backups.

  /** Sends each backup of the view what it has not been sent. */
  function prepare(state: Memory, context: Own): void {
    state.gathering = false;
    for (const peer of peers(context)) if (state.acknowledged[peer] !== null) sendTo(state, peer, Math.max(state.sent[peer]!, state.acknowledged[peer]!), context);
  }

  function sendTo(state: Memory, peer: NodeId, start: number | null, context: Own): void {
    const { view, log, committed } = state;
    if (start === null) context.send(peer, { type: "StartView", view, log: [...log], committed });
    else context.send(peer, { type: "Prepare", view, start, entries: log.slice(start), committed });
    state.sent[peer] = log.length;
  }

  function onPrepare(state: Memory, from: NodeId, { view, start, entries, committed }: Prepare<Command>, context: Own): void {
    if (view !== state.view || state.normal !== view) return;
    // What came before has been lost or overtaken: it is asked for at once, or comes again with the next heartbeat.
    const gap = start > state.log.length;
    const news = gap ? [] : entries.slice(state.log.length - start);
    if (news.length > 0) {
      state.log.push(...news);
      context.append(news);
    }
    acknowledgeTo(state, from, committed, context, gap);
  }

  function acknowledgeTo(state: Memory, primary: NodeId, committed: number, context: Own, gap = false): void {
    carryOut(state, committed, context);
    waitForPrimary(state, context);
    context.send(primary, { type: "PrepareOk", view: state.view, length: state.log.length, ...(gap && { gap }) });
  }

  function onPrepareOk(state: Memory, from: NodeId, { view, length, gap }: PrepareOk, context: Own): void {
    if (state.role !== "primary" || view !== state.view) return;
    state.acknowledged[from] = Math.max(state.acknowledged[from] ?? 0, length);
    if (gap) sendTo(state, from, state.acknowledged[from]!, context);
    state.heard[from] = context.now;
    state.fenced = isCutOff(state, context);
    commit(state, context);
  }

  function onHeartbeat(state: Memory, context: Own): void {
    context.setTimer("heartbeat", heartbeat);
    if (state.role === "candidate") return askForVotes(state, context);
    state.fenced = isCutOff(state, context);
    for (const peer of peers(context)) sendTo(state, peer, state.acknowledged[peer]!, context);
  }

  /** Whether fencing forbids this primary to serve: it has heard of no majority for the timeout. */
  function isCutOff({ heard }: Memory, context: Own): boolean {
    if (fencing === "none") return false;
    const near = peers(context).filter((peer) => heard[peer] !== null && context.now - heard[peer]! < timeout);
    return !isMajority([context.self, ...near], context.size);
  }

  // From one view to the next.

  /** A backup's patience is a timeout for each place in the line of succession, so that not all come forward at once. */
  function waitForPrimary({ view }: Memory, context: Own): void {
    const place = (context.self - primaryOf(view, context.size) + context.size) % context.size;
    context.setTimer("patience", timeout * (place === 0 ? context.size : place));
  }

  function onPatienceEnds(state: Memory, context: Own): void {
    leaveView(state, context);
    state.view = nextViewOf(context.self, state.view, context.size);
    if (fencing === "none") return beginView(state, standingOf(state), context);
    state.role = "candidate";
    state.votes = [context.self];
    state.newest = standingOf(state);
    context.save({ view: state.view, normal: state.normal });
    waitForPrimary(state, context);
    context.setTimer("heartbeat", heartbeat);
    askForVotes(state, context);
  }

  function askForVotes({ view, votes }: Memory, context: Own): void {
    for (const peer of peers(context)) if (!votes.includes(peer)) context.send(peer, { type: "StartViewChange", view });
  }

  function onStartViewChange(state: Memory, from: NodeId, view: number, context: Own): void {
    if (view > state.view) {
      leaveView(state, context);
      state.view = view;
      context.save({ view, normal: state.normal });
      waitForPrimary(state, context);
    }
    // Asked again, it votes again; in a view that has begun there is nothing to vote for.
    if (view === state.view && state.normal < view) context.send(from, { type: "DoViewChange", view, ...standingOf(state) });
  }

  function onDoViewChange(state: Memory, from: NodeId, { view, normal, log, committed }: DoViewChange<Command>, context: Own): void {
    if (state.role !== "candidate" || view !== state.view) return;
    if (!state.votes.includes(from)) state.votes.push(from);
    const newest = state.newest!;
    const isNewer = normal > newest.normal || (normal === newest.normal && log.length > newest.log.length);
    state.newest = { ...(isNewer ? { normal, log } : newest), committed: Math.max(committed, newest.committed) };
    if (isMajority(state.votes, context.size)) beginView(state, state.newest, context);
  }

  function beginView(state: Memory, { log, committed }: Pick<StartView<Command>, "log" | "committed">, context: Own): void {
    const { votes } = state;
    leaveView(state, context);
    state.role = "primary";
    state.heard = state.heard.map((_, node) => (votes.includes(node) ? context.now : null));
    install(state, log, context);
    carryOut(state, committed, context);
    lead(state, context);
  }

  function lead(state: Memory, context: Own): void {
    context.cancelTimer("patience");
    onHeartbeat(state, context);
    commit(state, context);
  }

  function onStartView(state: Memory, from: NodeId, { view, log, committed }: StartView<Command>, context: Own): void {
    if (view < state.view) return;
    if (view === state.normal) return onPrepare(state, from, { type: "Prepare", view, start: 0, entries: log, committed }, context);
    leaveView(state, context);
    state.view = view;
    install(state, log, context);
    acknowledgeTo(state, from, committed, context);
  }

  /** Takes over a log as that of the present view; what this node has beside it goes. */
  function install(state: Memory, log: readonly Entry<Command>[], context: Own): void {
    // Entries of one view at one place are one entry, and so is all before them: each view has one primary.
    let common = 0;
    while (common < Math.min(log.length, state.log.length) && log[common]!.view === state.log[common]!.view) common++;
    if (common < state.log.length) context.truncate(common);
    if (common < log.length) context.append(log.slice(common));
    state.log = [...state.log.slice(0, common), ...log.slice(common)];
    if (common < state.committed) {
      // Something that was carried out is gone: the machine has to begin anew.
      state.sessions = beginSessions(machine);
      state.committed = 0;
      carryOut(state, common, context);
    }
    // Only now, for a crash may keep the first of these writes and lose the others.
    state.normal = state.view;
    context.save({ view: state.view, normal: state.normal });
  }

  /** Stops whatever this node was in its view. */
  function leaveView(state: Memory, context: Own): void {
    Object.assign(state, beginning(context.size));
    context.cancelTimer("heartbeat");
    context.cancelTimer("gather");
  }

  return {
    init(self, size, stored = { view: 0, normal: 0 }, log = []) {
      const leads = stored.view === stored.normal && primaryOf(stored.view, size) === self;
      return { ...stored, log: [...log], committed: 0, sessions: beginSessions(machine), ...beginning(size), role: leads ? "primary" : "backup" };
    },
    onStart(state, context) {
      if (state.role === "primary") lead(state, context);
      else waitForPrimary(state, context);
    },
    onInput,
    onMessage(state, from, message: PrimaryBackupMessage<Command>, context) {
      switch (message.type) {
        case "StartViewChange":
          return onStartViewChange(state, from, message.view, context);
        case "DoViewChange":
          return onDoViewChange(state, from, message, context);
        case "StartView":
          return onStartView(state, from, message, context);
        case "Prepare":
          return onPrepare(state, from, message, context);
        case "PrepareOk":
          return onPrepareOk(state, from, message, context);
      }
    },
    onTimer(state, timer, context) {
      if (timer === "heartbeat") onHeartbeat(state, context);
      else if (timer === "gather") prepare(state, context);
      else onPatienceEnds(state, context);
    },
  };
}

/** To whom a view belongs. */
export const primaryOf = (view: number, size: number): NodeId => view % size;

/** The first view after `view` that belongs to a node. */
export const nextViewOf = (node: NodeId, view: number, size: number): number => view + 1 + ((((node - view - 1) % size) + size) % size);

/** How many backups must have a write before it is answered, of a group of this size. */
export function backupsToWaitFor(degree: Degree, size: number): number {
  if (degree === "asynchronous") return 0;
  if (degree === "semi-synchronous") return Math.min(1, size - 1);
  return degree === "majority" ? majority(size) - 1 : size - 1;
}

/** Of one who has just come into a view: nobody is heard, owed anything or known to have anything. */
function beginning(size: number) {
  const nobody = (): null[] => Array.from({ length: size }, () => null);
  return { role: "backup" as const, asked: {}, acknowledged: nobody(), sent: Array.from({ length: size }, () => 0), heard: nobody(), fenced: false, gathering: false, votes: [], newest: null };
}

const standingOf = <Command>({ normal, log, committed }: { readonly normal: number; readonly log: readonly Entry<Command>[]; readonly committed: number }) => ({ normal, log: [...log], committed });

/** The other nodes. */
const peers = ({ self, size }: { readonly self: NodeId; readonly size: number }): NodeId[] => Array.from({ length: size }, (_, node) => node).filter((node) => node !== self);

/** Whom clients should ask instead, as far as a node knows. */
function knownPrimary({ role, view, normal }: { readonly role: string; readonly view: number; readonly normal: number }, { size }: { readonly size: number }): NodeId | null {
  return role === "backup" && normal === view ? primaryOf(view, size) : null;
}
