import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder; dist/ and lib/ lie equally deep in it. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

const venv = join(root, ".venv");

/** Where the course's private Python, JupyterLab and Jupyter's own files are. All of it is inside the repository. */
export const paths = {
  notebooks: join(root, "notebooks"),
  welcome: join(root, "notebooks", "00-welcome.ipynb"),
  requirements: join(root, "lib", "course", "start", "requirements.txt"),
  venv,
  /** Says which requirements `.venv` was completely made from, and where. */
  venvStamp: join(venv, "leaderlab.json"),
  python: process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python"),
  labStatic: join(venv, "share", "jupyter", "lab", "static"),
  kernelSpec: join(venv, "share", "jupyter", "kernels", "leaderlab"),
  /** Settings, workspaces and signatures: the learner's, kept when `.venv` is made again. */
  jupyter: join(venv, "jupyter"),
  jupyterConfig: join(venv, "jupyter", "config"),
  trusted: join(venv, "jupyter", "trusted.json"),
} as const;
