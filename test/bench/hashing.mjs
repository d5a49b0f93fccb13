import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashString } from "../../dist/hashing/hashString.js";
import { Ring } from "../../dist/hashing/ring.js";
import { hashKeys, placementOf, SCHEMES } from "../../dist/hashing/schemes.js";
import { each, medians, report } from "./measure.mjs";

const NODES = 100;
const POINTS = 160;
const KEYS = 1_000_000;

/** npm's hashring and node-hashring, installed in a folder of their own outside the repository; undefined if they cannot be. */
function loadPeers() {
  const folder = join(tmpdir(), "leaderlab-bench-hashing");
  const isInstalled = () => ["hashring", "node-hashring"].every((name) => existsSync(join(folder, "node_modules", name, "index.js")));
  if (!isInstalled()) {
    cpSync(fileURLToPath(new URL("hashing", import.meta.url)), folder, { recursive: true });
    spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  }
  const require = createRequire(join(folder, "package.json"));
  if (isInstalled()) return { HashRing: require("hashring"), NodeHashRing: require("node-hashring") };
  console.log("skip hash rings beside npm's hashring and node-hashring: npm could not install them");
  return undefined;
}

const names = Array.from({ length: NODES }, (_, i) => `node-${i}`);

/** One loop for each, made anew: a shared one would be compiled for all of them, and suit none. */
const timeLookups = (lookup, keys, count = keys.length) =>
  new Function("lookup", "keys", "count", "each", "return () => each(count, () => { let letters = 0; for (let i = 0; i < count; i++) letters += lookup(keys[i]).length; if (letters === 0) throw new Error('no names'); });")(lookup, keys, count, each);

const timeHashes = (keys) => () =>
  each(keys.length, () => {
    let bits = 0;
    for (let i = 0; i < keys.length; i++) bits |= hashString(keys[i]);
    if (bits === 0) throw new Error("no hash");
  });

/** Lookups and construction of a hash ring of 100 nodes with 160 points each, beside two rings of npm's; how even every scheme is. */
export async function benchHashing() {
  const keys = Array.from({ length: KEYS }, (_, i) => `key-${i}`);
  // Strings that were put together are laid out when they are first read.
  for (const key of keys) hashString(key);
  const ring = new Ring(names, { points: POINTS });
  const peers = loadPeers();
  const theirs = peers && {
    hashring: timeLookups(((peer) => (key) => peer.get(key))(newHashRing(peers)), keys, KEYS / 10),
    nodeHashring: timeLookups(((peer) => (key) => peer.findNode(key))(new peers.NodeHashRing(names, POINTS)), keys, KEYS / 10),
  };
  const lookups = await medians({ own: timeLookups((key) => ring.lookup(key), keys), ...theirs }, 15);
  // Two that are close are held against each other in short turns: what else the machine does then meets both alike.
  const close = await medians({ hash: timeHashes(keys.slice(0, KEYS / 8)), own: timeLookups((key) => ring.lookup(key), keys, KEYS / 8) }, 201);
  if (peers) {
    report("hash ring, a lookup, times faster than npm's hashring", lookups.hashring / lookups.own, ["at least", 60], `${lookups.own.toFixed(1)} ns against ${lookups.hashring.toFixed(0)} ns`);
    report("hash ring, a lookup, times faster than npm's node-hashring", lookups.nodeHashring / lookups.own, ["at least", 4], `${lookups.own.toFixed(1)} ns against ${lookups.nodeHashring.toFixed(0)} ns`);
  }
  report("hash ring, a lookup, in times of hashing the key alone", close.own / close.hash, ["at most", 1.5], `${close.own.toFixed(1)} ns against ${close.hash.toFixed(1)} ns`);
  if (peers) {
    const builds = await medians({ own: () => each(1, () => new Ring(names, { points: POINTS })), peer: () => each(1, () => newHashRing(peers)) }, 15);
    report("hash ring, built, times faster than npm's hashring", builds.peer / builds.own, ["at least", 5], `${(builds.own / 1e6).toFixed(1)} ms against ${(builds.peer / 1e6).toFixed(1)} ms`);
  }
  reportBalance(ring, keys);
}

/** 40 hashes a node with 4 points each are its 160, as in libketama. */
const newHashRing = ({ HashRing }) => new HashRing(names, "md5", { "vnode count": POINTS / 4, replicas: 4 });

/** The most loaded node by the mean, and what each scheme takes in time and memory. */
function reportBalance(ring, keys) {
  const loads = new Map();
  for (const key of keys) loads.set(ring.lookup(key), (loads.get(ring.lookup(key)) ?? 0) + 1);
  report("hash ring, most keys a node by the mean", Math.max(...loads.values()) / (KEYS / NODES), ["at most", 1.25], `${NODES} nodes, ${POINTS} points each`);
  const hashes = hashKeys(KEYS, 1);
  for (const scheme of SCHEMES.filter((name) => name !== "bounded")) {
    const placement = placementOf(scheme, NODES);
    const counts = new Int32Array(NODES);
    const took = each(KEYS, () => {
      for (let i = 0; i < KEYS; i++) counts[placement.lookupHash(hashes[i])]++;
    });
    const most = Math.max(...counts) / (KEYS / NODES);
    const detail = `${(1000 / took).toFixed(1)} million lookups a second by hash, ${(placement.bytes / 1024).toFixed(0)} KiB of tables`;
    if (["maglev", "jump", "rendezvous"].includes(scheme)) report(`${scheme}, most keys a node by the mean`, most, ["at most", 1.05], detail);
    else console.log(`     ${scheme}, most keys a node by the mean: ${most.toFixed(2)}  ${detail}`);
  }
}
