import type { Item } from "./item.ts";

/** How far the log was compared with the table. There is one. */
export interface AuditItem extends Item {
  kind: "audit";
  /** By partition of those that have ended: all whose time came up to this ISO time are done. */
  reached: Record<string, string>;
}
