import { validation } from "../errors.ts";
import { type Condition, pathsOf } from "../expression/condition.ts";
import { refuseOverlap } from "../expression/placeholders.ts";
import type { UpdateAction } from "../expression/update.ts";
import { checkItem, checkKey, checkKeyPaths, keyMismatch } from "../key-rules.ts";
import { checkActions, updating, type Write } from "../operations/write.ts";
import { keyNames, type Table } from "../table.ts";
import { type AttributeMap, type AttributeValue, pick } from "../value/attribute-value.ts";
import { itemSize, LARGEST_ITEM } from "../value/item-size.ts";
import { actionOf } from "./assigned.ts";
import { incompleteKey } from "./errors.ts";
import { allOf, refuseConflict, takeKey } from "./key.ts";
import type { Delete, Exists, Expression, Insert, Update } from "./syntax.ts";
import { valueOfItem } from "./values.ts";
import { conditionOf } from "./where.ts";

export type WriteStatement = Insert | Update | Delete | Exists;

/** A write as a statement means it. */
export interface StatementWrite extends Write {
  /** The error code if its condition fails. */
  refusal: "ConditionalCheckFailed" | "DuplicateItem";
}

export interface Run {
  table: Table;
  parameters: AttributeValue[];
  /** Whether a failed condition returns the existing item. */
  returnsOnFailure: boolean;
}

/** Checks a statement as far as possible without the item. Throws ValidationException. */
export function prepareWrite(statement: WriteStatement, run: Run): StatementWrite {
  if (statement.source.index !== undefined) {
    throw validation(
      statement.kind === "exists"
        ? "Operations on indices are not supported in transactions"
        : "This operation is not supported on an index",
    );
  }
  switch (statement.kind) {
    case "insert":
      return prepareInsert(statement, run);
    case "update":
      return prepareUpdate(statement, run);
    case "delete":
      return prepareDelete(statement, run);
    case "exists":
      return prepareExists(statement, run);
  }
}

/** If an item with the key exists, a statement either leaves it unchanged or fails. */
function prepareInsert({ item: written, keepsExisting }: Insert, { table, parameters }: Run): StatementWrite {
  const item = valueOfItem(written, parameters);
  const size = itemSize(item);
  if (size > LARGEST_ITEM) throw validation("Item size has exceeded the maximum allowed size");
  checkItem(table, item);
  return {
    table,
    actions: [],
    returnsOnFailure: false,
    refusal: "DuplicateItem",
    key: pick(item, keyNames(table.keys)),
    condition: keepsExisting ? undefined : { kind: "not", condition: exists(table) },
    next: (before) => (keepsExisting && before ? before : { item, size }),
  };
}

/** An update creates no item. */
function prepareUpdate({ clauses, where }: Update, run: Run): StatementWrite {
  const { table, parameters } = run;
  const actions = clauses.map((clause): UpdateAction => actionOf(clause, parameters));
  refuseOverlap(actions.map(({ path }) => path));
  const { key, rest } = addressed(where, run);
  checkActions(table, actions);
  return {
    ...conditional(run, allOf([exists(table), ...(rest ? [rest] : [])])),
    key,
    actions,
    next: updating(table, key, actions),
  };
}

/** A delete that finds no item has no effect, whatever its condition. */
function prepareDelete({ where, returning }: Delete, run: Run): StatementWrite {
  if (returning !== undefined && returning !== "ALL OLD") {
    throw validation(
      `Invalid returning clause: RETURNING ${returning} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    );
  }
  const { key, rest } = addressed(where, run);
  const condition: Condition | undefined = rest && {
    kind: "or",
    left: { kind: "not", condition: exists(run.table) },
    right: rest,
  };
  return { ...conditional(run, condition), key, actions: [], next: () => undefined };
}

function prepareExists({ select }: Exists, run: Run): StatementWrite {
  const condition = select.where && conditionOf(select.where, run.parameters);
  const { key, rest } = takeKey(condition, run.table.keys);
  if (!key || !rest) {
    throw validation("EXISTS() must contain a single item read with additional condition");
  }
  checkKey(run.table.keys, key);
  return { ...conditional(run, rest), key, actions: [], next: (before) => before };
}

/** The one item of a statement, and the rest of its condition. */
function addressed(
  where: Expression | undefined,
  { table, parameters }: Run,
): { key: AttributeMap; rest: Condition | undefined } {
  const condition = where && conditionOf(where, parameters);
  const { key, conflicts, rest } = takeKey(condition, table.keys);
  if (!key) throw incompleteKey();
  refuseConflict(conflicts);
  checkKey(table.keys, key);
  return { key, rest };
}

function conditional({ table, returnsOnFailure }: Run, condition: Condition | undefined) {
  if (condition) checkKeyPaths(table, pathsOf(condition));
  return { table, condition, returnsOnFailure, refusal: "ConditionalCheckFailed" as const };
}

function exists({ keys }: Table): Condition {
  return {
    kind: "function",
    name: "attribute_exists",
    arguments: [{ kind: "path", path: [keys.hash.name] }],
  };
}

/** The error of a transaction for a write that does not name one item. */
export function inTransaction(error: unknown): unknown {
  const isKeyMissing = (error as Error).message === incompleteKey().message;
  const isConflict = (error as Error).message.startsWith("Multiple conditions on same key");
  return isKeyMissing || isConflict ? keyMismatch() : error;
}
