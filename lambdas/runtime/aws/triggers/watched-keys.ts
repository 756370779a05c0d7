import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import type { PresenceItem, WindowItem } from "../../../../lib/contract/items/window.ts";
import { watchedKey } from "../../../../lib/contract/keys/trigger.ts";
import type { Now } from "../../ports/clock.ts";
import type { CountedState, Memory, PresentState } from "../../threshold/ports.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { attributesOf, type Table, unlessRefused } from "../table/table.ts";

/** Longer than the delivery of an event may take. */
const KEPT_DAYS = 30;

interface Options {
  trigger: string;
  /** Milliseconds. */
  within: number;
  now?: Now;
}

export const tableWindows = (table: Table, options: Options) =>
  memoryOf<CountedState, WindowItem>(table, "window", options);

export const tablePresences = (table: Table, options: Options) =>
  memoryOf<PresentState, PresenceItem>(table, "presence", options);

function memoryOf<State extends object, Stored extends WindowItem | PresenceItem>(
  table: Table,
  kind: Stored["kind"],
  { trigger, within, now = Date.now }: Options,
): Memory<State> {
  return {
    async read(key) {
      const item = await readItem<Stored>(table, watchedKey(trigger, key));
      if (!item) return { revision: undefined, state: undefined };
      const { kind: _, trigger: __, key: ___, revision, changedAt, expiresAt, ...state } = attributesOf(item);
      return { revision, state: state as unknown as State };
    },
    async write(key, revision, state) {
      const written = table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            ...state,
            ...watchedKey(trigger, key),
            kind,
            trigger,
            key,
            revision: (revision ?? 0) + 1,
            changedAt: new Date(now()).toISOString(),
            expiresAt: expiryAfter(now() + within, KEPT_DAYS),
          },
          ConditionExpression:
            revision === undefined ? "attribute_not_exists(#revision)" : "#revision = :revision",
          ExpressionAttributeNames: { "#revision": "revision" },
          ...(revision !== undefined && { ExpressionAttributeValues: { ":revision": revision } }),
        }),
      );
      return await unlessRefused(written);
    },
  };
}
