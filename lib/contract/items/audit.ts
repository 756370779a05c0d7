import type { Item } from "./item.ts";

/** Progress of the audit, which compares the log with the table. There is one item. */
export interface AuditItem extends Item {
  kind: "audit";
  /** By partition of ended runs: all whose time is up to this ISO time have been compared. */
  reached: Record<string, string>;
}
