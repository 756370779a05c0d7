import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { SuccessOfRun } from "../../ports/claims.ts";
import { successChange } from "../runs/run-ends.ts";
import { type Statement, updateStatement } from "../table/statements.ts";
import type { Table } from "../table/table.ts";

/**
 * Ends a run at `at` (epoch milliseconds) together with the completion of its last claim. Answers false if
 * nothing was written.
 */
export async function endTogether(
  table: Table,
  ended: SuccessOfRun,
  claim: Statement,
  at: number,
): Promise<boolean> {
  const run = updateStatement(table.name, runKey(ended.run), successChange(ended, at));
  return await table.pairs.ask([run, claim]);
}
