import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { ControlItem } from "../../../lib/contract/items/control.ts";
import { controlKey } from "../../../lib/contract/keys.ts";
import type { Admissions } from "../intake/ports.ts";
import type { Table } from "./table.ts";

/** Whether workflows take up new runs, as people have ordered it in the table. */
export function tableAdmissions(table: Table): Admissions {
  return {
    async open(workflow) {
      const { Item } = await table.client.send(
        new GetCommand({
          TableName: table.name,
          Key: controlKey("workflow", workflow),
          ConsistentRead: true,
        }),
      );
      const control = Item as ControlItem | undefined;
      return !control?.paused && !control?.drained;
    },
  };
}
