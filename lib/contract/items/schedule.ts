import type { Item } from "./item.ts";

/** How far a schedule has been told. */
export interface ScheduleItem extends Item {
  kind: "schedule";
  name: string;
  /** ISO time of the newest occurrence that is told, or passed over. */
  last: string;
  /** What it occurs by: after a change of that, the occurrences before are another's. */
  timing: string;
}
