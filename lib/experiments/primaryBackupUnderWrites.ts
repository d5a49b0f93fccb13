import type { Distribution } from "../random.js";
import { primaryBackup } from "../replication/primaryBackup/primaryBackup.js";
import type { Entry, PrimaryBackup, PrimaryBackupOptions } from "../replication/primaryBackup/types.js";
import { keyValue, type KeyValueCommand } from "../replication/service/keyValue.js";
import { type Cluster, simulate } from "../sim/cluster.js";

/** A write of the load: each is of a client of its own. */
export interface LoadWrite {
  readonly client: number;
  readonly node: number;
  /** When it was asked, ms. */
  readonly asked: number;
}

/**
 * A primary and its backups, each node with clients of its own who ask it for a write every `interval` ms, from `from` up
 * to `until` ms: whoever takes itself for the primary answers. Nothing has happened yet when this returns.
 */
export function underWrites(
  options: PrimaryBackupOptions,
  { nodes, latency, interval, from, until }: { readonly nodes: number; readonly latency: Distribution; readonly interval: number; readonly from: number; readonly until: number },
  seed: number,
): { readonly cluster: Cluster<PrimaryBackup>; readonly writes: readonly LoadWrite[] } {
  const cluster = simulate(primaryBackup(keyValue, options), { size: nodes, seed, latency, digest: false, probe: ({ role }) => role });
  const writes: LoadWrite[] = [];
  for (let asked = from; asked < until; asked += interval) {
    for (let node = 0; node < nodes; node++) {
      const client = writes.length;
      writes.push({ client, node, asked });
      cluster.input(node, { type: "request", client, serial: 1, command: { op: "put", key: "a", value: String(client) } }, asked);
    }
  }
  return { cluster, writes };
}

/** How much of their beginnings two logs have in common, in entries. */
export function commonLength(a: readonly Entry<KeyValueCommand>[], b: readonly Entry<KeyValueCommand>[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length]!.view === b[length]!.view) length++;
  return length;
}

/** The node that is up and primary of the newest view, if there is one. */
export const newestPrimary = ({ nodes }: Cluster<PrimaryBackup>) => nodes.filter(({ up, state }) => up && state.role === "primary").sort((a, b) => b.state.view - a.state.view)[0];
