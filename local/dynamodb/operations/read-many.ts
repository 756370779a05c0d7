import { Consumption, projectInto, readUnits } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { invalidValue, validation } from "../errors.ts";
import { type Condition, pathsOf } from "../expression/condition.ts";
import { meets } from "../expression/evaluate.ts";
import { type Bound, keyRangeOf, keyTermsOf, legacyKeyTermsOf } from "../expression/key-condition.ts";
import type { Path } from "../expression/placeholders.ts";
import { project } from "../expression/projection.ts";
import { checkKey, checkKeyPaths, keyMismatch, typeIs } from "../key-rules.ts";
import { type Walk, walkItems } from "../storage/pages.ts";
import { type Index, keyAttributes, keyNames, projectedNames, type Table } from "../table.ts";
import { demandRead } from "../throughput.ts";
import { type AttributeMap, type AttributeValue, attributeOf, pick } from "../value/attribute-value.ts";
import { equalValues } from "../value/compare.ts";
import { itemSize } from "../value/item-size.ts";
import { encodePartitionKey, encodeSortKey, segmentStart } from "../value/key-encoding.ts";
import { normalizeMap } from "../value/normalize.ts";
import { Expressions, QUERY_EXPRESSIONS } from "./expressions.ts";

/** Bytes that a page reads before it ends. */
const LARGEST_PAGE = 1024 * 1024;

