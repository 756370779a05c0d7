import { isDeepStrictEqual } from "node:util";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { ChangeKind, ItemChange, TableChangesSpec } from "../../../lib/contract/trigger/table.ts";
import type { Arrival } from "./ingress.ts";

/** A record of a table's stream, in plain values. */
export interface ChangeRecord {
  /** Orders the changes of an item. */
  sequence: string;
  /** ISO 8601, UTC. */
  time: string;
  keys: Record<string, unknown>;
  before: Record<string, any> | undefined;
  after: Record<string, any> | undefined;
  expired: boolean;
}

/** How each kind of change becomes the payload of its event. */
export type ChangeTranslations = { readonly [Kind in ChangeKind]?: (change: ItemChange) => unknown };

/** The default payloads of a new, a changed and a removed item. */
const PLAINLY: Required<ChangeTranslations> = {
  inserted: ({ after }) => after,
  modified: ({ before, after, changed }) => ({ before, after, changed }),
  removed: ({ before }) => before,
};

/** The arrival of a change; undefined if its kind is not published. */
export function arrivalOf(
  { sequence, time, keys, before, after, expired }: ChangeRecord,
  { name, byKind }: TableChangesSpec,
  translations: ChangeTranslations,
): Arrival | undefined {
  const kind = before === undefined ? "inserted" : after === undefined ? "removed" : "modified";
  const contract = byKind[kind];
  if (!contract) return undefined;
  return {
    id: derivedEventId(name, sequence),
    time,
    subject: Object.values(keys).join("/"),
    contract,
    payload: {
      sequence,
      before,
      after,
      changed: changedBetween(before, after),
      expired,
    } satisfies ItemChange,
    translate: translations[kind] ?? PLAINLY[kind],
  };
}

function changedBetween(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}
