import type { TransactWriteCommandInput, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { TransactWriteCommand } from "../client/dynamodb-commands.ts";
import { codesOf } from "./cancellation.ts";
import type { Change } from "./statements.ts";
import type { Table } from "./table.ts";

export type TransactItems = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/**
 * Why an item was not written: its own condition failed, or (`None`) that of another, or a concurrent change.
 */
export type RefusalCode = "None" | "ConditionalCheckFailed" | "TransactionConflict";

const REFUSALS = new Set<string>(["None", "ConditionalCheckFailed", "TransactionConflict"]);

/** Writes all items or none. Answers undefined if they are written, and otherwise the outcome of each. */
export async function transact(
  table: Table,
  ...TransactItems: TransactItems
): Promise<RefusalCode[] | undefined> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    const codes = codesOf(error);
    // If it is not a condition (a throttle, a size), the whole message has to be delivered again.
    if (!codes?.every((code) => REFUSALS.has(code))) throw error;
    return codes as RefusalCode[];
  }
}

/**
 * Changes several items or none. Answers false if a condition failed, or if another transaction was changing
 * an item.
 */
export async function changeTogether(
  table: Table,
  ...changes: { key: ItemKey; change: Change }[]
): Promise<boolean> {
  const updates = changes.map(({ key, change }) => ({ Update: updateOf(table, key, change) }));
  return (await transact(table, ...updates)) === undefined;
}

/** A change as an update of a transaction. It creates a missing item if the condition allows that. */
export function updateOf(table: Table, key: ItemKey, { set, remove = [], condition, values = {} }: Change) {
  const written = Object.entries(set).filter(([, value]) => value !== undefined);
  const names = [
    ...written.map(([name]) => name),
    ...remove,
    ...[...(condition ?? "").matchAll(/#(\w+)/g)].map(([, name]) => name!),
  ];
  return {
    TableName: table.name,
    Key: { pk: key.pk, sk: key.sk },
    UpdateExpression: [
      written.length > 0 && `SET ${written.map(([name]) => `#${name} = :set_${name}`).join(", ")}`,
      remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
      "ADD #revision :one",
    ]
      .filter(Boolean)
      .join(" "),
    ConditionExpression: condition ?? "attribute_exists(pk)",
    ExpressionAttributeNames: Object.fromEntries([...names, "revision"].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ":one": 1,
      ...Object.fromEntries(written.map(([name, value]) => [`:set_${name}`, value])),
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
    },
  } satisfies UpdateCommandInput;
}
