import { describe, expect, test } from "vitest";
import { models } from "../../lib/check/models/index.js";
import { operationsOf } from "../../lib/check/pairEvents.js";
import { HistoryError, readHistory } from "../../lib/check/readHistory.js";

const invoke = '{"process":0,"type":"invoke","f":"write","value":1}';
const ok = '{"process":0,"type":"ok","f":"write","value":1}';
const read = (...lines: string[]) => readHistory(lines.join("\n"), models.register!);

describe("a history in JSON Lines", () => {
  test("becomes events, and these become operations", () => {
    const events = read(invoke, '{"process":"b","type":"invoke","f":"read","value":null,"time":3}', ok, "");
    expect(operationsOf(events)).toEqual([
      { id: 0, process: 0, f: "write", input: 1, output: 1, invoked: 0, returned: 2 },
      { id: 1, process: "b", f: "read", input: null, invoked: 1, returned: Infinity, invokedAt: 3 },
    ]);
  });

  test("may have Windows' line ends, a byte order mark, empty lines and notes", () => {
    expect(readHistory(`\uFEFF${invoke}\r\n\r\n${ok.replace("}", ',"node":3,"key":null}')}\r\n`, models.register!)).toHaveLength(2);
  });

  test("leaves out what failed, and leaves open what ended with info", () => {
    const events = read(invoke, ok.replace("ok", "fail"), invoke, ok.replace("ok", "info"));
    expect(operationsOf(events)).toMatchObject([{ id: 0, invoked: 2, returned: Infinity, output: undefined }]);
  });

  test.each<[string, string[], number, RegExp]>([
    ["text that is not JSON", [invoke, "{"], 2, /found \{, which is not JSON; expected an event a line/],
    ["a line that is no object", ["[]"], 1, /expected an object/],
    ["an unknown type", [invoke, ok.replace("ok", "done")], 2, /found type "done"; expected "invoke", "ok", "fail" or "info"/],
    ["no process", [invoke.replace('"process":0,', "")], 1, /found no "process"; expected a number or a string/],
    ["an operation that the model does not know", [invoke.replace("write", "put")], 1, /found f "put"; expected what a register knows: read, write/],
    ["an operation named as something that every object has", [invoke.replace("write", "toString")], 1, /found f "toString"/],
    ["an answer without an invocation", ["", ok], 2, /waits for no answer; expected an "invoke" before it/],
    ["an answer to something else", [invoke, ok.replace("write", "read")], 2, /waits for its write; expected the answer to that/],
    ["a second invocation of a busy process", [invoke, invoke], 2, /its write has not been answered; expected its answer first/],
    ["an invocation after info", [invoke, ok.replace("ok", "info"), invoke], 3, /ended with "info" and may still happen; expected a process of another name/],
    ["times that fall", [invoke.replace("}", ',"time":5}'), ok.replace("}", ',"time":4}')], 2, /its time is 4, after an event at 5; expected times that do not fall/],
    ["a read with an argument", [invoke.replace("write", "read")], 1, /found value 1 in the "invoke" of a read; expected null/],
    ["an answer of another write", [invoke, ok.replace('"value":1', '"value":2')], 2, /expected null, or the argument once more \(1\)/],
    ["a key where there is one object", [invoke.replace("}", ',"key":"x"}')], 1, /expected none, since a register is a single object/],
  ])("is refused with %s: the line, what was found and what was expected", (_, lines, line, message) => {
    expect(() => read(...lines)).toThrow(HistoryError);
    expect(() => read(...lines)).toThrow(message);
    expect(() => read(...lines)).toThrow(`line ${line}: `);
  });

  test("of a key-value store needs a key, the same in the answer", () => {
    const get = '{"process":0,"type":"invoke","f":"get","key":"x","value":null}';
    expect(() => readHistory(get.replace('"key":"x",', ""), models.kv!)).toThrow('line 1: found no "key"');
    expect(() => readHistory(`${get}\n${get.replace("invoke", "ok").replace('"x"', '"y"')}`, models.kv!)).toThrow("line 2: \"ok\" under key \"y\"");
  });
});
