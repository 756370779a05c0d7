import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import {
  tableCommands,
  tableControls,
  tableWaiting,
} from "../../../../lambdas/runtime/aws/control/controls.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { tableEffects } from "../../../../lambdas/runtime/aws/work/effects.ts";
import { endContract } from "../../ports/end.contract.ts";
import { stateTable } from "../state-table.ts";

const now = () => Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(now());

endContract("the ports of ends and control over the table", async () => {
  const table = open();
  return {
    runs: tableRuns(table, now),
    effects: tableEffects(table, now),
    commands: tableCommands(table),
    controls: tableControls(table, now),
    waiting: tableWaiting(table),
    async get({ pk, sk }) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item;
    },
    async put(item) {
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
  };
});
