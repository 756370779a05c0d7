import type { ControlItem } from "../../../../lib/contract/items/control.ts";
import { controlKey } from "../../../../lib/contract/keys/control.ts";
import type { Admissions } from "../../intake/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { readItem } from "../table/read-items.ts";
import { recentReads } from "../table/recent-reads.ts";
import type { Table } from "../table/table.ts";

/** What operators decided about workflows, by the subscriber state in the table. */
export function tableAdmissions(table: Table, now?: Now): Admissions {
  const recently = recentReads(table, now);
  return {
    async open(workflow, { recent = false } = {}) {
      const key = controlKey("workflow", workflow);
      const control = await (recent ? recently<ControlItem>(key) : readItem<ControlItem>(table, key));
      return !control?.paused && !control?.drained;
    },
    settings: async (workflow) => (await recently<ControlItem>(controlKey("workflow", workflow)))?.settings,
  };
}
