import { inWords, type Reply, type Request } from "../../lib/course/grading/exchange.js";
import { notWritten } from "../../lib/course/grading/notWritten.js";
import { registerGrader, type Case } from "./grader.js";

/** One call of the learner's function, what it should return, and why, as the end of a sentence. */
interface Example {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly expected: unknown;
  readonly why: string;
}

registerGrader({
  exercise: "21-quorum",
  file: "quorum.ts",
  exports: ["majority", "tolerated", "isQuorum", "alwaysIntersect", "readsSeeWrites"],
  limit: 10_000,
  cases: [
    examples("a majority of an odd cluster", 1, [1, 3, 5, 7, 101].map(majorityOf)),
    examples("a majority of an even cluster", 1, [2, 4, 6, 100].map(majorityOf)),
    examples("failures that an odd cluster survives", 1, [1, 3, 5, 7, 101].map(survived)),
    examples("failures that an even cluster survives", 1, [2, 4, 6, 100].map(survived)),
    examples("a quorum is a majority of the members", 1, [
      votes([0, 1, 2], [0, 1], "2 of 3 members are a majority"),
      votes([0, 1, 2], [2], "1 of 3 members is not a majority"),
      votes([0, 1, 2, 3], [3, 1], "2 of 4 members are only half, and the other half may elect somebody else"),
      votes([3, 5, 8, 13], [13, 3, 5], "3 of 4 members are a majority, whatever their names and their order"),
      votes([0, 1, 2, 3, 4], [], "nobody has voted"),
      votes([7], [7], "1 of 1 member is a majority"),
    ]),
    examples("a vote that arrives twice counts once", 2, [
      votes([0, 1, 2], [1, 1], "node 1 voted and its message arrived twice; that is one voter of 3"),
      votes([0, 1, 2, 3, 4], [0, 4, 4, 0, 4], "only nodes 0 and 4 voted; that is two voters of 5"),
      votes([0, 1, 2], [2, 2, 0], "nodes 2 and 0 voted; that is a majority of 3, though one message came twice"),
    ]),
    examples("outsiders have no vote", 1, [
      votes([0, 1, 2], [1, 7], "node 7 is not a member, which leaves one voter of 3"),
      votes([0, 1, 2, 3, 4], [5, 6, 7, 0], "nodes 5, 6 and 7 are not members, which leaves one voter of 5"),
      votes([0, 1, 2], [8, 1, 2], "nodes 1 and 2 are a majority of 3, whatever node 8 says"),
    ]),
    examples("two quorums always share a node", 1, [...pairs(6)].map(([nodes, size]) => {
      const apart = disjoint(nodes, size, size);
      return { call: "alwaysIntersect", args: [nodes, size], expected: apart === undefined, why: apart === undefined ? `any two groups of ${size} out of ${nodes} must share a member` : `the groups ${apart} have no node in common` };
    })),
    examples("a read meets the last write", 1, [...pairs(5)].flatMap(([nodes, read]) => range(1, nodes).map((write) => {
      const apart = disjoint(nodes, read, write);
      return { call: "readsSeeWrites", args: [nodes, read, write], expected: apart === undefined, why: apart === undefined ? `a read of ${read} and a write of ${write} out of ${nodes} copies must share a copy` : `a read of the first and a write of the second group miss each other: ${apart}` };
    }))),
  ],
});

/** A case that is a list of calls; the first wrong one is told. */
function examples(name: string, points: number, list: readonly Example[]): Case {
  const requests: Request[] = list.map(({ call, args }) => ({ on: "answer", call, args }));
  return {
    name,
    points,
    requests,
    judge(replies) {
      const wrong = list.findIndex(({ expected }, index) => !isValue(replies[index]!, expected));
      if (wrong < 0) return undefined;
      const { call, args, expected, why } = list[wrong]!;
      const unwritten = stillToDo(replies[wrong]!);
      if (unwritten !== undefined) return { message: notWritten(`\`${unwritten}\``) };
      return { message: `${call}(${args.map((arg) => JSON.stringify(arg)).join(", ")}) ${inWords(replies[wrong]!)}, expected ${JSON.stringify(expected)}: ${why}.` };
    },
  };
}

/** Which function threw the skeleton's own error, if one did: the one that was called, or another on which it relies. */
const stillToDo = (reply: Reply): string | undefined => ("threw" in reply ? /^Error: (\w+) is still to do$/.exec(reply.threw)?.[1] : undefined);

const isValue = (reply: Reply, expected: unknown): boolean => "value" in reply && reply.value === expected;

/** Found by counting up, not by the formula that the learner is to find. */
function majorityOf(nodes: number): Example {
  let smallest = 0;
  while (smallest <= nodes - smallest) smallest++;
  return { call: "majority", args: [nodes], expected: smallest, why: `the smallest whole number that is more than half of ${nodes}` };
}

function survived(nodes: number): Example {
  const smallest = majorityOf(nodes).expected as number;
  let down = 0;
  while (nodes - (down + 1) >= smallest) down++;
  return { call: "tolerated", args: [nodes], expected: down, why: `a majority of ${nodes} is ${smallest}; with ${down} down ${nodes - down} are left, with one more too few` };
}

function votes(members: number[], granted: number[], why: string): Example {
  const voters = new Set(granted.filter((node) => members.includes(node)));
  return { call: "isQuorum", args: [members, granted], expected: voters.size > members.length - voters.size, why };
}

/** Two groups of nodes without a common one, in words; undefined if there are none. Found by trying: all against the first. */
function disjoint(nodes: number, one: number, other: number): string | undefined {
  const first = range(0, one - 1);
  const rest = range(0, nodes - 1).filter((node) => !first.includes(node));
  return rest.length < other ? undefined : `{${first.join(", ")}} and {${rest.slice(0, other).join(", ")}}`;
}

function* pairs(most: number): Iterable<readonly [number, number]> {
  for (const nodes of range(1, most)) for (const size of range(1, nodes)) yield [nodes, size];
}

function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}
