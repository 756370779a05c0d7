import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { HeldRun } from "../../intake/ports.ts";
import type { Table } from "../table/table.ts";
import type { TransactItems } from "../table/transact.ts";

/** Of a transaction: nothing is written unless the epoch of the run is held back. */
export function whileHeld(table: Table, { run, epoch }: HeldRun): TransactItems[number] {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: runKey(run),
      ConditionExpression: "#status = :accepted AND #epoch = :epoch AND attribute_exists(#held)",
      ExpressionAttributeNames: { "#status": "status", "#epoch": "epoch", "#held": "held" },
      ExpressionAttributeValues: { ":accepted": "accepted", ":epoch": epoch },
    },
  };
}
