/**
 * Resolves when this process is asked to end: Ctrl-C, a closed terminal, a polite kill, or the end of the npm that
 * started it (npm passes a kill on to the shell between us, and that shell to nobody).
 */
export function untilStopped(): Promise<"stop"> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done("stop"));
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      done("stop");
    }, 500);
    watch.unref();
  });
}
