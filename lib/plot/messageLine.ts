import type { NodeId } from "../protocol.js";
import type { Area } from "./figure.js";
import type { Flight } from "./flights.js";
import type { Point } from "./placeLabels.js";

/** How thick a lifeline's band is, in px. */
export const bandWidth = 10;

/** Where times and nodes are on the sheet, in px. */
export interface Sheet {
  readonly area: Area;
  readonly x: (time: number) => number;
  readonly lane: (node: NodeId) => number;
  readonly laneHeight: number;
  /** How long a message takes whose arrival the trace does not tell, ms. */
  readonly delay: number;
}

/** A flight as a line in px, cut to the window; nothing if it only touches it. */
export function messageLine(flight: Flight, { x, lane, area, delay, laneHeight }: Sheet): Line | undefined {
  const start = { x: x(flight.sent), y: lane(flight.from) };
  const arrival = flight.ended === null || (flight.lost !== null && flight.ended === flight.sent) ? flight.sent + delay : flight.ended;
  const whole = { x: x(arrival), y: lane(flight.to) };
  const share = shareFlown(flight, Math.abs(whole.y - start.y), laneHeight);
  const end = { x: start.x + (whole.x - start.x) * share, y: start.y + (whole.y - start.y) * share };
  const at = (edge: number) => ({ x: edge, y: start.y + ((end.y - start.y) * (edge - start.x)) / (end.x - start.x) });
  if (end.x < area.left || start.x > area.right) return undefined;
  const cut = end.x > area.right;
  return {
    flight,
    start: start.x < area.left ? at(area.left) : start,
    end: cut ? at(area.right) : end,
    complete: !cut,
    head: !cut && flight.lost === null && flight.ended !== null,
  };
}

/** A flight as it is drawn. */
export interface Line {
  readonly flight: Flight;
  readonly start: Point;
  readonly end: Point;
  /** Whether `end` is where the flight ended, not only where the window cuts it. */
  readonly complete: boolean;
  readonly head: boolean;
}

/** How much of the way from lifeline to lifeline, `height` px apart, is drawn. */
function shareFlown({ lost, ended }: Flight, height: number, laneHeight: number): number {
  if (height === 0) return 1;
  if (ended === null) return 0.8;
  // What is lost on its way ends between two lifelines: on one it would look as if it had been that node's to receive.
  if (lost !== null && lost !== "down") return (Math.ceil(height / laneHeight / 2) - 0.5) / (height / laneHeight);
  // An arrow's tip touches the band's edge; a × at a node that is down sits where the band would be.
  return lost === "down" ? 1 : 1 - bandWidth / 2 / height;
}
