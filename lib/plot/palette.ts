/** Eight colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), and our greys. */
export const colours = {
  black: "#000000",
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermilion: "#d55e00",
  purple: "#cc79a7",
} as const;

/** Text and marks that carry no colour of their own. */
export const ink = "#1b1f24";
/** Axes, captions and lifelines without a role. */
export const muted = "#5b6570";
/** Grid lines. */
export const faint = "#e2e6ea";
/** The background. */
export const paper = "#ffffff";

/** Colours for series that have no meaning of their own, in the order in which to use them. */
export const seriesColours: readonly string[] = [colours.blue, colours.vermilion, colours.green, colours.purple, colours.orange, colours.sky, colours.black];

/** The colour of series number `index`, from 0; they repeat after seven. */
export function seriesColour(index: number): string {
  return seriesColours[index % seriesColours.length] ?? ink;
}

/** Colours of the roles that the course speaks of; light for the usual, strong for the rare. */
export const roleColours: Readonly<Record<string, string>> = {
  follower: "#bcc6cf",
  "pre-candidate": colours.yellow,
  candidate: colours.orange,
  leader: colours.blue,
};

/** A colour for each role: the named ones first, others from colours that no named role has, in the order given. */
export function coloursOfRoles(roles: Iterable<string>): Map<string, string> {
  const spare = [colours.green, colours.purple, colours.sky, colours.vermilion, colours.black];
  const present = new Set(roles);
  const known = Object.entries(roleColours).filter(([role]) => present.has(role));
  const others = [...present].filter((role) => !(role in roleColours));
  return new Map([...known, ...others.map((role, i) => [role, spare[i % spare.length] ?? ink] as const)]);
}

/** How messages of one type are drawn. */
export interface MessageStyle {
  readonly stroke: string;
  /** A reply has its request's colour, dashed. */
  readonly dashed: boolean;
}

/** Who sends it decides: candidates' messages are warm like their role, leaders' blue like theirs. */
const messageColours: Readonly<Record<string, string>> = { RequestVote: colours.vermilion, PreVote: colours.purple, AppendEntries: colours.blue };
const replyEnding = /[-_ ]?(Reply|Response|Ack|reply|response|ack)$/;

/** A style for each message type, in the order given. `FooReply`, `FooResponse` and `FooAck` go with `Foo`. */
export function stylesOfMessages(types: Iterable<string>): Map<string, MessageStyle> {
  const spare = [ink, colours.vermilion, colours.purple, colours.blue, colours.green, colours.orange, colours.sky];
  const strokes = new Map<string, string>();
  const result = new Map<string, MessageStyle>();
  for (const type of types) {
    const request = type.replace(replyEnding, "") || type;
    const stroke = strokes.get(request) ?? messageColours[request] ?? spare[strokes.size % spare.length] ?? ink;
    strokes.set(request, stroke);
    result.set(type, { stroke, dashed: request !== type });
  }
  return result;
}

/** A darker shade of a `#rrggbb` colour: words in a series' colour must stay legible on white. */
export function textColour(colour: string): string {
  const channel = (at: number) => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.62).toString(16).padStart(2, "0");
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

/** Black or white, whichever is easier to read on a `#rrggbb` colour. */
export function inkOn(colour: string): string {
  const channel = (at: number) => parseInt(colour.slice(at, at + 2), 16);
  return 0.299 * channel(1) + 0.587 * channel(3) + 0.114 * channel(5) > 140 ? ink : paper;
}
