import type { Size } from "./operation.ts";

/** A run's item contains the payload of its event. */
export function runItem(bytes: number): Size {
  return { bytes: 700 + bytes, carries: ["payload"] };
}

/** The indexes with an item for each run: the list of all, and that by status. */
export const LIST_INDEXES = 2;
