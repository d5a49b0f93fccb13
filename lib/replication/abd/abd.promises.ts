import type { Declaration, Invariant, Reachable } from "../../promises.js";
import { majority } from "../raft/quorum.js";
import { abd, isNewer, UNWRITTEN } from "./abd.js";
import { registerClients } from "./registerClients.js";
import type { Abd, Tag } from "./types.js";

const MANY_WRITERS = "Lynch and Shvartsman 1997";
const nameOf = ({ seq, client, serial }: Tag) => `${seq} of ${client}/${serial}`;

const oneValueATag: Invariant<Abd> = {
  name: "a tag stands for one value of one register",
  source: `${MANY_WRITERS}, tags order all writes`,
  onSend(_from, _to, message, facts) {
    if (message.type === "Store") facts.agree("value under tag", `${message.key}, ${nameOf(message.tag)}`, String(message.value));
  },
};

const tagsRise: Invariant<Abd> = {
  name: "a node's copy of a register never becomes older",
  source: `${MANY_WRITERS}: a replica keeps the newest version`,
  afterStep({ id, disk }, facts) {
    for (const [key, { tag }] of Object.entries(disk.stored ?? {})) facts.rises("version at node", `${id} of "${key}"`, placeOf(tag));
  },
};

/** A number that rises with tags, for fewer than a thousand clients of fewer than a thousand requests each. */
const placeOf = ({ seq, client, serial }: Tag) => 1_000_000 * seq + 1_000 * client + serial;

const durableFirst: Invariant<Abd> = {
  name: "what a node says it has stored is on its disk",
  source: "Attiya, Bar-Noy and Dolev 1995, with replicas that crash and come back",
  onSend({ id, disk }, _to, message, facts) {
    if (message.type !== "StoreReply" || message.tag.seq === 0) return;
    const tags = Object.values(disk.stored ?? {}).map(({ tag }) => tag);
    facts.must(tags.some((tag) => !isNewer(message.tag, tag)), () => `node ${id} says that it has stored version ${nameOf(message.tag)}, and has on its disk ${tags.map(nameOf).join(", ") || "nothing"}`);
  },
};

const storedByMajority: Invariant<Abd> = {
  name: "a write that is answered is stored by a majority",
  source: "Attiya, Bar-Noy and Dolev 1995, phase 2",
  onSend({ id }, to, message, facts) {
    if (message.type === "Store" && message.operation === `${message.tag.client}/${message.tag.serial}`) facts.agree("write", `${message.operation} at ${id}`, 1);
    if (message.type !== "StoreReply" || facts.known("stored", `${message.operation} by ${id} for ${to}`) !== undefined) return;
    facts.agree("stored", `${message.operation} by ${id} for ${to}`, 1);
    const copies = `${message.operation} at ${to}`;
    facts.rises("copies", copies, Number(facts.known("copies", copies) ?? 0) + 1);
  },
  onOutput({ id, state: { size } }, output, facts) {
    if (output.type !== "answer" || facts.known("write", `${output.client}/${output.serial} at ${id}`) === undefined) return;
    const copies = 1 + Number(facts.known("copies", `${output.client}/${output.serial} at ${id}`) ?? 0);
    facts.must(copies >= majority(size), () => `node ${id} answers request ${output.client}/${output.serial}, which ${copies} of ${size} nodes have stored`);
  },
};

const reachables: readonly Reachable<Abd>[] = [
  { name: "a read finds different versions", afterStep: ({ state }) => Object.values(state.operations).some(({ command, phase, heard, tag }) => command.op === "get" && phase === "query" && heard.length > 0 && isNewer(tag, (state.registers[command.key] ?? UNWRITTEN).tag)) },
  { name: "a read brings a node a version that it lacks", onSend: (from, _to, message) => message.type === "Store" && from.state.operations[message.operation]?.command.op === "get" && message.tag.seq > 0 },
  { name: "two writes of one number", overall: (nodes) => nodes.some(({ state: { registers } }, i) => nodes.slice(i + 1).some((other) => Object.entries(registers).some(([key, { tag }]) => other.state.registers[key]?.tag.seq === tag.seq && other.state.registers[key]!.tag.client !== tag.client))) },
  { name: "a version that comes too late", onSend: ({ id, state }, to, message) => id !== to && message.type === "StoreReply" && Object.values(state.registers).every(({ tag }) => isNewer(tag, message.tag)) },
  { name: "a request that is never answered", afterStep: ({ up, state }) => !up && Object.keys(state.operations).length > 0 },
];

/** The register, as it promises to be. */
export const abdRegister: Declaration<Abd> = {
  name: "abd",
  summary: "ABD: a linearizable register under each key, without a leader",
  source: "Attiya, Bar-Noy and Dolev, JACM 42(1), 1995; Lynch and Shvartsman, FTCS 1997",
  engine: () => abd(),
  tolerates: ["loss", "duplication", "reordering", "partition", "cut", "clog", "crash", "pause", "slow-disk", "torn-write", "clock-skew", "clock-drift"],
  sizes: [1, 3, 3, 4, 5],
  invariants: [oneValueATag, tagsRise, durableFirst, storedByMajority],
  reachables,
  progress: [],
  service: { ...registerClients, consistency: "linearizable" },
  calm: 4000,
};
