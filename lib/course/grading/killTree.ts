import { spawnSync, type ChildProcess } from "node:child_process";

/** Kills a process and its children: on POSIX its process group (it was started detached), on Windows its tree. */
export function killTree(child: ChildProcess | number): void {
  const pid = typeof child === "number" ? child : child.pid;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
