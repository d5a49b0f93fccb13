import { describe, expect, it } from "vitest";
import { childrenOf, tree, type TreeCommand } from "../../../lib/systems/coordination/tree.js";

/** A tree by hand, and what its sessions are told. */
function begun() {
  const machine = tree(["/lock", "/config"]);
  const state = machine.begin();
  const told: string[] = [];
  const apply = (command: TreeCommand) => machine.apply(state, command, (session, notice) => void told.push(`${session}: ${JSON.stringify(notice)}`));
  for (const session of [1, 2, 3]) apply({ op: "open", session, timeout: 100 });
  return { state, told, apply };
}

const queueUp = (session: number): TreeCommand => ({ op: "create", session, path: "/lock/w-", data: "", ephemeral: true, sequential: true });

describe("the tree of a coordination service (Hunt et al. 2010, §2.1 and §2.2)", () => {
  it("sequential nodes have rising numbers, also when earlier ones are gone", () => {
    const { apply } = begun();
    expect(apply(queueUp(1))).toMatchObject({ ok: true, path: "/lock/w-000000", created: 1 });
    apply({ op: "delete", session: 1, path: "/lock/w-000000" });
    expect(apply(queueUp(2))).toMatchObject({ ok: true, path: "/lock/w-000001", created: 3 });
  });

  it("an ephemeral node goes when its session has not been heard of for its timeout, and a persistent one stays", () => {
    const { apply, state } = begun();
    apply(queueUp(1));
    apply({ op: "create", session: 1, path: "/config/a", data: "" });
    apply({ op: "tick", elapsed: 99 });
    apply({ op: "ping", session: 2 });
    expect(childrenOf(state, "/lock")).toHaveLength(1);
    apply({ op: "tick", elapsed: 1 });
    expect(childrenOf(state, "/lock")).toHaveLength(0);
    expect(childrenOf(state, "/config")).toHaveLength(1);
    expect(apply({ op: "ping", session: 1 })).toEqual({ ok: false, error: "expired" });
    expect(apply({ op: "ping", session: 2 })).toEqual({ ok: true });
  });

  it("a closed session takes its nodes with it at once", () => {
    const { apply, state } = begun();
    apply(queueUp(1));
    apply({ op: "close", session: 1 });
    expect(childrenOf(state, "/lock")).toEqual([]);
  });

  it("a watch fires once, and is told to its own session", () => {
    const { apply, told } = begun();
    apply({ op: "get", session: 1, path: "/config", watch: true });
    apply({ op: "get", session: 1, path: "/config", watch: true });
    apply({ op: "set", session: 2, path: "/config", data: "a" });
    apply({ op: "set", session: 2, path: "/config", data: "b" });
    expect(told).toEqual(['1: {"path":"/config","kind":"data"}']);
  });

  it("who waits for the one ahead alone hears of it alone; who watches the line hears of every change", () => {
    const { apply, told } = begun();
    for (const session of [1, 2, 3]) apply(queueUp(session));
    apply({ op: "get", session: 3, path: "/lock/w-000001", watch: true });
    apply({ op: "children", session: 2, path: "/lock", watch: true });
    apply({ op: "delete", session: 1, path: "/lock/w-000000" });
    expect(told).toEqual(['2: {"path":"/lock","kind":"children"}']);
    apply({ op: "close", session: 2 });
    expect(told.at(-1)).toBe('3: {"path":"/lock/w-000001","kind":"data"}');
  });

  it("with a version, only the one who has read the newest replaces it", () => {
    const { apply } = begun();
    expect(apply({ op: "set", session: 1, path: "/config", data: "a", version: 0 })).toMatchObject({ ok: true, version: 1 });
    expect(apply({ op: "set", session: 2, path: "/config", data: "b", version: 0 })).toEqual({ ok: false, error: "version" });
  });

  it.each<[TreeCommand, string]>([
    [{ op: "create", session: 1, path: "/none/a", data: "" }, "missing"],
    [{ op: "create", session: 1, path: "/lock", data: "" }, "exists"],
    [{ op: "get", session: 1, path: "/none", watch: true }, "missing"],
    [{ op: "delete", session: 1, path: "/none" }, "missing"],
    [{ op: "get", session: 9, path: "/lock" }, "expired"],
  ])("%j: %s", (command, error) => expect(begun().apply(command)).toEqual({ ok: false, error }));

  it("what has children stays", () => {
    const { apply } = begun();
    apply(queueUp(1));
    expect(apply({ op: "delete", session: 1, path: "/lock" })).toEqual({ ok: false, error: "has children" });
  });
});
