import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import type { Table } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableBreakers } from "../../../../lambdas/runtime/aws/work/breakers.ts";
import { tableBudgets } from "../../../../lambdas/runtime/aws/work/budgets.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { tableDeferred } from "../../../../lambdas/runtime/aws/work/deferred.ts";
import { tableStartConditions } from "../../../../lambdas/runtime/aws/work/start-conditions.ts";
import { workPortsContract } from "../../ports/work-ports.contract.ts";
import { BEGAN } from "../../work/work-harness.ts";
import { inCompany, inTrouble } from "../batches.ts";
import { stateTable } from "../state-table.ts";

const open = stateTable(BEGAN);

const FORMS: Record<string, (table: Table) => Table> = {
  "each alone": (table) => table,
  "each with others in its call": inCompany,
  "each throttled once": (table) => inTrouble(table, "throttled"),
};

for (const [form, over] of Object.entries(FORMS))
  workPortsContract(`the worker's ports over the table, ${form}`, async () => {
    const table = over(open());
    return {
      runs: tableRuns(table, () => BEGAN),
      claims: tableClaims(table, 90, () => BEGAN),
      startConditions: tableStartConditions(table),
      breakers: tableBreakers(table),
      budgets: tableBudgets(table),
      deferred: tableDeferred(table),
    };
  });
