import { describe, expect, it } from "vitest";
import { ClientHistory } from "../../lib/check/clientHistory.js";
import { drawRun } from "../../lib/check/hostileRun.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { EVERYBODY_ANSWERED, play } from "../../lib/check/play.js";
import type { Declaration, Service } from "../../lib/promises.js";
import type { NodeId, Protocol } from "../../lib/protocol.js";
import { keyValue, type KeyValueCommand, keyValueClients, type KeyValueResult } from "../../lib/replication/service/keyValue.js";
import type { Answer, Request } from "../../lib/replication/service/machine.js";
import { applyOnce, beginSessions, type Sessions } from "../../lib/replication/service/sessions.js";

interface Store {
  State: { sessions: Sessions<Record<string, string>, KeyValueResult> };
  Message: never;
  Input: Request<KeyValueCommand>;
  Output: Answer<KeyValueResult>;
}

const service = { ...keyValueClients, consistency: "linearizable" } as Service<Store>;
const put = (client: number, serial: number, value: string): Request<KeyValueCommand> => ({ type: "request", client, serial, command: { op: "put", key: "a", value } });
const get = (client: number, serial: number): Request<KeyValueCommand> => ({ type: "request", client, serial, command: { op: "get", key: "a" } });
const answer = (client: number, serial: number, result: KeyValueResult): Answer<KeyValueResult> => ({ type: "answer", client, serial, result });

describe("a history of clients", () => {
  it("is one operation a request, however often it is asked and answered", () => {
    const history = new ClientHistory(service);
    history.asked(put(1, 1, "v"), 0);
    history.asked(put(1, 1, "v"), 5);
    expect(history.told(answer(1, 1, null), 7)).toBe(true);
    expect(history.told(answer(1, 1, null), 8)).toBe(false);
    expect(operationsOf(history.events)).toMatchObject([{ process: 1, f: "put", key: "a", input: "v", invokedAt: 0, returnedAt: 7 }]);
  });

  it("is not ended by a refusal: another node may do it yet", () => {
    const history = new ClientHistory(service);
    history.asked(put(1, 1, "v"), 0);
    expect(history.told({ type: "refused", client: 1, serial: 1, leader: null }, 3)).toBe(false);
    expect(operationsOf(history.events)[0]!.returned).toBe(Infinity);
  });

  it("says what no order explains", () => {
    const history = new ClientHistory(service);
    history.asked(put(1, 1, "v"), 0);
    history.told(answer(1, 1, null), 1);
    history.asked(get(2, 1), 2);
    history.told(answer(2, 1, null), 3);
    expect(history.fault()).toBe('no order explains client 1: put "a" "v"; client 2: get "a" → null');
  });

  it("takes a client that asks before it is answered, as in a run cut down, for two", () => {
    const history = new ClientHistory(service);
    history.asked(put(1, 1, "v"), 0);
    history.asked(get(1, 2), 1);
    history.told(answer(1, 2, null), 2);
    expect(history.fault()).toBeUndefined();
    expect(operationsOf(history.events).map(({ process }) => process)).toEqual([1, "1/2"]);
  });
});

/** A store on each node, that tells no other of it: right as long as there is one node. */
function alone(answers: (self: NodeId) => boolean = () => true): Protocol<Store> {
  return {
    init: () => ({ sessions: beginSessions(keyValue) }),
    onMessage() {},
    onInput(state, { client, serial, command }, context) {
      if (!answers(context.self)) return;
      const result = applyOnce(keyValue, state.sessions, { client, serial, command });
      if (result !== undefined) context.output(answer(client, serial, result));
    },
    onStart: (_state, context) => context.setTimer("tick", 10),
    onTimer: (_state, _timer, context) => context.setTimer("tick", 10),
  } as Protocol<Store>;
}

const declared = (sizes: readonly number[], engine = alone): Declaration<Store> => ({ name: "alone", summary: "", source: "", engine, tolerates: [], sizes, invariants: [], reachables: [], progress: [], service, calm: 2000 });
const accusations = (declaration: Declaration<Store>) => Array.from({ length: 60 }, (_, i) => play(declaration, drawRun(declaration, i + 1)).accusation?.property);

describe("clients in hostile runs", () => {
  it("accuse nobody where there is one store", () => expect(new Set(accusations(declared([1])))).toEqual(new Set([undefined])));

  it("accuse stores that know nothing of each other", () => expect(accusations(declared([2])).filter((property) => property === "the clients' history is linearizable").length).toBeGreaterThan(20));

  it("accuse a store that answers nobody", () => expect(new Set(accusations(declared([1], () => alone(() => false))))).toEqual(new Set([EVERYBODY_ANSWERED])));

  it("go to another node where they hear nothing", () => expect(new Set(accusations(declared([2], () => alone((self) => self === 1))))).toEqual(new Set([undefined])));

  it("do the same things with the same seed", () => {
    const digest = () => JSON.stringify(play(declared([2]), drawRun(declared([2]), 7)).cluster.outputs);
    expect(digest()).toBe(digest());
  });
});
