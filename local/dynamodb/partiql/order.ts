import { validation } from "../errors.ts";
import { type Keys, keyNames } from "../table.ts";
import { orderOf } from "../value/compare.ts";
import type { Span } from "./spans.ts";
import type { Ordering, Select } from "./syntax.ts";

/**
 * Sorts the spans, and answers whether their items are read backwards: ORDER BY on the sort key decides, or
 * on the partition key if it names only that.
 */
export function orderSpans({ orderings, where }: Select, spans: Span[] | undefined, keys: Keys): boolean {
  if (orderings.length === 0) return false;
  if (!where) throw validation("Must have WHERE clause in the statement when using ORDER BY clause.");
  const stranger = orderings.find(({ name }) => !keyNames(keys).includes(name));
  if (stranger)
    throw validation(`Attribute ${stranger.name} in ORDER BY clause must be part of the primary key`);
  if (!spans) {
    throw validation(
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    );
  }
  const of = (name: string | undefined): Ordering | undefined =>
    orderings.find((ordering) => ordering.name === name);
  const hash = of(keys.hash.name);
  const partitions = new Set(spans.map((span) => JSON.stringify(span.hash)));
  if (partitions.size > 1 && !hash) {
    throw validation(
      "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
    );
  }
  const backward = of(keys.range?.name)?.descending ?? true;
  if (backward) spans.reverse();
  spans.sort((one, other) => {
    const order = orderOf(one.hash, other.hash) ?? 0;
    return hash?.descending ? -order : order;
  });
  return backward;
}
