import type { Item } from "./item.ts";

/** The last published occurrence of a schedule. */
export interface ScheduleItem extends Item {
  kind: "schedule";
  name: string;
  /** ISO time of the newest occurrence that was published or skipped. */
  last: string;
  /** Its timing: after a change, the earlier occurrences belong to another schedule. */
  timing: string;
}
