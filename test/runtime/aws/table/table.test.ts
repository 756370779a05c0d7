import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { tableQuarantine } from "../../../../lambdas/runtime/aws/control/quarantine.ts";
import { tableOutbox } from "../../../../lambdas/runtime/aws/relay/outbox.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import type { Table } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../../lambdas/runtime/aws/waits/approvals.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import type { TableItem } from "../../../../lib/contract/table.ts";
import { portsContract } from "../../ports/ports.contract.ts";
import { inCompany, inTrouble } from "../batches.ts";
import { stateTable } from "../state-table.ts";

/** The table's adapters, with the SDK's client, over the wire protocol. */
let clock = Date.parse("2026-11-21T10:00:00.000Z");

const FORMS: Record<string, (table: Table) => Table> = {
  "each alone": (table) => table,
  "each with others in its call": inCompany,
  "each throttled once": (table) => inTrouble(table, "throttled"),
};

for (const [form, over] of Object.entries(FORMS)) {
  const open = stateTable(clock);
  portsContract(`the ports over the table, ${form}`, async () => {
    const table = over(open());
    const now = () => clock;
    return {
      runs: tableRuns(table, now),
      claims: tableClaims(table, 90, now),
      approvals: tableApprovals(table, now),
      quarantine: tableQuarantine(table),
      outbox: tableOutbox(table),
      async get({ pk, sk }) {
        const { Item } = await open().client.send(
          new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
        );
        return Item as TableItem | undefined;
      },
      advance: (milliseconds) => {
        clock += milliseconds;
      },
      now,
    };
  });
}
