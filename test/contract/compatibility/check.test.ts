import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readRecords } from "../../../bin/contract-files.ts";
import { compareContracts } from "../../../lib/contract/compatibility/check.ts";
import type { Compatibility } from "../../../lib/contract/compatibility/mode.ts";
import {
  parseRecordPath,
  recordPath,
  recordsOf,
  recordText,
} from "../../../lib/contract/compatibility/record.ts";
import { contractsAmong } from "../../../lib/contract/document/participant.ts";
import { defineEvent, upcast } from "../../../lib/contract/event.ts";
import { participantsOf } from "../../../lib/index.ts";
import { reactions, workflows } from "../../../workflows/index.ts";

const order = (shape: z.ZodRawShape, compatibility?: Compatibility) =>
  defineEvent("order.placed", {
    version: 1,
    schema: z.object(shape),
    ...(compatibility && { compatibility }),
  });
const narrow = { id: z.string() };
const wide = { id: z.string().optional() };
const compare = (before: z.ZodRawShape, after: z.ZodRawShape, mode?: Compatibility) =>
  compareContracts([order(after, mode)], recordsOf([order(before)])).map(({ breaks, forbidden }) => [
    breaks,
    forbidden,
  ]);

test("a contract that equals its record has no change", () => {
  expect(compare(narrow, narrow)).toEqual([]);
});

describe("changes that a mode forbids", () => {
  test.each<[Compatibility | undefined, boolean, boolean]>([
    [undefined, true, false],
    ["backward", true, false],
    ["forward", false, true],
    ["full", true, true],
    ["none", false, false],
  ])("%s", (mode, narrowing, widening) => {
    expect(compare(wide, narrow, mode)).toEqual([["backward", narrowing]]);
    expect(compare(narrow, wide, mode)).toEqual([["forward", widening]]);
  });
});

test("a compatible change is reported all the same", () => {
  expect(compare(narrow, { ...narrow, note: z.string().optional() })).toEqual([[undefined, false]]);
});

test("a version that is not recorded has to be", () => {
  expect(compareContracts([order(narrow)], [])).toMatchObject([{ forbidden: true, breaks: undefined }]);
  expect(compareContracts([order(narrow, "none")], [])).toMatchObject([{ forbidden: false }]);
});

test("a version that is no longer accepted breaks its producers, unless it is upcast", () => {
  const first = order(narrow);
  const second = { version: 2, schema: z.object({ number: z.string() }) };
  const recorded = recordsOf([first]);
  const dropped = defineEvent("order.placed", second);
  const kept = defineEvent("order.placed", { ...second, earlier: upcast(first, () => ({ number: "1" })) });
  const about = (contract: typeof dropped) =>
    compareContracts([contract], [...recorded, ...recordsOf([dropped])]);
  expect(about(dropped)).toMatchObject([{ version: 1, breaks: "backward", forbidden: true }]);
  expect(about(dropped)[0]!.says).toContain("quarantined");
  expect(about(kept)).toEqual([]);
});

test("a removed event is reported", () => {
  expect(compareContracts([], recordsOf([order(narrow)]))).toMatchObject([
    { event: "order.placed", breaks: "backward", forbidden: true },
  ]);
});

test("two contracts of one version must not differ", () => {
  const recorded = recordsOf([order(narrow)]);
  expect(compareContracts([order(narrow), order(narrow)], recorded)).toEqual([]);
  const found = compareContracts([order(narrow), order(wide)], recorded);
  expect(found.map(({ says }) => says)).toContain(
    "Two contracts of this version have different schemas. Keep one.",
  );
});

test("events that share a schema are different events", () => {
  const schema = z.object(narrow);
  const both = ["order.paid", "order.shipped"].map((name) => defineEvent(name, { version: 1, schema }));
  expect(compareContracts(both, recordsOf(both.slice(0, 1)))).toMatchObject([{ event: "order.shipped" }]);
});

test("a record's text does not depend on the order of declarations", () => {
  const [a] = recordsOf([order({ a: z.string(), b: z.int() })]);
  const [b] = recordsOf([order({ b: z.int(), a: z.string() })]);
  expect(recordText(a!)).toBe(recordText(b!));
  expect(JSON.parse(recordText(a!))).toMatchObject({ type: "object", required: ["a", "b"] });
});

test("a record's path contains its event and version", () => {
  const about = { event: "order.placed", version: 12 };
  expect(parseRecordPath(recordPath(about))).toEqual(about);
  expect(parseRecordPath("README.md")).toBeUndefined();
});

test("the contracts of the reference workflows are recorded and compatible", () => {
  const folder = join(import.meta.dirname, "../../../contracts");
  expect(compareContracts(contractsAmong(participantsOf(workflows, reactions)), readRecords(folder))).toEqual(
    [],
  );
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".json"),
  );
  for (const path of files) {
    const text = readFileSync(join(folder, path), "utf8");
    expect(text, path).toBe(recordText({ ...parseRecordPath(path)!, schema: JSON.parse(text) }));
  }
});
