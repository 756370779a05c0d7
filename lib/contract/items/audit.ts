import type { Item } from "./item.ts";

/** Progress of the audit, which compares the log with the table. There is one item. */
export interface AuditItem extends Item {
  kind: "audit";
  /** By partition of those that have ended: all whose time came up to this ISO time are done. */
  reached: Record<string, string>;
}
