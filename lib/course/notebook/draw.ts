import { historyPicture } from "../../plot/history.js";
import { bars, cellMap, distribution, hashRings, lines, logs, rings, roleTimeline, spaceTime } from "../../plot/index.js";
import { show } from "../show.js";

/** A picture in a chapter has a title, and a caption that says what there is to see; both together are its alternative text. */
interface Told {
  readonly title: string;
  readonly caption: string;
}
type InNotebook<Options> = Omit<Options, "document" | "title" | "caption"> & Told;

/** A plotting function that shows its picture under the cell instead of returning it. */
function shown<Data, Options extends { readonly document: Document }>(plot: (data: Data, options: Options) => SVGElement): (data: Data, options: InNotebook<Options>) => void {
  return (data, options) => show((document) => plot(data, { ...options, document } as unknown as Options), `${options.title}. ${options.caption}`);
}

/** Draws a space–time diagram under the cell; see `spaceTime`. */
export const drawSpaceTime: (data: Parameters<typeof spaceTime>[0], options: InNotebook<Parameters<typeof spaceTime>[1]>) => void = shown(spaceTime);
/** Draws each node's role over time under the cell; see `roleTimeline`. */
export const drawRoles: (data: Parameters<typeof roleTimeline>[0], options: InNotebook<Parameters<typeof roleTimeline>[1]>) => void = shown(roleTimeline);
/** Draws a history under the cell, with what a judge made of it; see `historyPicture`. */
export const drawHistory: (data: Parameters<typeof historyPicture>[0], options: InNotebook<Parameters<typeof historyPicture>[1]>) => void = shown(historyPicture);
/** Draws cumulative distributions under the cell; see `distribution`. */
export const drawDistribution: (data: Parameters<typeof distribution>[0], options: InNotebook<Parameters<typeof distribution>[1]>) => void = shown(distribution);
/** Draws logs at several moments under the cell; see `logs`. */
export const drawLogs: (data: Parameters<typeof logs>[0], options: InNotebook<Parameters<typeof logs>[1]>) => void = shown(logs);

/** Draws clusters on circles under the cell, a panel a moment; see `rings`. */
export const drawRings: (data: Parameters<typeof rings>[0], options: InNotebook<Parameters<typeof rings>[1]>) => void = shown(rings);
/** Draws hash rings under the cell; see `hashRings`. */
export const drawHashRings: (data: Parameters<typeof hashRings>[0], options: InNotebook<Parameters<typeof hashRings>[1]>) => void = shown(hashRings);

/** Draws lines under the cell; see `lines`. */
export function drawLines<Row extends object>(rows: readonly Row[], options: InNotebook<Parameters<typeof lines<Row>>[1]>): void {
  show((document) => lines(rows, { ...options, document } as Parameters<typeof lines<Row>>[1]), `${options.title}. ${options.caption}`);
}

/** Draws bars under the cell; see `bars`. */
export function drawBars<Row extends object>(rows: readonly Row[], options: InNotebook<Parameters<typeof bars<Row>>[1]>): void {
  show((document) => bars(rows, { ...options, document } as Parameters<typeof bars<Row>>[1]), `${options.title}. ${options.caption}`);
}

/** Draws a map of cells, coloured by a category, under the cell; see `cellMap`. */
export function drawMap<Row extends object>(rows: readonly Row[], options: InNotebook<Parameters<typeof cellMap<Row>>[1]>): void {
  show((document) => cellMap(rows, { ...options, document } as Parameters<typeof cellMap<Row>>[1]), `${options.title}. ${options.caption}`);
}
