// A worker of its own, because the main thread may be stuck in a learner's endless loop when the parent goes.
const parent = process.ppid;

function parentIsGone(): boolean {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0); // Signal 0 only asks; Windows keeps telling the number of a parent that ended.
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

setInterval(() => {
  if (parentIsGone()) process.kill(process.pid, "SIGKILL");
}, 500);
