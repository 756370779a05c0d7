import { Consumption, readUnits } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { project } from "../expression/projection.ts";
import { checkKey, checkKeyPaths } from "../key-rules.ts";
import { type Keys, keyNames } from "../table.ts";
import { demandRead, demandWrite, Shortage } from "../throughput.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { normalizeMap } from "../value/normalize.ts";
import { Expressions } from "./expressions.ts";
import { prepareDelete, preparePut, type Write } from "./write.ts";

const MOST_READS = 100;
const MOST_WRITES = 25;
const LARGEST_RESPONSE = 16 * 1024 * 1024;

/** Writes up to 25 items, each on its own. Those without capacity are returned as unprocessed. */
export function batchWriteItem(engine: Engine, input: any): object {
  const requests = Object.entries<any[]>(input.RequestItems).flatMap(([TableName, list]) =>
    list.map((request) => ({ TableName, ...onlyOne(request) })),
  );
  if (requests.length > MOST_WRITES) throw validation("Too many items requested for the BatchWriteItem call");
  const writes = requests.map(
    ({ TableName, PutRequest, DeleteRequest }): Write =>
      PutRequest
        ? inBatch(() => preparePut(engine, { TableName, Item: PutRequest.Item }))
        : prepareDelete(engine, { TableName, Key: DeleteRequest.Key }),
  );
  const missing = new Shortage(writes.length);
  const unprocessed: Record<string, object[]> = {};
  refuseSame(writes.map(({ table, key }) => identityOf(table, key)));
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  engine.kernel.store.atomically(() => {
    for (const [position, { table, key, next }] of writes.entries()) {
      const before = engine.items.read(table, key);
      const after = next(before);
      if (!missing.allows(() => demandWrite(engine.kernel, { table, before, after }))) {
        const { TableName, ...request } = requests[position]!;
        unprocessed[TableName] = [...(unprocessed[TableName] ?? []), request];
        continue;
      }
      engine.items.write({ table, key, before, after });
      consumption.write(table, before, after);
    }
  });
  return { UnprocessedItems: unprocessed, ...consumption.ofTables() };
}

/**
 * Reads up to 100 items; keys whose items would make the answer larger than 16 MB are returned as
 * unprocessed.
 */
export function batchGetItem(engine: Engine, input: any): object {
  const count = Object.values<any>(input.RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  if (count > MOST_READS) throw validation("Too many items requested for the BatchGetItem call");
  const requests = Object.entries<any>(input.RequestItems).map(([name, request]) =>
    prepareGets(engine, name, request),
  );
  const missing = new Shortage(count);
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  const responses: Record<string, AttributeMap[]> = {};
  const unprocessed: Record<string, object> = {};
  let size = 0;
  for (const { name, table, keys, paths, request } of requests) {
    const items: AttributeMap[] = [];
    const left: AttributeMap[] = [];
    for (const key of keys) {
      const found = size < LARGEST_RESPONSE ? engine.items.read(table, key) : undefined;
      if (size + (found?.size ?? 0) > LARGEST_RESPONSE || size >= LARGEST_RESPONSE) {
        left.push(key);
        continue;
      }
      const units = readUnits(found?.size ?? 0, request.ConsistentRead === true);
      const hash = key[table.keys.hash.name];
      if (!missing.allows(() => demandRead(engine.kernel, { table, hash, units }))) {
        left.push(key);
        continue;
      }
      size += found?.size ?? 0;
      consumption.read(table, units);
      if (found) items.push(paths ? project(found.item, paths) : found.item);
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...consumption.ofTables() };
}

function prepareGets(engine: Engine, name: string, request: any) {
  const expressions = new Expressions(request, ["ProjectionExpression"]);
  const keys = request.Keys.map((key: unknown) => normalizeMap(key)) as AttributeMap[];
  const paths = expressions.projection();
  expressions.done();
  refuseSame(keys.map((key) => JSON.stringify(Object.entries(key).sort())));
  const table = tableForItems(engine, name);
  for (const key of keys) checkKey(table.keys, key);
  if (paths) checkKeyPaths(table, paths);
  return { name, table, keys, paths, request };
}

/** The same text for equal items. */
export function identityOf(table: { id: number; keys: Keys }, key: AttributeMap): string {
  return JSON.stringify([table.id, ...keyNames(table.keys).map((name) => key[name])]);
}

function refuseSame(identities: string[]): void {
  if (new Set(identities).size < identities.length)
    throw validation("Provided list of item keys contains duplicates");
}

function onlyOne(request: any): any {
  if ((request.PutRequest == null) === (request.DeleteRequest == null)) {
    throw validation(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  return request;
}

/** A batch has its own message for a put without a valid key. */
function inBatch<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (/Missing the key|Type mismatch for key/.test((error as Error).message)) {
      throw validation("The provided key element does not match the schema");
    }
    throw error;
  }
}
