import { watcher, writer } from "./configuration.js";
import { lock } from "./lock.js";
import { member } from "./membership.js";
import { consumer, producer } from "./queue.js";
import type { Pace, Recipe } from "./recipe.js";

/** What a client does with the service. `lock-herd` waits for any change of the queue before the lock, `lock` for its predecessor alone. */
export type Job = "lock" | "lock-herd" | "producer" | "consumer" | "writer" | "watcher" | "member";

/** The recipe of a job. */
export function recipeOf(job: Job, pace: Pace): Recipe {
  if (job === "lock" || job === "lock-herd") return lock(pace, job === "lock-herd");
  if (job === "consumer") return consumer(pace);
  if (job === "watcher") return watcher(pace);
  if (job === "member") return member(pace);
  return job === "producer" ? producer() : writer();
}
