import type { CommandItem, TableItem } from "../../../../lib/contract/table.ts";
import { CommandKept } from "../../ports/runs.ts";
import type { Change } from "./statements.ts";
import type { Table } from "./table.ts";
import { type TransactItems, transact, updateOf } from "./transact.ts";

/**
 * Writes a change together with its command, and with `more`: all, or nothing. Answers false if the item has changed since it
 * was read. Throws `CommandKept` if the command was carried out before.
 */
export async function writeWith(
  table: Table,
  change: TransactItems[number],
  command: CommandItem,
  ...more: TransactItems
): Promise<boolean> {
  const kept = { TableName: table.name, Item: command, ConditionExpression: "attribute_not_exists(pk)" };
  const refused = await transact(table, change, { Put: kept }, ...more);
  if (refused?.[1] === "ConditionalCheckFailed")
    throw new CommandKept(`The command "${command.command.key}" was carried out before.`);
  return refused === undefined;
}

/** The same for a change of an item that was read as `before`. Answers the item after the change. */
export async function changeWith<Item extends TableItem>(
  table: Table,
  before: Item,
  changes: Change,
  command: CommandItem,
): Promise<{ changed: Item } | { refusedBy: undefined }> {
  if (!(await writeWith(table, { Update: updateOf(table, before, changes) }, command)))
    return { refusedBy: undefined };
  const removed = Object.fromEntries((changes.remove ?? []).map((name) => [name, undefined]));
  const after = { ...before, ...changes.set, ...removed, revision: before.revision + 1 };
  return { changed: withoutUndefined(after) as Item };
}

function withoutUndefined(item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}
