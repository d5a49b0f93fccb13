import type { Mutant } from "../../promises.js";
import { chandyLamport, markerRules, type MarkerRules } from "./chandyLamport.js";
import type { SnapshotBank } from "./chandyLamport.promises.js";
import { moneyTransfer } from "./moneyTransfer.js";

const PAPER = "Chandy and Lamport 1985, §3.1";
const broken = (changed: Partial<MarkerRules>) => () => chandyLamport(moneyTransfer(), changed);
const TWO = { sizes: [2] };

/** Snapshots with one rule broken. */
export const chandyLamportMutants: readonly Mutant<SnapshotBank>[] = [
  {
    name: "marker-not-on-all-channels",
    bug: "the node with the highest number is sent no marker by node 0",
    source: `${PAPER}, the marker-sending rule, "for each channel"`,
    engine: "chandy-lamport",
    caughtBy: "a snapshot that is begun is completed",
    under: TWO,
    broken: broken({ sendMarkers: (state, snapshot, size, sendMarker) => markerRules.sendMarkers(state, snapshot, size, (to) => void (to !== size - 1 && sendMarker(to))) }),
  },
  {
    name: "channels-not-recorded",
    bug: "what was on its way is in no recording",
    source: `${PAPER}, the marker-receiving rule, the state of a channel left out`,
    engine: "chandy-lamport",
    caughtBy: "a recorded channel holds what was sent and not yet received",
    under: TWO,
    broken: broken({ recordChannel() {} }),
  },
  {
    name: "recorded-at-the-last-marker",
    bug: "a node sends its markers when the first one comes, and records its state when the last one does",
    source: `${PAPER}, "q records its state" before anything else is received`,
    engine: "chandy-lamport",
    caughtBy: "no recorded state has received what no recorded state has sent",
    under: { sizes: [3] },
    broken: broken({
      receiveMarker(state, from, snapshot) {
        const last = markerRules.receiveMarker(state, from, snapshot);
        if (last) state.recordings[snapshot] = { ...state.recordings[snapshot]!, state: structuredClone(state.computation) };
        return last;
      },
    }),
  },
  {
    name: "channel-recorded-past-the-marker",
    bug: "messages that follow the marker are taken for messages on their way",
    source: `${PAPER}, the marker-receiving rule: up to the marker`,
    engine: "chandy-lamport",
    caughtBy: "a recorded channel holds what was sent and not yet received",
    under: TWO,
    broken: broken({
      recordChannel(state, from, message) {
        for (const { channels, awaiting } of Object.values(state.recordings)) if (awaiting.length > 0) channels[from]!.push(message);
      },
    }),
  },
];
