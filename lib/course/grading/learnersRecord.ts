import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A small record kept in a JSON file, written at each `set`. */
export interface LearnersRecord<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/** Opens the record kept in a file; a file that is not there is an empty record. Throws if it is not a record. */
export function learnersRecord<V>(file: string): LearnersRecord<V> {
  const values = new Map<string, V>(Object.entries(read(file)) as [string, V][]);
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.set(key, value);
      mkdirSync(dirname(file), { recursive: true });
      // Written beside and moved, so that a crash leaves the old record or the new one, never half of one.
      writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`);
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string): object {
  if (!existsSync(file)) return {};
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content;
  } catch {
    // Said below.
  }
  throw new Error(`${file} cannot be read as a record. Repair it, or delete it to begin a new one.`);
}
