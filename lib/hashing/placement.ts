/** What keys are placed on: a name, or a number that is its own name. */
export type HashNode = string | number;

/** A rule that says which of a set of nodes holds a key: the same for everybody who knows the set, without asking anyone. */
export interface Placement<Node extends HashNode = HashNode> {
  readonly nodes: readonly Node[];
  /** The node that holds this key. Throws an `Error` if there is no node. */
  lookup(key: string): Node;
  /** As `lookup`, for a key's hash: an integer from 0 to 2^32 − 1. */
  lookupHash(hash: number): Node;
  /** What its tables take, in bytes. */
  readonly bytes: number;
}

/** A node, and its share of the keys beside the others': 1 unless given. */
export interface Weighted<Node extends HashNode> {
  readonly node: Node;
  readonly weight: number;
}

/**
 * Nodes with their weights in the order of their names, which is the same wherever and however they are listed. Throws an
 * `Error` if two have the same name, or if a weight is not a number above 0.
 */
export function inNameOrder<Node extends HashNode>(nodes: Iterable<Node | Weighted<Node>>): Weighted<Node>[] {
  const members = Array.from(nodes, (node) => (typeof node === "object" ? node : { node, weight: 1 }));
  const named = members.map((member) => ({ name: String(member.node), member })).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  named.forEach(({ name, member }, i) => {
    if (name === named[i - 1]?.name) throw new Error(`two nodes are named "${name}"`);
    if (!(member.weight > 0 && member.weight < Infinity)) throw new Error(`the weight of "${name}" must be a number above 0, not ${member.weight}`);
  });
  return named.map(({ member }) => member);
}

/** What a lookup says where nobody can hold a key. */
export const noNode = () => new Error("there is no node that could hold a key");
