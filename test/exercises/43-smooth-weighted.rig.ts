import type { Reply } from "../../lib/course/grading/exchange.js";
import { isSameJson, jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import { attempt } from "./pureCalls.js";

export interface Server {
  readonly name: string;
  readonly weight: number;
}

/** What happens to a balancer: a configuration, if there is a new one, then so many requests. */
export interface Step {
  readonly servers?: readonly Server[];
  readonly requests: number;
}

interface Answer {
  choose(entries: unknown): unknown;
  change(entries: unknown, servers: readonly Server[]): unknown;
}

/** Who was chosen, request by request. Each time it is asked twice: the second time with a copy. */
export function balance(answer: Answer, steps: readonly Step[]): Reply {
  let balancer: unknown = [];
  return attempt(() =>
    steps.flatMap(({ servers, requests }) => {
      if (servers !== undefined) {
        const given = jsonCopy(servers);
        const entries = answer.change(balancer, given);
        if (!isSameJson(given, servers)) throw new Error("change changed the configuration, which belongs to the caller");
        if (!Array.isArray(entries)) throw new Error("change must return a list of entries");
        balancer = jsonCopy(entries);
      }
      return Array.from({ length: requests }, () => {
        const before = jsonCopy(balancer);
        const chosen = answer.choose(balancer);
        const again = answer.choose(before);
        if ((typeof chosen === "string" || chosen === null) && again !== chosen) throw new Error(`choose chose ${String(again)} where it had just chosen ${String(chosen)} for the same entries: all that a balancer knows must be in its entries, and chance has no part in it`);
        return typeof chosen === "string" || chosen === null ? chosen : { odd: String(chosen) };
      });
    }),
  );
}
