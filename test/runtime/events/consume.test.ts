import { expect, test } from "vitest";
import * as z from "zod";
import { consume } from "../../../lambdas/runtime/events/consume.ts";
import { defineEvent, upcast } from "../../../lib/contract/event.ts";

const First = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ order: z.string(), cents: z.int() }),
});
const Second = defineEvent("order.placed", {
  version: 2,
  schema: z.object({ order: z.string(), amount: z.object({ cents: z.int(), currency: z.string() }) }),
  earlier: upcast(First, ({ order, cents }) => ({ order, amount: { cents, currency: "EUR" } })),
});
const Third = defineEvent("order.placed", {
  version: 3,
  schema: z.object({
    id: z.string().min(2),
    amount: z.object({ cents: z.int(), currency: z.string() }),
    gift: z.boolean().default(false),
  }),
  earlier: upcast(Second, ({ order, amount }) => ({ id: order, amount })),
});

const event = (version: number, data: Record<string, unknown>) => ({
  id: "e",
  name: "order.placed",
  time: "2026-11-21T10:00:00Z",
  source: "shop",
  correlation: "e",
  hops: 0,
  version,
  data,
});

test("events of every version become the newest, and the original payload is kept too", async () => {
  const amount = { cents: 5, currency: "EUR" };
  const newest = { id: "o1", amount, gift: false };
  for (const [version, data] of [
    [1, { order: "o1", cents: 5 }],
    [2, { order: "o1", amount }],
    [3, { id: "o1", amount }],
  ] as const) {
    const consumed = await consume(event(version, data), [Third], "ship");
    expect(consumed).toMatchObject({ accepted: true, contract: { version: 3 }, data: newest });
    expect((consumed as { sent: object }).sent).toMatchObject(data);
  }
});

test("an unknown version is refused, with the supported ones", async () => {
  const refused = await consume(event(3, {}), [Second], "ship");
  expect(refused).toMatchObject({ accepted: false, reason: "unknown-version" });
  expect((refused as { findings: { message: string }[] }).findings[0]!.message).toContain(
    "ship supports order.placed version 2, order.placed version 1",
  );
});

test("an old event is checked by the contract of its version", async () => {
  expect(await consume(event(1, { order: "o1" }), [Third], "ship")).toMatchObject({
    accepted: false,
    reason: "contract",
    findings: [{ path: "cents" }],
  });
});

test("the result of an upcast must be valid by the newer contract", async () => {
  expect(await consume(event(1, { order: "o", cents: 5 }), [Third], "ship")).toMatchObject({
    accepted: false,
    reason: "contract",
    findings: [{ path: "id" }],
  });
});

test("an upcast that throws quarantines the event and is named", async () => {
  const broken = { ...Second, earlier: { from: First, forward: () => JSON.parse("{") } };
  const refused = await consume(event(1, { order: "o1", cents: 5 }), [broken], "ship");
  expect(refused).toMatchObject({ accepted: false, reason: "contract" });
  expect((refused as { findings: { message: string }[] }).findings[0]!.message).toContain(
    "The upcast of order.placed from version 1 to 2 failed",
  );
});

test("an upcast goes from an earlier version of the same event", () => {
  const schema = z.object({ a: z.string() });
  const other = defineEvent("order.paid", { version: 1, schema });
  const same = defineEvent("order.shipped", { version: 2, schema });
  const define = (from: typeof other | typeof same) => () =>
    defineEvent("order.shipped", { version: 2, schema, earlier: upcast(from as typeof same, (old) => old) });
  expect(define(other)).toThrow("names order.paid version 1 as earlier");
  expect(define(same)).toThrow("names order.shipped version 2 as earlier");
});
