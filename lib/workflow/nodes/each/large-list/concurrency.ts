import type { EachNode } from "../../../graph.ts";

/** Concurrent items of a part, and of all parts if the definition sets no limit. */
const AT_ONCE = { inPart: 40, inAll: 1_000 };

/** How many parts of a list run at the same time, and how many items of each. */
export function concurrencyOf({ concurrency = AT_ONCE.inAll }: EachNode): { parts: number; items: number } {
  const items = Math.min(concurrency, AT_ONCE.inPart);
  return { parts: Math.ceil(concurrency / items), items };
}
