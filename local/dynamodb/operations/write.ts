import { ServiceError } from "../../kernel/errors.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { invalidValue, validation } from "../errors.ts";
import { applyUpdate } from "../expression/apply-update.ts";
import { type Condition, pathsOf } from "../expression/condition.ts";
import { meets } from "../expression/evaluate.ts";
import { assignedType, pathsOfAction, type UpdateAction } from "../expression/update.ts";
import {
  checkItem,
  checkKey,
  checkKeyPaths,
  checkUpdatedIndexKeys,
  indexTypeMismatch,
} from "../key-rules.ts";
import type { Image } from "../storage/image.ts";
import { keyAttributes, keyNames, type Table } from "../table.ts";
import { type AttributeMap, pick } from "../value/attribute-value.ts";
import { attributesSize, itemSize, LARGEST_ITEM } from "../value/item-size.ts";
import { checkDepth, normalizeMap } from "../value/normalize.ts";
import { Expressions } from "./expressions.ts";

/** A write of one item, with the checks that do not need the item. */
export interface Write {
  table: Table;
  key: AttributeMap;
  condition: Condition | undefined;
  /** The item after the write, from the item before it. */
  next: (before: Image | undefined) => Image | undefined;
  actions: UpdateAction[];
  /** Whether a failed condition returns the existing item. */
  returnsOnFailure: boolean;
}

export function preparePut(engine: Engine, input: any): Write {
  const expressions = new Expressions(input, ["ConditionExpression"]);
  const item = normalizeMap(input.Item);
  const size = itemSize(item);
  if (size > LARGEST_ITEM) throw validation("Item size has exceeded the maximum allowed size");
  const condition = expressions.condition("ConditionExpression");
  expressions.done();
  const table = tableForItems(engine, input.TableName);
  checkItem(table, item);
  return {
    ...common(input, table, condition),
    key: pick(item, keyNames(table.keys)),
    next: () => ({ item, size }),
  };
}

export function prepareDelete(engine: Engine, input: any): Write {
  return { ...prepareKeyed(engine, input), next: () => undefined };
}

export function prepareCheck(engine: Engine, input: any): Write {
  return { ...prepareKeyed(engine, input), next: (before) => before };
}

function prepareKeyed(engine: Engine, input: any): Omit<Write, "next"> {
  const expressions = new Expressions(input, ["ConditionExpression"]);
  const key = normalizeMap(input.Key);
  const condition = expressions.condition("ConditionExpression");
  expressions.done();
  const table = tableForItems(engine, input.TableName);
  checkKey(table.keys, key);
  return { ...common(input, table, condition), key };
}

export function prepareUpdate(engine: Engine, input: any): Write {
  const expressions = new Expressions(input, ["UpdateExpression", "ConditionExpression"]);
  const key = normalizeMap(input.Key);
  const actions = expressions.update() ?? [];
  const condition = expressions.condition("ConditionExpression");
  expressions.done();
  const table = tableForItems(engine, input.TableName);
  checkKey(table.keys, key);
  checkActions(table, actions);
  return { ...common(input, table, condition), key, actions, next: updating(table, key, actions) };
}

/** The item after an update, which starts from the key if the item does not exist. */
export function updating(table: Table, key: AttributeMap, actions: UpdateAction[]): Write["next"] {
  return (before) => {
    const { item: earlier, size: earlierSize } = before ?? { item: key, size: itemSize(key) };
    const item = applyUpdate(earlier, actions);
    checkUpdatedIndexKeys(table, item);
    for (const action of actions) {
      const { kind, path } = action;
      if (kind !== "SET" || (path.length === 1 && action.assigned.kind === "value")) continue;
      checkDepth(item[String(path[0])]!);
    }
    const written = new Set(actions.map(({ path }) => String(path[0])));
    const size = earlierSize - attributesSize(earlier, written) + attributesSize(item, written);
    if (size > LARGEST_ITEM) {
      throw validation("Item size to update has exceeded the maximum allowed size");
    }
    return { item, size };
  };
}

/** Throws ConditionalCheckFailedException if the item does not match the write's condition. */
export function checkCondition({ condition, returnsOnFailure }: Write, before: Image | undefined): void {
  if (!condition || meets(before?.item ?? {}, condition)) return;
  throw new ServiceError("ConditionalCheckFailedException", "The conditional request failed", {
    details: returnsOnFailure && before ? { Item: before.item } : {},
  });
}

function common(input: any, table: Table, condition: Condition | undefined) {
  if (condition) checkKeyPaths(table, pathsOf(condition));
  return {
    table,
    condition,
    actions: [],
    returnsOnFailure: input.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
  };
}

/** Throws if an update would change a key, or leave an index key that the index cannot store. */
export function checkActions(table: Table, actions: UpdateAction[]): void {
  const part = keyNames(table.keys).find((name) => actions.some(({ path }) => path[0] === name));
  if (part !== undefined) {
    throw invalidValue(`Cannot update attribute ${part}. This attribute is part of the key`);
  }
  for (const index of table.indexes) {
    for (const { name, type } of keyAttributes(index.keys)) {
      const action = actions.find(({ path }) => path.length === 1 && path[0] === name);
      const actual = action && assignedType(action);
      if (actual && actual !== type) throw indexTypeMismatch(index, name, type, actual);
    }
  }
  checkKeyPaths(table, actions.flatMap(pathsOfAction));
}
