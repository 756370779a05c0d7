import { expect, test } from "vitest";
import { deadLetterReader } from "../../../../lambdas/runtime/aws/control/dead-letter-reader.ts";
import { tableDeadLetterStore } from "../../../../lambdas/runtime/aws/control/dead-letter-store.ts";
import { tableOutbox } from "../../../../lambdas/runtime/aws/relay/outbox.ts";
import { deadLetterKey } from "../../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { DeadLetterItem, ResolvedDeadLetter } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

let ids = 0;
const letter = (subscriber: string, diedAt = at(0), body = "{}"): DeadLetterItem => {
  const id = `d${++ids}`;
  return {
    ...deadLetterKey(id),
    kind: "dead-letter",
    id,
    subscriber,
    purpose: "event",
    body,
    queueUrl: "q",
    receives: 10,
    reason: "died",
    sentAt: diedAt,
    diedAt,
    listedAt: diedAt,
    list: shardOf("dead-letter", id),
    changedAt: diedAt,
    revision: 1,
    unpublished: shardOf("unpublished", id),
    expiresAt: 0,
  };
};
const resolved = (as: ResolvedDeadLetter["as"]): ResolvedDeadLetter => ({
  as,
  by: "ada",
  why: "fixed",
  key: "k",
  at: at(60),
});

test("a body of a megabyte is stored whole, once for all deliveries", async () => {
  const table = open();
  const store = tableDeadLetterStore(table);
  const item = letter("w", at(0), `${"🎬é".repeat(170_000)}!`);
  expect(await store.keep(item)).toMatchObject({ isNew: true });
  expect(await store.keep({ ...item, receives: 12 })).toMatchObject({ isNew: false, kept: { receives: 10 } });
  expect((await store.read(item.id))!.body === item.body).toBe(true);
  expect((await deadLetterReader(table).read(item.id))!.body === item.body).toBe(true);
  expect(await store.read("nothing")).toBeUndefined();
});

test("a resolved dead letter is no longer listed, and keeps the edited message next to the original", async () => {
  const table = open();
  const store = tableDeadLetterStore(table);
  const item = letter("settling", at(0), "x".repeat(99_000));
  await store.keep(item);
  await tableOutbox(table).published(item, item.revision);
  const edited = "y".repeat(250_000);
  await store.resolve(item.id, resolved("redriven"), edited);
  const after = (await store.read(item.id))!;
  expect(after).toMatchObject({ revision: 2, resolved: resolved("redriven"), unpublished: item.unpublished });
  expect([after.body === item.body, after.edited === edited]).toEqual([true, true]);
  expect(after).not.toHaveProperty("list");
  expect(await store.unresolved("settling", at(100), 10)).toEqual([]);
});

test("the oldest come first: of one subscriber, up to a time, at most a number", async () => {
  const store = tableDeadLetterStore(open());
  const own = Array.from({ length: 9 }, (_, index) => letter("orderly", at(index)));
  for (const item of own.toReversed()) {
    await store.keep(item);
    await store.keep(letter("other", item.diedAt));
  }
  const ids = own.map(({ id }) => id);
  expect(await store.unresolved("orderly", at(100), 100)).toEqual(ids);
  expect(await store.unresolved("orderly", at(100), 4)).toEqual(ids.slice(0, 4));
  expect(await store.unresolved("orderly", at(3), 100)).toEqual(ids.slice(0, 4));
  expect(await store.unresolved(undefined, at(3), 100)).toEqual(expect.arrayContaining(ids.slice(0, 4)));
});

test("operators see the newest first, a page at a time, each once", async () => {
  const table = open();
  const store = tableDeadLetterStore(table);
  const own = Array.from({ length: 23 }, (_, index) => letter("paged", at(1_000 + (index >> 1))));
  for (const item of own) await store.keep(item);
  const reader = deadLetterReader(table);
  const seen: DeadLetterItem[] = [];
  let after: Awaited<ReturnType<typeof reader.list>>["next"];
  do {
    const page = await reader.list({ limit: 5, after, subscriber: "paged" });
    seen.push(...page.items);
    after = page.next;
  } while (after);
  expect(seen.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  const times = seen.map(({ diedAt }) => diedAt);
  expect(times).toEqual(times.toSorted().toReversed());
});
