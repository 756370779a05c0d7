import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../../../lib/contract/keys.ts";
import { type Change, type Table, updateOf } from "./table.ts";

export type TransactItems = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** Why an item was not written: its own condition did not hold, or (`None`) that of another, or others were changing it just now. */
export type RefusalCode = "None" | "ConditionalCheckFailed" | "TransactionConflict";

const REFUSALS = new Set<string>(["None", "ConditionalCheckFailed", "TransactionConflict"]);

/** Writes all items or none. Answers undefined where they are written, and otherwise what became of each. */
export async function transact(
  table: Table,
  ...TransactItems: TransactItems
): Promise<RefusalCode[] | undefined> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    const codes = codesOf(error);
    // Where it is not a condition (a throttle, a size), the whole message has to come again.
    if (!codes?.every((code) => REFUSALS.has(code))) throw error;
    return codes as RefusalCode[];
  }
}

/** Changes several items or none. Answers false where a condition did not hold, or another transaction was at an item. */
export async function changeTogether(
  table: Table,
  ...changes: { key: ItemKey; change: Change }[]
): Promise<boolean> {
  const updates = changes.map(({ key, change }) => ({ Update: updateOf(table, key, change) }));
  return (await transact(table, ...updates)) === undefined;
}

function codesOf(error: unknown): string[] | undefined {
  const { name, CancellationReasons = [] } = error as Error & { CancellationReasons?: { Code?: string }[] };
  return name === "TransactionCanceledException"
    ? CancellationReasons.map(({ Code }) => Code ?? "")
    : undefined;
}
