import type { Item } from "./item.ts";

/** The last published occurrence of a schedule. */
export interface ScheduleItem extends Item {
  kind: "schedule";
  name: string;
  /** ISO time of the newest occurrence that was published or skipped. */
  last: string;
  /** What it occurs by: after a change of that, the occurrences before are another's. */
  timing: string;
}
