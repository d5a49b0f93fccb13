import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelSpec } from "../kernel/kernelSpec.js";
import { paths, root } from "./paths.js";

/** Describes the kernel `leaderlab` to the JupyterLab in `.venv`. */
export function writeKernelSpec(): void {
  writeJson(join(paths.kernelSpec, "kernel.json"), kernelSpec(process.execPath, root));
}

/** Writes Jupyter's settings for this course; what learners change in JupyterLab's own dialogs is kept elsewhere. */
export function writeJupyterSettings(): void {
  writeJson(join(paths.jupyterConfig, "jupyter_server_config.json"), serverSettings);
  writeJson(join(paths.jupyterConfig, "jupyter_lab_config.json"), labSettings);
  writeJson(join(paths.jupyterConfig, "labconfig", "default_setting_overrides.json"), settingOverrides);
  writeJson(join(paths.jupyterConfig, "labconfig", "page_config.json"), disabledExtensions);
  // JupyterLab runs a small script of its own, which Node would take for a module, like the rest of this repository.
  writeJson(join(paths.venv, "package.json"), { private: true, type: "commonjs" });
}

/** The environment in which Jupyter writes nothing outside the repository and heeds no other Jupyter's settings. */
export function jupyterEnvironment(token?: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    JUPYTER_CONFIG_DIR: paths.jupyterConfig,
    JUPYTER_DATA_DIR: join(paths.jupyter, "data"),
    JUPYTER_RUNTIME_DIR: join(paths.jupyter, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(paths.jupyter, "lab-settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(paths.jupyter, "lab-workspaces"),
    IPYTHONDIR: join(paths.jupyter, "ipython"),
    PYTHONNOUSERSITE: "1",
    ...(token === undefined ? {} : { JUPYTER_TOKEN: token }),
  };
  for (const name of ["JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR", "JUPYTER_NO_CONFIG", "PYTHONHOME", "PYTHONPATH"]) delete environment[name];
  return environment;
}

const serverSettings = {
  ServerApp: {
    ip: "127.0.0.1",
    port_retries: 0,
    allow_root: true,
    root_dir: root,
    answer_yes: true,
    log_level: "ERROR",
    // Browsers in a sandbox of their own may not read a file in a hidden folder, so they are given the address itself.
    use_redirect_file: false,
  },
  // Language servers found on this machine would keep copies of documents in the repository.
  LanguageServerManager: { autodetect: false },
  KernelSpecManager: { allowed_kernelspecs: ["leaderlab"], ensure_native_kernel: false },
  MappingKernelManager: { default_kernel_name: "leaderlab" },
  AsyncMappingKernelManager: { default_kernel_name: "leaderlab" },
  ContentsManager: { hide_globs: ["__pycache__", "*.pyc", ".DS_Store", "*~", "node_modules", "dist"] },
};

// No question about news, no look for updates, no list of extensions: nothing asks the network.
const labSettings = {
  LabApp: { news_url: null, check_for_updates_class: "jupyterlab.NeverCheckForUpdate", extension_manager: "readonly", log_level: "ERROR" },
};

const disabledExtensions = {
  disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true, "@jupyterlab/extensionmanager-extension": true },
};

const settingOverrides = {
  "@jupyterlab/apputils-extension:notification": { checkForUpdates: false, fetchNews: "false" },
  "@jupyterlab/extensionmanager-extension:plugin": { enabled: false },
  // A cell's long lines are read as a whole, not scrolled.
  "@jupyterlab/notebook-extension:tracker": { codeCellConfig: { lineNumbers: false, lineWrap: true } },
};

function writeJson(path: string, value: unknown): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
