import type { Mutant } from "../../promises.js";
import { rewire } from "../../replication/rewired.js";
import { scheduler, type Scheduler, type SchedulerOptions } from "./scheduler.js";
import { SCHEDULED } from "./scheduler.promises.js";

const broken = (options: SchedulerOptions) => () => scheduler({ ...SCHEDULED, ...options });

/** The scheduler with one rule broken. */
export const schedulerMutants: readonly Mutant<Scheduler>[] = [
  {
    name: "tasks-not-fenced",
    bug: "an object takes the effect of a task that was handed out before one that it has seen",
    source: "Burrows, The Chubby lock service, OSDI 2006, §2.4, sequencers left out; made by schedulers of real systems",
    engine: "scheduler",
    caughtBy: "an object never goes back to an earlier task",
    broken: broken({ fencing: false }),
  },
  {
    name: "effects-added",
    bug: "a task adds to its object what it could have set: done twice, it counts twice",
    source: "Birrell and Nelson, ACM TOCS 2(1), 1984: at least once needs idempotent operations; the rule left out",
    engine: "scheduler",
    caughtBy: "an object is never ahead of what was handed out",
    broken: broken({ idempotent: false }),
  },
  {
    name: "recorded-before-dispatch",
    bug: "the log hears that a task is handed out before it is, and never hands it out again",
    source: "Gray, The transaction concept, VLDB 1981: a record before the action loses the action",
    engine: "scheduler",
    caughtBy: "what the table takes for done has been done",
    broken: broken({ delivery: "at most once" }),
  },
  {
    name: "done-on-dispatch",
    bug: "a worker says that it has done a task as soon as it begins",
    source: "Apache Kafka consumers with automatic commits: the offset is committed before the record is processed",
    engine: "scheduler",
    caughtBy: "what the table takes for done has been done",
    broken: () =>
      rewire(scheduler(SCHEDULED), (_state, context) => ({
        send(to, message) {
          if (message.type === "Dispatch") context.send(context.self, { ...message, type: "Done" });
          context.send(to, message);
        },
      })),
  },
];
