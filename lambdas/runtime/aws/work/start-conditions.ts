import { breakerKey, controlKey, runKey } from "../../../../lib/contract/keys.ts";
import type { BreakerItem, ControlItem, RunItem, TableItem } from "../../../../lib/contract/table.ts";
import type { StartConditionReader } from "../../work/ports.ts";
import { readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

/** Run, orders and breaker in one read. */
export function tableStartConditions(table: Table): StartConditionReader {
  return {
    async read(run, workflow, breaker) {
      const keys = [
        runKey(run),
        controlKey("workflow", workflow),
        ...(breaker === undefined ? [] : [breakerKey(breaker)]),
      ];
      const [found, orders, health] = await readItems<TableItem>(table, keys);
      return {
        run: found as RunItem | undefined,
        workflow: orders as ControlItem | undefined,
        breaker: health as BreakerItem | undefined,
      };
    },
  };
}
