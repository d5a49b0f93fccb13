import type { Converter, SideOutput } from "tslab/dist/converter.js";
import type { PolledFiles } from "./polledFiles.js";

/** "Cannot find module", in its several wordings. */
const unresolvedImport = new Set([2307, 2792, 7016]);

/** tslab's converter, made to see every edit of an imported file when the importing cell runs again. */
export function rereadingConverter(create: () => Converter, files: PolledFiles): Converter {
  let converter = create();
  let outdated = false;
  const modules = new Map<string, SideOutput>();

  const upToDate = (): Converter => {
    if (outdated) {
      // The compiler remembers that a file was not there; a new one looks again.
      converter.close();
      converter = create();
      outdated = false;
    }
    files.poll();
    return converter;
  };

  return {
    convert: (earlier, source) => {
      const current = upToDate();
      outdated = true; // A converter that throws has lost its place.
      const result = current.convert(earlier, source);
      outdated = result.diagnostics.some(({ code }) => unresolvedImport.has(code));
      if (result.sideOutputs) {
        for (const output of result.sideOutputs) modules.set(output.path, output);
        // tslab evaluates again only the file that changed, and its importers would keep the old one.
        result.sideOutputs = [...modules.values()];
      }
      return result;
    },
    inspect: (earlier, source, position) => converter.inspect(earlier, source, position),
    complete: (earlier, source, position) => converter.complete(earlier, source, position),
    addModule: (name, content, meta) => converter.addModule(name, content, meta),
    close: () => converter.close(),
  };
}
