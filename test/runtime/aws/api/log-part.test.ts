import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { apiViews } from "../../../../lambdas/runtime/aws/api/api-views.ts";
import type { Place } from "../../../../lambdas/runtime/ports/list-part.ts";
import { chunks } from "../../../../lib/contract/chunks.ts";
import { feedKey, logKey } from "../../../../lib/contract/keys/log.ts";
import { pack } from "../../../../lib/contract/log/log-pack.ts";
import type { FeedItem, LogItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-03-01T00:00:00.000Z");
const table = stateTable(NOW);
const at = (number: number) => new Date(NOW + Math.floor(number / 3) * 1_000).toISOString();
const silent = { info() {}, warn() {}, error() {} };
const views = () => apiViews({ table: table(), bucket: "files", workflows: [], log: silent });

async function put(items: object[]): Promise<void> {
  const { name, client } = table();
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
  }
}

const entriesOf = (run: string) =>
  Array.from(
    { length: 40 },
    (_, number): LogItem => ({
      ...logKey(run, at(number), "run", number, `event-${number}`),
      kind: "log",
      run,
      epoch: 1,
      at: at(number),
      id: `event-${number}`,
      name: "step.started",
      source: "millrace",
      correlation: "c",
      of: "run",
      data: {},
      revision: number,
      changedAt: at(number),
      expiresAt: Math.ceil(NOW / 1_000) + 1_000,
    }),
  );

test.each([
  ["film-1", "each in an item of its own", (entries: LogItem[]) => entries],
  ["film-3", "several in an item", (entries: LogItem[]) => chunks(entries, 9).flatMap(pack)],
  [
    "film-4",
    "some in several items, which overlap",
    (entries: LogItem[]) => [
      ...pack(entries.filter((_, number) => number % 3 !== 1)),
      ...pack(entries.filter((_, number) => number % 2 === 1)),
      ...chunks(entries, 4).flatMap(pack),
    ],
  ],
  [
    "film-5",
    "early and late ones in an item",
    (entries: LogItem[]) => entries.slice(0, 20).flatMap((early, at) => pack([early, entries[at + 20]!])),
  ],
])("a log is read part by part, each entry once, oldest first: %s, %s", async (run, _, itemsOf) => {
  const entries = entriesOf(run);
  await put(itemsOf(entries));
  const found: LogItem[] = [];
  let after: Place | undefined;
  let parts = 0;
  do {
    const part = await views().logPart(run, { limit: 7, after });
    found.push(...part.items);
    after = part.next;
    parts++;
  } while (after);
  expect(parts).toBe(6);
  expect(found).toHaveLength(40);
  expect(new Set(found.map(({ id }) => id)).size).toBe(40);
  expect(found.map((entry) => entry.at)).toEqual(entries.map((entry) => entry.at));
  expect((await views().logPart("film-2", { limit: 7, after: undefined })).items).toEqual([]);
});

test("the feed is read from a position on", async () => {
  const items = [1, 2, 3].map(
    (number): FeedItem => ({
      ...feedKey(at(number * 3), "nonce"),
      kind: "feed",
      changes: [],
      revision: 1,
      changedAt: at(number * 3),
      expiresAt: Math.ceil(NOW / 1_000) + 1_000,
    }),
  );
  await put(items);
  const read = await views().feed(items[0]!.sk);
  expect(read.map(({ sk }) => sk)).toEqual(items.slice(1).map(({ sk }) => sk));
});
