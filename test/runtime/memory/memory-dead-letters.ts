import type { DeadLetterStore } from "../../../lambdas/runtime/dead-letters/ports.ts";
import { deadLetterKey } from "../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { DeadLetterItem } from "../../../lib/contract/table.ts";
import type { memory } from "./memory.ts";

/** Dead letters, over the items of `memory`. */
export function memoryDeadLetters(state: ReturnType<typeof memory>): DeadLetterStore {
  const get = (id: string) => state.get(deadLetterKey(id)) as DeadLetterItem | undefined;
  return {
    async keep(item) {
      const existing = get(item.id);
      if (existing) return { kept: existing, isNew: false };
      state.write(item);
      return { kept: item, isNew: true };
    },
    read: async (id) => get(id),
    async resolve(id, resolved, edited) {
      const { list: _, ...item } = get(id)!;
      state.write({ ...item, resolved, edited, unpublished: shardOf("unpublished", id) });
    },
    unresolved: async (subscriber, until, limit) =>
      state
        .all()
        .filter((item): item is DeadLetterItem => item.kind === "dead-letter" && item.list !== undefined)
        .filter((item) => item.listedAt <= until && (!subscriber || item.subscriber === subscriber))
        .sort((a, b) => (a.listedAt < b.listedAt ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
  };
}
