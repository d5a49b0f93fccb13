import type { Reply } from "../../lib/course/grading/exchange.js";
import { jsonCopy } from "../../lib/course/grading/jsonCopy.js";
import type { VersionVector } from "../../lib/gossip/versions/versionVector.js";
import type { Step } from "./32-version-vectors.truth.js";
import { attempt, callEach } from "./pureCalls.js";

export const calls = callEach;

interface Version {
  readonly vector: VersionVector;
  readonly value: string;
}

interface Answer {
  increment(vector: VersionVector, node: number): VersionVector;
  merge(a: VersionVector, b: VersionVector): VersionVector;
  reconcile(held: readonly Version[], received: readonly Version[]): Version[];
}

/** The two sides of each law of a merge, for three vectors. */
export function laws(answer: Answer, triples: readonly (readonly [VersionVector, VersionVector, VersionVector])[]): Reply[] {
  // Copies: that a merge changes what it is given is another case.
  const merge = (a: VersionVector, b: VersionVector) => answer.merge(jsonCopy(a), jsonCopy(b));
  return triples.map(([a, b, c]) => attempt(() => [merge(a, a), merge(a, b), merge(b, a), merge(merge(a, b), c), merge(a, merge(b, c))]));
}

/** Lets three replicas write and exchange versions with the answer's functions; of each step, what the replica that acted last then holds. */
export function histories({ increment, merge, reconcile }: Answer, list: readonly (readonly Step[])[]): Reply[] {
  return list.map((history) =>
    attempt(() => {
      const held: Version[][] = [[], [], []];
      return history.map((step) => {
        if ("write" in step) held[step.at] = reconcile(held[step.at]!, [{ vector: increment(held[step.at]!.map(({ vector }) => vector).reduce(merge, {}), step.at), value: step.write }]);
        else held[step.to] = reconcile(held[step.to]!, held[step.from]!);
        return held["write" in step ? step.at : step.to]!.map(({ value }) => value);
      });
    }),
  );
}
