import { Consumption, readUnits } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { project } from "../expression/projection.ts";
import { checkKey, checkKeyPaths } from "../key-rules.ts";
import type { Image } from "../storage/image.ts";
import { demandRead, demandWrite } from "../throughput.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { itemSize } from "../value/item-size.ts";
import { normalizeMap } from "../value/normalize.ts";
import { Expressions } from "./expressions.ts";
import { checkCondition, prepareDelete, preparePut, prepareUpdate, type Write } from "./write.ts";

export function putItem(engine: Engine, input: any): object {
  refuseReturnValues(input);
  return run(engine, input, preparePut(engine, input));
}

export function deleteItem(engine: Engine, input: any): object {
  refuseReturnValues(input);
  return run(engine, input, prepareDelete(engine, input));
}

export function updateItem(engine: Engine, input: any): object {
  return run(engine, input, prepareUpdate(engine, input));
}

export function getItem(engine: Engine, input: any): object {
  const expressions = new Expressions(input, ["ProjectionExpression"]);
  const key = normalizeMap(input.Key);
  const paths = expressions.projection();
  expressions.done();
  const table = tableForItems(engine, input.TableName);
  checkKey(table.keys, key);
  if (paths) checkKeyPaths(table, paths);
  const found = engine.items.read(table, key);
  const units = readUnits(found?.size ?? 0, input.ConsistentRead === true);
  demandRead(engine.kernel, { table, hash: key[table.keys.hash.name], units });
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  consumption.read(table, units);
  return {
    ...(found && { Item: paths ? project(found.item, paths) : found.item }),
    ...consumption.ofTable(),
  };
}

function run(engine: Engine, input: any, write: Write): object {
  const { before, after } = engine.kernel.store.atomically(() => applyWrite(engine, write));
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  consumption.write(write.table, before, after);
  const attributes = returned(input.ReturnValues, write, before?.item, after?.item);
  return {
    ...(attributes && Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...consumption.ofTable(),
  };
}

/** Performs a write, or throws before anything is written. Call it within `store.atomically`. */
export function applyWrite(
  engine: Engine,
  write: Write,
): { before: Image | undefined; after: Image | undefined } {
  const { table, key, next } = write;
  const before = engine.items.read(table, key);
  demandCheck(engine, write, before);
  const after = next(before);
  demandWrite(engine.kernel, { table, before, after });
  engine.items.write({ table, key, before, after });
  return { before, after };
}

/** A failed condition costs as much as a write of the existing item. */
function demandCheck({ kernel }: Engine, write: Write, stored: Image | undefined): void {
  try {
    checkCondition(write, stored);
  } catch (error) {
    const met = stored ?? { item: write.key, size: itemSize(write.key) };
    demandWrite(kernel, { table: write.table, before: met, after: met });
    throw error;
  }
}

/** The answer of a write, by its ReturnValues. */
export function returned(
  wanted: string | undefined,
  { actions }: Write,
  before: AttributeMap | undefined,
  after: AttributeMap | undefined,
): AttributeMap | undefined {
  const updated = (item: AttributeMap | undefined) =>
    item &&
    project(
      item,
      actions.map(({ path }) => path),
    );
  switch (wanted) {
    case "ALL_OLD":
      return before;
    case "ALL_NEW":
      return after;
    case "UPDATED_OLD":
      return updated(before);
    case "UPDATED_NEW":
      return updated(after);
  }
  return undefined;
}

function refuseReturnValues({ ReturnValues: wanted }: any): void {
  if (wanted != null && wanted !== "ALL_OLD" && wanted !== "NONE") {
    throw validation("ReturnValues can only be ALL_OLD or NONE");
  }
}
