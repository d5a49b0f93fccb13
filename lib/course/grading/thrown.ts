/** Names the variable with the folder of the answer that runs in this process; its own files are told from the course's by this. */
export const answerFolder = "LEADERLAB_ANSWER_FOLDER";

/**
 * What an answer threw, in words, and where in its own files, if that is known: "TypeError: … (follower.ts:17, in
 * onAppendEntries)". What is only still to be written says itself where.
 */
export function thrown(error: unknown): string {
  const text = String(error);
  const place = / is still to do$/.test(text) ? undefined : placeOf(error);
  return place === undefined ? text : `${text} (${place})`;
}

/** The innermost line of the answer that was at work, and the innermost function that has a name. */
function placeOf(error: unknown): string | undefined {
  const folder = process.env[answerFolder];
  try {
    const stack = (error as { readonly stack?: unknown }).stack;
    if (folder === undefined || typeof stack !== "string") return undefined;
    const frames = stack.split("\n").flatMap((line) => frameOf(line, folder) ?? []);
    const named = frames.find(({ name }) => name !== undefined)?.name;
    return frames[0] && `${frames[0].at}${named === undefined ? "" : `, in ${named}`}`;
  } catch {
    // An answer may throw whatever it likes.
    return undefined;
  }
}

/** Reads "    at onPrepare (/…/26-paxos-acceptor/acceptor.ts:9:5)", or the same without a name; undefined where it is not about a file of the answer. */
function frameOf(line: string, folder: string): { readonly at: string; readonly name: string | undefined } | undefined {
  const [, before = "", file, row] = /^\s+at (.*?)([^/\\]+\.ts):(\d+):\d+\)?$/.exec(line.includes("file://") ? decodeURI(line) : line) ?? [];
  if (file === undefined || !before.replaceAll("\\", "/").includes(folder.replaceAll("\\", "/"))) return undefined;
  const name = /^(?:\w+\.)*(\w+) \(/.exec(before)?.[1];
  return { at: `${file}:${row!}`, name };
}