export function query(engine: Engine, input: any): object {
  const expressions = new Expressions(input, QUERY_EXPRESSIONS);
  const after = startingKey(input);
  if (input.KeyConditionExpression == null && input.KeyConditions == null) {
    throw validation(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  }
  const keyCondition = expressions.condition("KeyConditionExpression");
  const filter = expressions.condition("FilterExpression");
  const paths = expressions.projection();
  expressions.done();
  const keyTerms =
    input.KeyConditionExpression == null ? legacyKeyTermsOf(keyCondition) : keyTermsOf(keyCondition!);
  const target = targetOf(engine, input);
  const keys = target.index?.keys ?? target.table.keys;
  if (after) checkStart(target, after, keyNames(keys));
  const { hash, lower, upper, hasSortCondition } = keyRangeOf(keyTerms, keys);
  if (after && !contains(lower, upper, encodeSortKey(keys.range && after[keys.range.name]))) {
    throw validation("The provided starting key does not match the range key predicate");
  }
  if (after && !equalValues(after[keys.hash.name]!, hash)) {
    throw validation(
      hasSortCondition
        ? "The query can return at most one row and cannot be restarted"
        : "The provided starting key is outside query boundaries based on provided conditions",
    );
  }
  if (filter) {
    const heads = new Set(pathsOf(filter).map(([head]) => head));
    const key = keyNames(keys).find((name) => heads.has(name));
    if (key !== undefined) {
      throw validation(
        `${input.QueryFilter == null ? "Filter Expression" : "QueryFilter"} can only contain non-primary key attributes: Primary key attribute: ${key}`,
      );
    }
  }
  const within = { hash: encodePartitionKey(hash), lower, upper };
  return readPage(
    engine,
    input,
    { ...target, filter, paths, hash },
    { within, after, backward: input.ScanIndexForward === false },
  );
}

export function scan(engine: Engine, input: any): object {
  const expressions = new Expressions(input, ["ProjectionExpression", "FilterExpression"]);
  const after = startingKey(input);
  checkSegment(input);
  const filter = expressions.condition("FilterExpression");
  const paths = expressions.projection();
  expressions.done();
  const target = targetOf(engine, input);
  if (after) checkStart(target, after, target.index ? keyNames(target.index.keys) : []);
  const { Segment: segment = 0, TotalSegments: segments = 1 } = input;
  const from = segment > 0 ? segmentStart(segment, segments) : undefined;
  const to = segmentStart(segment + 1, segments);
  if (after) {
    const at = encodePartitionKey(after[(target.index?.keys ?? target.table.keys).hash.name]!);
    if ((from && Buffer.compare(at, from) < 0) || (to && Buffer.compare(at, to) >= 0)) {
      throw validation(
        `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${segments} Segment: ${segment}`,
      );
    }
  }
  return readPage(
    engine,
    input,
    { ...target, filter, paths },
    { within: { from, to }, after, backward: false },
  );
}

interface Target {
  table: Table;
  index: Index | undefined;
  /**
   * Whether a local index is asked for attributes that it does not store, so that each item is fetched from
   * the table.
   */
  fetches: boolean;
}

interface Reading extends Target {
  filter: Condition | undefined;
  paths: Path[] | undefined;
  /** The requested partition key; a scan has none. */
  hash?: AttributeValue;
}

function readPage(
  engine: Engine,
  input: any,
  reading: Reading,
  walk: Pick<Walk, "within" | "after" | "backward">,
): object {
  const { table, index, filter, paths, hash } = reading;
  checkKeyPaths(table, [...(paths ?? []), ...(filter ? pathsOf(filter) : [])]);
  const fetches = reading.fetches || wantsMoreThanIndex(reading);
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const items: AttributeMap[] = [];
  let scanned = 0;
  let bytes = 0;
  let fetched = 0;
  let last: AttributeMap | undefined;
  for (const stored of walkItems(engine.kernel.store, { table, index, ...walk })) {
    const carried = index ? projectInto(table, index, stored)! : stored;
    scanned++;
    bytes += itemSize(carried);
    if (fetches) fetched += readUnits(itemSize(stored), input.ConsistentRead === true);
    const item = fetches ? stored : carried;
    if (!filter || meets(item, filter)) items.push(item);
    if (scanned >= limit || bytes >= LARGEST_PAGE) {
      last = pick(stored, [...keyNames(table.keys), ...(index ? keyNames(index.keys) : [])]);
      break;
    }
  }
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  const units = readUnits(bytes, input.ConsistentRead === true);
  demandRead(engine.kernel, { table, index, hash, units });
  consumption.read(table, index ? fetched : units);
  if (index) consumption.read(table, units, index);
  return {
    ...(input.Select !== "COUNT" && { Items: paths ? items.map((item) => project(item, paths)) : items }),
    Count: items.length,
    ScannedCount: scanned,
    ...(last && { LastEvaluatedKey: last }),
    ...consumption.ofTable(),
  };
}

/** The table or index that is read. Throws if it cannot answer the request. */
function targetOf(engine: Engine, input: any): Target {
  const { Select: select, IndexName: name } = input;
  const projection = ["ProjectionExpression", "AttributesToGet"].find(
    (parameter) => input[parameter] != null,
  );
  if (projection && select != null && select !== "SPECIFIC_ATTRIBUTES") {
    throw validation(
      select === "COUNT"
        ? `Cannot specify the ${projection} when choosing to get only the Count`
        : `Cannot specify the ${projection} when choosing to get ${select}`,
    );
  }
  if (select === "SPECIFIC_ATTRIBUTES" && !projection) {
    throw validation(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
  if (select === "ALL_PROJECTED_ATTRIBUTES" && name == null) {
    throw validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  const table = tableForItems(engine, input.TableName);
  if (name == null) return { table, index: undefined, fetches: false };
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (!index) throw validation(`The table does not have the specified index: ${name}`);
  if (index.scope === "global" && input.ConsistentRead === true) {
    throw validation("Consistent reads are not supported on global secondary indexes");
  }
  const fetches = select === "ALL_ATTRIBUTES" && index.projection.type !== "ALL";
  if (fetches && index.scope === "global") {
    throw invalidValue(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
    );
  }
  return { table, index, fetches };
}

/**
 * Whether the projection names attributes that the index does not store: fetched for a local index, refused
 * for a global one.
 */
function wantsMoreThanIndex({ table, index, paths }: Reading): boolean {
  const carried = index && projectedNames(table, index);
  const missing = carried
    ? (paths ?? []).map(([head]) => String(head)).filter((name) => !carried.includes(name))
    : [];
  if (missing.length > 0 && index!.scope === "global") {
    throw invalidValue(
      `Global secondary index ${index!.name} does not project [${[...new Set(missing)].join(", ")}]`,
    );
  }
  return missing.length > 0;
}

function startingKey(input: any): AttributeMap | undefined {
  if (input.ExclusiveStartKey == null) return undefined;
  try {
    return normalizeMap(input.ExclusiveStartKey);
  } catch (error) {
    throw startInvalid(error);
  }
}

/**
 * Throws unless a page can begin after this key. `read`: the attributes by which the request reads, which are
 * checked first.
 */
function checkStart({ table, index }: Target, start: AttributeMap, read: readonly string[]): void {
  const names = new Set([...keyNames(table.keys), ...(index ? keyNames(index.keys) : [])]);
  const isWhole =
    Object.keys(start).length === names.size && read.every((name) => Object.hasOwn(start, name));
  if (!isWhole && read.length > 0) throw validation("The provided starting key is invalid");
  for (const { name, type } of keyAttributes(index?.keys ?? table.keys)) {
    if (read.includes(name) && !typeIs(attributeOf(start, name), type)) throw keyMismatch();
  }
  try {
    checkKey(table.keys, index ? pick(start, keyNames(table.keys)) : start);
  } catch (error) {
    throw startInvalid(error);
  }
}

function startInvalid(error: unknown): Error {
  if ((error as Error).name !== "ValidationException") return error as Error;
  return validation(`The provided starting key is invalid: ${(error as Error).message}`);
}

function checkSegment({ Segment: segment, TotalSegments: segments }: any): void {
  if (segment != null && segments == null) {
    throw validation(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  }
  if (segments != null && segment == null) {
    throw validation(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  }
  if (segment >= segments) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${segments}`,
    );
  }
}

function contains(lower: Bound | undefined, upper: Bound | undefined, key: Uint8Array): boolean {
  const below = lower && Buffer.compare(key, lower.key);
  const above = upper && Buffer.compare(key, upper.key);
  return (
    (below === undefined || below > 0 || (below === 0 && lower!.inclusive)) &&
    (above === undefined || above < 0 || (above === 0 && upper!.inclusive))
  );
}
