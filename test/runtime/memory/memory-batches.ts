import type { Batches } from "../../../lambdas/runtime/intake/batch/ports.ts";
import { LARGEST_EVENT_BATCH } from "../../../lib/contract/event-batch.ts";
import { batchEntryKey, collectedKey } from "../../../lib/contract/keys/flow-control.ts";
import { type ItemKey, keyText } from "../../../lib/contract/keys/item-key.ts";
import type { CollectedEventItem, TableItem } from "../../../lib/contract/table.ts";

interface Items {
  at(key: ItemKey): TableItem | undefined;
  write(item: TableItem): void;
}

/** Events that are collected, over a table in memory. Every call yields first, so that what runs at the same time gets in between. */
export function memoryBatches({ at, write }: Items): Batches {
  const lines = new Map<string, Map<string, { collected: string; acceptedAt: string; bytes: number }>>();
  const reminders = new Map<string, number>();
  const lineOf = (key: string) => lines.get(key) ?? lines.set(key, new Map()).get(key)!;
  const elsewhere = () => new Promise<void>((resolve) => setImmediate(resolve));
  const placeOf = ({ acceptedAt, collected }: { acceptedAt: string; collected: string }) =>
    keyText(batchEntryKey("", acceptedAt, collected));
  return {
    async collect(event) {
      await elsewhere();
      const existing = at(event) as CollectedEventItem | undefined;
      if (!existing) write(event);
      return existing;
    },
    async join(event) {
      await elsewhere();
      const { key, collected, acceptedAt, bytes } = event;
      lineOf(key).set(placeOf(event), { collected, acceptedAt, bytes });
    },
    async line(key) {
      await elsewhere();
      const entries = [...lineOf(key)].sort(([one], [other]) => (one < other ? -1 : 1));
      return {
        entries: structuredClone(entries.map(([, entry]) => entry).slice(0, LARGEST_EVENT_BATCH + 1)),
        lookAt: reminders.get(key),
      };
    },
    async events(entries) {
      await elsewhere();
      return entries.map(({ collected }) => at(collectedKey(collected)) as CollectedEventItem | undefined);
    },
    async form(run, events) {
      await elsewhere();
      if (at(run) || events.some((event) => (at(event) as CollectedEventItem).run !== undefined))
        return "taken";
      write(run);
      for (const event of events) write({ ...(at(event) as CollectedEventItem), run: run.run });
      return "formed";
    },
    async leave(key, entries) {
      await elsewhere();
      for (const entry of entries) lineOf(key).delete(placeOf(entry));
    },
    async reminded(key, lookAt) {
      await elsewhere();
      reminders.set(key, lookAt);
    },
  };
}
