import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventIdOfChange } from "../../lib/contract/event-id.ts";
import { workPartition } from "../../lib/contract/keys/claim.ts";
import { logKey } from "../../lib/contract/keys/log.ts";
import { PACK_SPAN, pack, type StoredLog, unpack } from "../../lib/contract/log/log-pack.ts";
import type { LogItem } from "../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

/** An entry of a run, at a number of milliseconds after ten. Every third is of an event that the step emitted. */
function entry(run: string, millisecond: number, revision: number, text = "t"): LogItem {
  const at = new Date(NOW + millisecond).toISOString();
  const of = `claim#1#step-${revision % 5}#do`;
  const own = eventIdOfChange({ pk: workPartition(run), sk: of }, revision, "step.completed");
  const id = revision % 3 === 0 ? `event-${millisecond}-${revision}` : own;
  return {
    ...logKey(run, at, of, revision, id),
    kind: "log",
    run,
    epoch: 1,
    at,
    id,
    name: "step.completed",
    source: "millrace",
    correlation: "c",
    path: `step-${revision % 5}`,
    of,
    revision,
    data: { text },
    changedAt: at,
    expiresAt: Math.ceil((NOW + millisecond) / 1000) + 90,
  };
}

/** The log in the table: an item takes the place of that of its key. */
function stored(...batches: LogItem[][]): StoredLog[] {
  const items = batches.flatMap(pack);
  return [...new Map(items.map((item) => [`${item.pk}|${item.sk}`, item])).values()];
}

const log: fc.Arbitrary<LogItem[]> = fc
  .uniqueArray(
    fc.record({
      run: fc.constantFrom("film-1", "film-2"),
      // Some in one millisecond, some further apart than an item may reach.
      at: fc.oneof(fc.nat(3), fc.nat(3 * PACK_SPAN)),
      revision: fc.nat(8),
    }),
    { minLength: 1, maxLength: 30, selector: ({ run, at, revision }) => `${run} ${at} ${revision}` },
  )
  .map((all) => all.map(({ run, at, revision }) => entry(run, at, revision)));

/** The same entries as several deliveries of a stream's records: cut anywhere, any number of times, in any order. */
const delivered = log.chain((entries) =>
  fc.record({
    entries: fc.constant(entries),
    deliveries: fc
      .array(fc.array(fc.nat(entries.length), { maxLength: 6 }), { minLength: 1, maxLength: 3 })
      .map((all) => all.flatMap((cuts) => cut(entries, cuts)))
      .chain((batches) => fc.shuffledSubarray(batches, { minLength: batches.length })),
  }),
);

function cut<One>(all: readonly One[], at: readonly number[]): One[][] {
  const places = [0, ...at.toSorted((a, b) => a - b), all.length];
  return places.slice(1).map((end, index) => all.slice(places[index], end));
}

const byKey = (entries: readonly LogItem[]) =>
  entries.toSorted((a, b) => (`${a.pk}${a.sk}` < `${b.pk}${b.sk}` ? -1 : 1));

describe("a log", () => {
  test("does not depend on how its entries are batched, how often and in which order they arrive", () => {
    fc.assert(
      fc.property(delivered, ({ entries, deliveries }) => {
        expect(byKey(unpack(stored(...deliveries)))).toEqual(byKey(entries));
      }),
      { numRuns: 500 },
    );
  });

  test("is complete at any time for what was delivered before, whatever is delivered again", () => {
    fc.assert(
      fc.property(delivered, ({ deliveries }) => {
        for (const count of deliveries.keys()) {
          const some = deliveries.slice(0, count + 1);
          const known = new Set(unpack(stored(...some)).map(({ pk, sk }) => `${pk}|${sk}`));
          expect(known).toEqual(new Set(some.flat().map(({ pk, sk }) => `${pk}|${sk}`)));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("is one item for the entries of a run in a batch, and an entry by itself stays as it is", () => {
    const entries = [entry("film-1", 5, 1), entry("film-2", 1, 1), entry("film-1", 0, 2)];
    const items = pack(entries);
    expect(items.map(({ kind, pk }) => [kind, pk])).toEqual([
      ["log-pack", "log#film-1"],
      ["log", "log#film-2"],
    ]);
    expect(items[1]).toEqual(entries[1]);
  });
});

describe("an item of several entries", () => {
  const six = Array.from({ length: 6 }, (_, at) => entry("film-1", at, at));

  test("has a key at which reading up to a time, or on from a time, finds it", () => {
    const [item] = pack(six);
    expect(item!.sk.startsWith(`${six[0]!.at}#`)).toBe(true);
    expect(six.every(({ at }) => Date.parse(at) - Date.parse(six[0]!.at) <= PACK_SPAN)).toBe(true);
  });

  test("is the same item for the same entries in any order", () => {
    expect(pack(six.toReversed())).toEqual(pack(six));
  });

  test("stores the ids that do not follow from their change", () => {
    const entriesOf = (item: StoredLog | undefined) =>
      JSON.parse(inflateRawSync((item as { entries: Uint8Array }).entries).toString());
    expect(entriesOf(pack(six)[0]).map(({ id }: { id?: string }) => id)).toEqual(
      six.map(({ id, revision }) => (revision % 3 === 0 ? id : undefined)),
    );
  });

  test("takes less than a kilobyte where the entries take one each", () => {
    const [item] = pack(six) as [Extract<StoredLog, { kind: "log-pack" }>];
    expect(item.entries.length).toBeLessThan(700);
  });

  test("expires with the last of its entries", () => {
    const late = entry("film-1", 30_000, 9);
    expect(pack([...six, late])[0]!.expiresAt).toBe(late.expiresAt);
  });

  test("has at most 64 KB of entries, and no more than a minute of them", () => {
    const random = (at: number) =>
      Array.from({ length: 8_000 }, (_, of) =>
        String.fromCharCode(33 + ((at * 7919 + of * of * 31) % 90)),
      ).join("");
    const large = Array.from({ length: 40 }, (_, at) => entry("film-1", at, at, random(at)));
    const items = pack(large);
    expect(items).toHaveLength(Math.ceil(40 / 7));
    expect(byKey(unpack(items))).toEqual(byKey(large));
    expect(pack([entry("film-1", 0, 1), entry("film-1", PACK_SPAN + 1, 2)])).toHaveLength(2);
  });
});
