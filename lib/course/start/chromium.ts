import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A Chromium-like browser on this machine: CHROMIUM_PATH, else the usual names and places; undefined without one. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const asked = environment["CHROMIUM_PATH"];
  if (asked) return existsSync(asked) ? asked : undefined;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const named = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].flatMap((name) => folders.map((folder) => join(folder, name)));
  const programs = [environment["PROGRAMFILES"], environment["PROGRAMFILES(X86)"], environment["LOCALAPPDATA"]].filter((folder) => folder !== undefined);
  const installed = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ...programs.flatMap((folder) => [
      join(folder, "Google", "Chrome", "Application", "chrome.exe"),
      join(folder, "Chromium", "Application", "chrome.exe"),
      join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
    ]),
  ];
  return [...named, ...installed].find((path) => existsSync(path));
}
