import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isAfter,
  mergePages,
  type PartitionRead,
  readCursor,
  writeCursor,
} from "../../../lambdas/runtime/api/merge-pages.ts";
import { hasStatus, placesOf } from "../../../lambdas/runtime/api/run-partitions.ts";
import type { Place } from "../../../lambdas/runtime/ports/list-part.ts";

type Item = { id: string; listedAt: string };
const newestFirst = (a: Item, b: Item) =>
  a.listedAt === b.listedAt ? (a.id < b.id ? -1 : 1) : a.listedAt < b.listedAt ? 1 : -1;

/** Reads a partition as the index does: newest first, in no order within a moment, up to a maximum. */
function read(items: Item[], after: Place | undefined, most: number): PartitionRead<Item> {
  const rest = items
    .filter(({ listedAt }) => !after || listedAt <= after.at)
    .sort((a, b) => (a.listedAt < b.listedAt ? 1 : -1));
  for (let upTo = most; upTo < rest.length; upTo++) {
    const reached = rest[upTo - 1]!.listedAt;
    if (rest[upTo]!.listedAt === reached) continue;
    const found = rest.slice(0, upTo);
    if (found.some((item) => !after || isAfter(item, after))) return { items: found, readTo: reached };
  }
  return { items: rest };
}

test("everything of all partitions is shown once, newest first, for any page size", () => {
  const item = fc.record({
    id: fc.stringMatching(/^[a-z]{3}$/),
    listedAt: fc.integer({ min: 1, max: 9 }).map(String),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
      (items, partitions, limit, most) => {
        const shown: Item[] = [];
        let after: Place | undefined;
        for (let pages = 0; pages < 200; pages++) {
          const reads = Array.from({ length: partitions }, (_, partition) =>
            read(
              items.filter((_item, at) => at % partitions === partition),
              after,
              most,
            ),
          );
          const page = mergePages(reads, limit, after);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          shown.push(...page.items);
          if (!page.next) break;
          after = readCursor(writeCursor(page.next));
        }
        expect(shown).toEqual(items.toSorted(newestFirst));
      },
    ),
  );
});

test("a text that is not a cursor is refused", () => {
  for (const text of ["", "zzz", "eyJhIjoxfQ", Buffer.from("[1,2]").toString("base64url")])
    expect(readCursor(text)).toBeUndefined();
});

describe("where runs are looked for", () => {
  const places = (search: object) => {
    const { index, partitions, filter } = placesOf(search, [
      { name: "film", on: ["film.wanted"] },
      { name: "trailer", on: [] },
    ]);
    return { index, partitions, filter: filter?.expression };
  };

  test("without filters, in the list of all", () => {
    expect(places({})).toEqual({
      index: "list",
      partitions: ["run#0", "run#1", "run#2", "run#3"],
      filter: undefined,
    });
  });

  test("by a key, in the partition of that key", () => {
    expect(places({ key: "k" })).toMatchObject({ index: "keyed", partitions: ["film#k", "trailer#k"] });
    expect(places({ key: "k", workflow: "film" }).partitions).toEqual(["film#k"]);
    expect(places({ key: "k".repeat(5_000), workflow: "film" }).partitions[0]!.length).toBeLessThan(100);
  });

  test("of a workflow and a status, only in the partitions of both", () => {
    const one = places({ workflow: "film", status: "failed" });
    expect(one).toMatchObject({
      index: "found",
      partitions: [0, 1, 2, 3].map((shard) => `film#failed#${shard}`),
    });
    expect(places({ workflow: "film" }).partitions).toHaveLength(5 * 4);
    expect(places({ status: "running" }).partitions).toEqual(places({ status: "open" }).partitions);
  });

  test("by an error or a step, among failed runs", () => {
    const { partitions, filter } = places({ error: "Type", step: "draw", text: "x" });
    expect(partitions).toHaveLength(2 * 3 * 4);
    expect(partitions.some((partition) => /open|succeeded/.test(partition))).toBe(false);
    expect(filter).toBe(
      "contains(#error, :error) AND #failedStep = :step AND (contains(#run, :text) OR contains(#about, :text))",
    );
    expect(places({ status: "succeeded", error: "Type" }).partitions).toEqual([]);
  });

  test("a status is filtered if partitions do not distinguish it", () => {
    expect(hasStatus({ status: "closing" }, { status: "open" })).toBe(true);
    expect(hasStatus({ status: "closing" }, { status: "running" })).toBe(false);
    expect(hasStatus({ status: "failed" }, { status: "open" })).toBe(false);
    expect(hasStatus({ status: "failed" }, {})).toBe(true);
  });
});
