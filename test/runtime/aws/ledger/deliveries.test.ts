import { describe, expect, test } from "vitest";
import { tableDeliveries, tableDeliveryReceipts } from "../../../../lambdas/runtime/aws/ledger/deliveries.ts";
import { deliveryReader } from "../../../../lambdas/runtime/aws/ledger/delivery-reader.ts";
import { expectedDeliveries } from "../../../../lambdas/runtime/ledger/notice.ts";
import type { ExpectedDelivery } from "../../../../lambdas/runtime/ledger/ports.ts";
import type { DeliveryReceipt } from "../../../../lambdas/runtime/ledger/receipt.ts";
import type { DeliveryItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const after = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

let events = 0;
const newEvent = () => `e${++events}`;
const about = (event: string, subscriber = "archive") => ({
  event,
  name: "film.released",
  source: "studio",
  correlation: event,
  subscriber,
  publishedAt: after(0),
});
const expected = (event: string, subscriber = "archive"): ExpectedDelivery =>
  expectedDeliveries(
    JSON.stringify({
      within: { [subscriber]: 300 },
      replay: "",
      id: event,
      "detail-type": "film.released",
      source: "studio",
      time: after(0),
      detail: {},
    }),
    NOW,
    90,
  )[0]!;

/** What can become of a delivery, in the order in which it counts. */
const FACTS: Partial<DeliveryReceipt>[] = [
  { state: "received", at: after(1), receivedAt: after(1), attempts: 1, why: "Jam: once" },
  { state: "received", at: after(2), receivedAt: after(2), attempts: 2, why: "Jam: twice" },
  { state: "quarantined", at: after(1), concludedAt: after(1), why: "contract: no" },
  { state: "failed", at: after(3), receivedAt: after(3), concludedAt: after(3), why: "Jam: for good" },
  { state: "dead", at: after(4), concludedAt: after(4), attempts: 3, why: "Jam" },
  { state: "dead", at: after(9), concludedAt: after(9), why: "Jam; discarded by ada", closed: true },
  { state: "duplicate", at: after(0), concludedAt: after(1), why: "e0" },
  { state: "done", at: after(1), receivedAt: after(1), concludedAt: after(5), run: "r" },
];

function orders<Item>(items: Item[]): Item[][] {
  if (items.length < 2) return [items];
  return items.flatMap((first, at) => orders(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

/** Notes facts of one delivery in an order, and that the ledger expects it where it is `undefined`. */
async function note(event: string, facts: (Partial<DeliveryReceipt> | undefined)[]): Promise<DeliveryItem> {
  const table = open();
  const receipts = tableDeliveryReceipts(table, 90, ["archive"]);
  for (const fact of facts) {
    if (fact) await receipts.record({ ...about(event), ...fact } as DeliveryReceipt);
    else await tableDeliveries(table).expect(expected(event));
  }
  const [delivery] = await deliveryReader(table).ofEvent(event);
  return delivery!;
}

describe("for any sequence of receipts, in any order,", () => {
  /** What does not follow from the facts: the event's name, and how often something was written. */
  const seen = ({ pk: _, event: __, correlation: ___, revision: ____, list, ...delivery }: DeliveryItem) => ({
    ...delivery,
    listed: list !== undefined,
  });

  test.each(FACTS.map((last, at) => [last.state, last.at, at] as const))(
    "the furthest fact counts, and all that it says: %s at %s",
    async (_state, _at, at) => {
      const facts = [undefined, ...FACTS.slice(Math.max(0, at - 2), at + 1)];
      const found = [];
      for (const order of orders(facts)) found.push(seen(await note(newEvent(), order)));
      const { closed: _, ...last } = FACTS[at]!;
      const { closed = false } = FACTS[at]!;
      const problem = ["quarantined", "failed", "dead"].includes(last.state!) && !closed;
      const { at: ___, ...known } = last;
      expect(found[0]).toMatchObject({ ...known, listed: problem, publishedAt: after(0) });
      expect(Object.keys(found[0]!)).not.toContain("dueAt");
      for (const other of found) expect(other).toEqual(found[0]);
    },
  );

  test("the same fact twice writes nothing further", async () => {
    const done = FACTS.at(-1)!;
    expect(await note(newEvent(), [done, done, undefined, done])).toMatchObject({ revision: 1 });
  });
});

test("of a subscriber whose deliveries are not recorded, nothing is written", async () => {
  const event = newEvent();
  await tableDeliveryReceipts(open(), 90, ["show"]).record({
    ...about(event),
    ...FACTS.at(-1),
  } as DeliveryReceipt);
  expect(await deliveryReader(open()).ofEvent(event)).toEqual([]);
});

test("the ledger finds deliveries without a receipt, of any number", async () => {
  const [marked, ...others] = Array.from({ length: 130 }, () => expected(newEvent()));
  await note(marked!.event, FACTS.slice(0, 1));
  const unmarked = await tableDeliveries(open()).unmarked([marked!, ...others]);
  expect(unmarked).toEqual(others);
  expect(await tableDeliveries(open()).unmarked([])).toEqual([]);
});

test("a delivery without a receipt becomes overdue once, and stays recorded as such after it is received", async () => {
  const table = open();
  const deliveries = tableDeliveries(table);
  const reader = deliveryReader(table);
  const event = newEvent();
  await note(event, [undefined]);
  const [key] = await reader.ofEvent(event);
  expect(await deliveries.overdue(key!, after(299))).toBeUndefined();

  const noted = await deliveries.overdue(key!, after(310));
  expect(noted).toMatchObject({
    state: "published",
    overdueAt: after(310),
    dueAt: after(300),
    revision: 2,
    unpublished: expect.stringMatching(/^unpublished#/),
  });
  expect(await deliveries.overdue(key!, after(400))).toBeUndefined();
  const overdue = async (subscriber?: string) =>
    (await reader.list({ kind: "overdue", subscriber, limit: 50, after: undefined })).items.map(
      (item) => item.event,
    );
  expect(await overdue()).toContain(event);
  expect(await overdue("archive")).toContain(event);
  expect(await overdue("show")).not.toContain(event);

  expect(await note(event, [FACTS.at(-1)])).toMatchObject({ state: "done", overdueAt: after(310) });
  expect(await overdue()).not.toContain(event);
});

test("problems are listed page by page, newest first, each once, also those of one event", async () => {
  const receipts = tableDeliveryReceipts(open(), 90, ["a", "b", "c"]);
  const event = newEvent();
  for (const subscriber of ["a", "b", "c"])
    await receipts.record({
      ...about(event, subscriber),
      state: "failed",
      at: after(60),
      concludedAt: after(60),
    });
  // They are the newest of all.
  const found: string[] = [];
  let place: Parameters<ReturnType<typeof deliveryReader>["list"]>[0]["after"];
  for (let pages = 0; pages < 3; pages++) {
    const { items, next } = await deliveryReader(open()).list({ kind: "problem", limit: 1, after: place });
    found.push(...items.map((item) => `${item.event} ${item.subscriber}`));
    place = next;
  }
  expect(found).toEqual(["a", "b", "c"].map((subscriber) => `${event} ${subscriber}`));
});
