import { describe, expect, test } from "vitest";
import { difference, isUnified, unifiedLines } from "../../console/src/text/difference.ts";
import { duration } from "../../console/src/text/duration.ts";
import { fieldsOf } from "../../console/src/text/fields.ts";
import { indented, tokens, wrongWithObject } from "../../console/src/text/json.ts";
import { usd } from "../../console/src/text/money.ts";
import { nodeOfPath } from "../../console/src/text/paths.ts";
import { payloadOf } from "../../console/src/text/payload.ts";
import { queueParts } from "../../console/src/text/queue.ts";
import { exactTime, relative } from "../../console/src/text/time.ts";

test.each([
  [0, "0 ms"],
  [999.9, "999 ms"],
  [1_000, "1 s"],
  [4_240, "4.2 s"],
  [59_949, "60 s"],
  [59_960, "1 m"],
  [59_999, "1 m"],
  [200_000, "3 m 20 s"],
  [3_599_900, "1 h"],
  [3 * 3_600_000 + 61_000, "3 h 1 m"],
  [52 * 3_600_000, "2 d 4 h"],
  [-5, "0 ms"],
])("%d milliseconds read as %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("every duration has a text, and none reads as 60 of a unit", () => {
  for (let milliseconds = 1; milliseconds < 4e9; milliseconds = Math.ceil(milliseconds * 1.013)) {
    expect(duration(milliseconds)).not.toMatch(/ 60 [smh]|24 h/);
  }
});

test("an exact time of another day has its day", () => {
  const at = new Date(2026, 2, 1, 14, 3, 22, 7).toISOString();
  expect(exactTime(at, new Date(2026, 2, 1, 23, 59).getTime())).toBe("14:03:22.007");
  expect(exactTime(at, new Date(2026, 2, 2, 0, 1).getTime())).toBe("1 Mar, 14:03:22.007");
});

test("a time is relative to now", () => {
  const now = Date.parse("2026-03-01T12:00:00.000Z");
  expect(relative("2026-03-01T11:56:40.000Z", now)).toBe("3 m ago");
  expect(relative("2026-03-02T16:00:00.000Z", now)).toBe("in 1 d");
  expect(relative("2026-03-01T12:00:00.400Z", now)).toBe("now");
});

test.each([
  [0, "$0"],
  [0.00041, "$0.00041"],
  [0.0316, "$0.032"],
  [4.5, "$4.50"],
])("%d dollars read as %s", (value, text) => {
  expect(usd(value)).toBe(text);
});

describe("JSON text", () => {
  test("an invalid object text has an error message", () => {
    expect(wrongWithObject('{"a":1}')).toBeUndefined();
    expect(wrongWithObject("[1]")).toBe("Enter a JSON object: { … }.");
    expect(wrongWithObject("null")).toBe("Enter a JSON object: { … }.");
    expect(wrongWithObject("{")).toMatch(/^Invalid JSON\. /);
  });

  test("the pieces joined are the text again, and have their kinds", () => {
    const text = JSON.stringify({ a: 'say "hi": 1', b: [-1.5e30, true, null], "": "true" }, null, 2);
    const pieces = tokens(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(
      pieces.filter(({ kind }) => kind !== "other").map(({ kind, text: one }) => `${kind} ${one}`),
    ).toEqual([
      'key "a"',
      'string "say \\"hi\\": 1"',
      'key "b"',
      "number -1.5e+30",
      "word true",
      "word null",
      'key ""',
      'string "true"',
    ]);
  });

  test("text that is not JSON is not changed", () => {
    expect(indented("hello")).toBe("hello");
    expect(indented('{"a":1}')).toBe('{\n  "a": 1\n}');
  });

  test("the payload is the event's detail without Millrace's envelope", () => {
    expect(payloadOf('{"detail":{"a":1,"millrace":{"id":"x"}}}')).toEqual({ a: 1 });
    expect(payloadOf('{"detail":"text"}')).toBeUndefined();
    expect(payloadOf("no event")).toBeUndefined();
  });
});

describe("differences", () => {
  test("the common part stays, whatever was added and removed", () => {
    const lines = difference("a\nb\nc\nd", "a\nx\nc\nd\ne");
    expect(lines.map(({ kind, text }) => `${kind[0]}${text}`)).toEqual(["sa", "rb", "ax", "sc", "sd", "ae"]);
    expect(lines.filter(({ kind }) => kind !== "added").map(({ text }) => text)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  test("very long texts are not compared line by line", () => {
    const long = Array.from({ length: 2_001 }, (_, line) => `${line}`).join("\n");
    expect(difference(long, "one")).toHaveLength(2_002);
    expect(difference("", "one")).toEqual([{ kind: "added", text: "one" }]);
  });

  test("git's own differences are recognised by their hunks", () => {
    const text = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-old\n+new\n same";
    expect(isUnified(text)).toBe(true);
    expect(isUnified("- a list\n- of things")).toBe(false);
    expect(unifiedLines(text).map(({ kind }) => kind)).toEqual([
      "same",
      "same",
      "same",
      "removed",
      "added",
      "same",
    ]);
  });
});

test.each([
  ["render-frame[3]", "render-frame"],
  ["shelves[0]/boxes[12]/pack", "shelves/boxes/pack"],
  ["pay/asks", "pay"],
])("%s belongs to the node %s", (path, node) => {
  expect(nodeOfPath(path)).toBe(node);
});

test("a contract's fields are listed with their constraints, outer before inner", () => {
  const fields = fieldsOf({
    type: "object",
    properties: {
      topic: { type: "string", minLength: 1, maxLength: 200, description: "What it is about" },
      scenes: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 4 },
      mood: { enum: ["calm", "wild"] },
      parts: { type: "array", minItems: 1, items: { $ref: "#/$defs/Part" } },
    },
    required: ["topic"],
    $defs: {
      Part: {
        type: "object",
        properties: { name: { type: "string" }, inner: { $ref: "#/$defs/Part" } },
        required: ["name"],
      },
    },
  });
  expect(fields.map(({ path, type, required }) => `${path}${required ? "" : "?"}: ${type}`)).toEqual([
    "topic: string",
    "scenes?: integer",
    'mood?: "calm" | "wild"',
    "parts?: list of object",
    "parts[].name: string",
    "parts[].inner?: Part",
  ]);
  expect(fields.map(({ rules }) => rules)).toEqual([
    ["1 to 200 characters"],
    ["at least 1", "default 4"],
    [],
    ["at least 1 element"],
    [],
    [],
  ]);
});

test("a queue's text has its most important numbers; in a box, fewer", () => {
  const queue = { backlog: 1_280, inFlight: 10, delayed: 2, oldestSeconds: 95, dead: 1 };
  const said = (compact: boolean) => queueParts(queue, compact).map(({ text }) => text);
  expect(said(false)).toEqual(["1,280 waiting", "10 in flight", "2 delayed", "1 m 35 s old", "1 dead"]);
  expect(said(true)).toEqual(["1,280 waiting", "1 m", "1 dead"]);
  expect(queueParts({ backlog: 0, inFlight: 0, delayed: 0, dead: 0 })).toEqual([]);
});
