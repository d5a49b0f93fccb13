import { casRegister } from "./casRegister.js";
import { keyValue } from "./keyValue.js";
import { lock } from "./lock.js";
import type { Model } from "./model.js";
import { queue } from "./queue.js";
import { register } from "./register.js";

/** The models that histories can be judged against, by name. */
export const models: Readonly<Record<string, Model>> = Object.fromEntries([register, casRegister, keyValue, queue, lock].map((model) => [model.name, model as Model]));
