import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findChromium } from "../../lib/course/start/chromium.js";
import { jupyterEnvironment } from "../../lib/course/start/jupyterSettings.js";
import { root } from "../../lib/course/start/paths.js";
import { choosePort } from "../../lib/course/start/port.js";
import { findPythons } from "../../lib/course/start/python.js";

afterEach(() => vi.unstubAllEnvs());

describe("the port", () => {
  test("one that was asked for and is in use is refused, with a way out", async () => {
    const server = await occupy(0);
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(choosePort(port)).rejects.toThrow(new RegExp(`port ${port} is in use.*npm start -- --port`));
    await new Promise((done) => server.close(done));
    expect(await choosePort(port)).toBe(port);
  });

  test("without a wish it is 8888 or the next free one", async () => {
    const first = await choosePort();
    const server = await occupy(first);
    expect(await choosePort()).toBeGreaterThan(first);
    await new Promise((done) => server.close(done));
  });
});

test("a machine without Python is told of every command that was tried", () => {
  const empty = mkdtempSync(join(tmpdir(), "leaderlab-empty-"));
  for (const name of Object.keys(process.env)) if (name.toUpperCase() === "PATH") vi.stubEnv(name, empty);
  const { usable, reasons } = findPythons();
  rmSync(empty, { recursive: true });
  expect(usable).toEqual([]);
  expect(reasons).toEqual(["uv: not installed", "py -3: not installed", "python3: not installed", "python: not installed"]);
});

test("Jupyter writes only inside the repository, and heeds nobody else's settings", () => {
  vi.stubEnv("JUPYTER_PATH", "/elsewhere");
  vi.stubEnv("PYTHONPATH", "/elsewhere");
  const environment = jupyterEnvironment("secret");
  const written = Object.entries(environment).filter(([name]) => /^(JUPYTER.*_DIR|IPYTHONDIR)$/.test(name));
  expect(written.map(([name]) => name).sort()).toEqual(["IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]);
  for (const [name, folder] of written) expect(folder?.startsWith(join(root, ".venv")), name).toBe(true);
  expect(Object.values(environment)).not.toContain("/elsewhere");
  expect(environment["JUPYTER_TOKEN"]).toBe("secret");
});

test("CHROMIUM_PATH decides which Chromium is used", () => {
  const folder = mkdtempSync(join(tmpdir(), "leaderlab-chromium-"));
  mkdirSync(join(folder, "chromium"));
  expect(findChromium({ CHROMIUM_PATH: join(folder, "chromium") })).toBe(join(folder, "chromium"));
  expect(findChromium({ CHROMIUM_PATH: join(folder, "none"), PATH: folder })).toBeUndefined();
  expect(findChromium({ PATH: folder })).toBe(join(folder, "chromium"));
  rmSync(folder, { recursive: true });
});

function occupy(port: number): Promise<Server> {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(port, "127.0.0.1", () => done(server));
  });
}
