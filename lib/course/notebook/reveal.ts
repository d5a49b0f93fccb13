import { display } from "../display.js";
import { reveal as sentenceOf } from "../predict.js";

/** Shows under the cell what was predicted, what came out, and how far off that is: wherever in the cell it stands. `unit` follows the numbers. */
export function reveal(id: string, actual: number, unit?: string): void {
  const sentence = sentenceOf(id, actual, unit);
  display({ data: { "text/markdown": `**${sentence}**`, "text/plain": sentence } }, sentence);
}
