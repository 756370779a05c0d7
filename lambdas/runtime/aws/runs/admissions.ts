import type { ControlItem } from "../../../../lib/contract/items/control.ts";
import { controlKey } from "../../../../lib/contract/keys.ts";
import type { Admissions } from "../../intake/ports.ts";
import { readItem } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

/** Whether workflows take up new runs, as people have ordered it in the table. */
export function tableAdmissions(table: Table): Admissions {
  return {
    async open(workflow) {
      const control = await readItem<ControlItem>(table, controlKey("workflow", workflow));
      return !control?.paused && !control?.drained;
    },
  };
}
