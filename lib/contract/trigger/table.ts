import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** A change of an item, in plain values. */
export interface ItemChange<Item = Record<string, any>> {
  /**
   * Orders the changes of an item, whose times have a resolution of one second: a later one has a greater
   * number.
   */
  sequence: string;
  /** Undefined for a new item. */
  before: Item | undefined;
  /** Undefined for a removed item. */
  after: Item | undefined;
  /** The names of the changed attributes. */
  changed: string[];
  /** Whether time to live removed it. */
  expired: boolean;
}

export type ChangeKind = "inserted" | "modified" | "removed";

/** The event for each kind of change; a kind without an event is not published. */
export type ChangeEvents = { readonly [Kind in ChangeKind]?: EventContract };

/** Changes of one of the user's own tables that become events. */
export interface TableChangesSpec<Events extends ChangeEvents = ChangeEvents> extends TriggerSpec {
  readonly byKind: Events;
}

/** Declares which changes of a table are published. Throws a DefinitionError if there is none. */
export function defineTableChanges<const Events extends ChangeEvents>(
  name: string,
  byKind: Events,
): TableChangesSpec<Events> {
  triggerName("Table changes", name);
  const events = Object.values(byKind).filter((event) => event !== undefined);
  if (events.length === 0) {
    throw new DefinitionError(
      `Table changes "${name}" name no event. Set an event for inserted, modified or removed.`,
    );
  }
  return { name, byKind, events };
}
