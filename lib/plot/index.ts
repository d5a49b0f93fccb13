export { bars, type BarsOptions } from "./bars.js";
export { distribution, type DistributionOptions, type DistributionSeries } from "./distribution.js";
export { historyPicture, type HistoryOptions } from "./history.js";
export { lines, type LinesOptions } from "./lines.js";
export { logs, type LogRow, type LogsOptions } from "./logs.js";
export { roleTimeline, type RoleTimelineOptions } from "./roleTimeline.js";
export { spaceTime, type SpaceTimeOptions } from "./spaceTime.js";
export type { Axis } from "./axis.js";
export type { FigureOptions } from "./figure.js";
