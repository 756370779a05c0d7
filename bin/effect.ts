import type { ClaimItem } from "../lib/contract/table.ts";

/** A step by its path in the run, or the undo of a step. */
export function effectOf({ path, direction }: Pick<ClaimItem, "path" | "direction">): string {
  return direction === "undo" ? `undo of ${path}` : path;
}
