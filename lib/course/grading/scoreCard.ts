import { element } from "../../plot/element.js";
import { fontFamily } from "../../plot/figure.js";
import { colours, faint, ink, muted, paper, textColour } from "../../plot/palette.js";
import { wrapText } from "../../plot/textWidth.js";
import { isNotWritten } from "./notWritten.js";
import { sharedMessage, type CaseGrade, type ExerciseGrade, type GradeReport } from "./report.js";

/** Draws a report as a card: each exercise with its points and a bar, each case with a mark, failures with their reason. */
export function scoreCard(report: GradeReport, { document }: { readonly document: Document }): SVGElement {
  const parts: SVGElement[] = [];
  let y = edge;
  for (const exercise of report.exercises) y = drawExercise(exercise, y, document, parts) + 20;
  const svg = element(document, "svg", { width, height: y, viewBox: `0 0 ${width} ${y}`, "font-family": fontFamily, "font-size": size });
  svg.append(element(document, "rect", { width, height: y, fill: paper }), ...parts);
  return svg;
}

const width = 720;
const edge = 16;
const right = width - edge;
const size = 14;
const line = 20;
const indent = edge + 28;

/** Adds what is to be drawn to `parts`, from `y` on; returns where it ends. */
function drawExercise(exercise: ExerciseGrade, y: number, document: Document, parts: SVGElement[]): number {
  const text = (x: number, at: number, words: string, more: Record<string, string | number> = {}): void => void parts.push(element(document, "text", { x, y: at, fill: ink, ...more }, words));
  text(edge, y + 18, exercise.name, { "font-size": 18, "font-weight": 600 });
  text(right, y + 18, `${exercise.points} of ${exercise.max} points${heading[exercise.status]}`, { "font-size": 16, "font-weight": 600, "text-anchor": "end" });
  const bar = { x: edge, y: y + 30, height: 8, rx: 4 };
  parts.push(element(document, "rect", { ...bar, width: right - edge, fill: faint }));
  if (exercise.points > 0) parts.push(element(document, "rect", { ...bar, width: ((right - edge) * exercise.points) / exercise.max, fill: colours.green }));
  y += 54;

  const paragraph = (words: string, more: Record<string, string | number>): void => {
    for (const part of wrapText(words, size, right - indent)) {
      text(indent, y + 14, part, more);
      y += line;
    }
  };
  const shared = sharedMessage(exercise);
  if (shared !== undefined) {
    parts.push(mark(document, false, y));
    paragraph(shared, {});
    return y;
  }
  // Who has not begun reads what will be asked, not as many times that it is missing.
  const begun = !exercise.cases.every(({ message }) => isNotWritten(message));
  if (!begun) paragraph("Not written yet. What your code will be asked:", { fill: muted });
  for (const one of exercise.cases) {
    const passed = one.points === one.max;
    const open = isNotWritten(one.message);
    parts.push(open ? openMark(document, y) : mark(document, passed, y));
    text(right, y + 14, `${one.points} / ${one.max}`, { "text-anchor": "end", fill: muted });
    paragraph(one.name, passed || open ? {} : { "font-weight": 600 });
    for (const words of begun ? reasons(one) : []) paragraph(words, { fill: open ? muted : textColour(colours.vermilion) });
    y += begun ? 6 : 2;
  }
  return y;
}

const heading = { passed: "", failed: "", timeout: ": out of time", error: ": could not be run" };

/** The command is long and can be copied from the text, not from a picture: it is left out. */
const reasons = (one: CaseGrade): string[] => (one.message === undefined ? [] : [one.message]);

/** A ring for what is still to be written: neither right nor wrong. */
const openMark = (document: Document, y: number): SVGElement => element(document, "circle", { cx: edge + 8.5, cy: y + 9.5, r: 5, fill: "none", stroke: muted, "stroke-width": 2 });

/** A tick or a cross: told apart by shape as well as by colour. */
function mark(document: Document, passed: boolean, y: number): SVGElement {
  const d = passed ? `M${edge + 3},${y + 10}l4,4l8,-9` : `M${edge + 4},${y + 5}l9,9m0,-9l-9,9`;
  return element(document, "path", { d, fill: "none", stroke: passed ? colours.green : colours.vermilion, "stroke-width": 2.5, "stroke-linecap": "round", "stroke-linejoin": "round" });
}
