import { expect, test } from "vitest";
import * as z from "zod";
import { defineAbsence, defineEvent, defineThreshold, type ThresholdOptions } from "../../lib/index.ts";

const schema = z.object({ customer: z.string(), cents: z.int() });
const Declined = defineEvent("payment.declined", { version: 1, schema });
const Suspected = defineEvent("fraud.suspected", { version: 1, schema });
const given = { on: Declined, event: Suspected, within: "10 minutes" } as const;

test("a threshold counts, or sums what the events have", () => {
  expect(defineThreshold("many", { ...given, count: 5 })).toMatchObject({ atLeast: 5, sum: undefined });
  const { sum, atLeast } = defineThreshold("much", { ...given, sum: ({ cents }) => cents, atLeast: 9.5 });
  expect([sum!({ cents: 3 }), atLeast]).toEqual([3, 9.5]);
  // @ts-expect-error: the events have no such field
  defineThreshold("typed", { ...given, sum: ({ dollars }) => dollars, atLeast: 1 });
  // @ts-expect-error: neither a number nor a sum
  expect(() => defineThreshold("empty", given)).toThrow('"atLeast" undefined');
});

test.each<[Partial<ThresholdOptions<typeof Declined, typeof Suspected>>, string]>([
  [{ count: 1 }, '"count" of 1. It must be a whole number from 2 to 100.'],
  [{ count: 2.5 }, '"count" of 2.5.'],
  [{ count: 5, within: "31 days" }, '"within" must be between 1 second and 30 days.'],
  [{ count: 5, event: Declined as never }, "publishes payment.declined, which it also watches."],
])("refused where it is defined: %o", (options, message) => {
  expect(() => defineThreshold("many", { ...given, ...options } as never)).toThrow(`Threshold "many" `);
  expect(() => defineThreshold("many", { ...given, ...options } as never)).toThrow(message);
});

test("an absence has a window", () => {
  expect(defineAbsence("silent", { ...given, by: ({ customer }) => customer })).toMatchObject({
    kind: "absence",
    within: 600_000,
  });
  expect(() => defineAbsence("silent", { ...given, within: "1 ms" })).toThrow(
    'Absence "silent" has a window',
  );
});
