import { ServiceError } from "../../kernel/errors.ts";
import { invalidValue, validation } from "../errors.ts";
import {
  type Index,
  type KeyAttribute,
  type Keys,
  keyAttributes,
  type StreamViewType,
  type Table,
  type Throughput,
} from "../table.ts";

const MOST_GLOBAL_INDEXES = 20;
const MOST_LOCAL_INDEXES = 5;
const MOST_UNITS = 1_000_000_000_000;

type Definitions = Map<string, KeyAttribute["type"]>;

/** The keys, indexes and billing that a CreateTable request describes. Throws the service's ValidationException. */
export function readDefinition(input: any): Pick<Table, "keys" | "indexes" | "billingMode" | "throughput"> {
  const billing = readBilling(input);
  const definitions = readAttributes(input.AttributeDefinitions);
  if (input.KeySchema.length > definitions.size) {
    throw validation("Invalid KeySchema: Some index key attribute have no definition");
  }
  const keys = readKeys(input.KeySchema, definitions);
  const local = (input.LocalSecondaryIndexes ?? []).map((given: any) =>
    readLocalIndex(given, definitions, keys),
  );
  const global = (input.GlobalSecondaryIndexes ?? []).map((given: any) =>
    readIndex(given, "global", readKeys(given.KeySchema, definitions)),
  );
  if (input.LocalSecondaryIndexes?.length === 0) throw invalidValue("List of LocalSecondaryIndexes is empty");
  if (input.GlobalSecondaryIndexes?.length === 0)
    throw invalidValue("List of GlobalSecondaryIndexes is empty");
  checkIndexSet([...local, ...global]);
  checkGlobalThroughput(global, billing.billingMode);
  const used = new Set(
    [keys, ...[...local, ...global].map((index: Index) => index.keys)]
      .flatMap(keyAttributes)
      .map(({ name }) => name),
  );
  checkAllUsed(definitions, used, local.length + global.length > 0);
  return { keys, indexes: [...local, ...global], ...billing };
}

/**
 * A global index that UpdateTable adds. `given` attributes come from the request, the rest from the table.
 */
export function readNewIndex(table: Table, given: any, attributes: any[] | undefined): Index {
  const definitions = readAttributes(attributes ?? []);
  for (const keys of [table.keys, ...table.indexes.map((index) => index.keys)]) {
    for (const { name, type } of keyAttributes(keys)) definitions.set(name, type);
  }
  const index = readIndex(given, "global", readKeys(given.KeySchema, definitions));
  if (table.indexes.some(({ name }) => name === index.name)) {
    throw validation(`Attempting to create an index which already exists: ${index.name}`);
  }
  checkIndexSet([...table.indexes, index]);
  checkGlobalThroughput([index], table.billingMode);
  return index;
}

export function readBilling(input: any): Pick<Table, "billingMode" | "throughput"> {
  const throughput: Throughput | undefined = input.ProvisionedThroughput;
  if (input.BillingMode === "PAY_PER_REQUEST") {
    if (throughput) {
      throw invalidValue(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    }
    return { billingMode: "PAY_PER_REQUEST", throughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 } };
  }
  if (!throughput) {
    throw invalidValue(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  }
  for (const unit of ["ReadCapacityUnits", "WriteCapacityUnits"] as const) {
    if (throughput[unit] > MOST_UNITS) {
      throw validation(`Given value ${throughput[unit]} for ${unit} is out of bounds`);
    }
  }
  return { billingMode: "PROVISIONED", throughput };
}

/** The view type of a StreamSpecification; undefined if it disables the stream. */
export function readStream(given: any): StreamViewType | undefined {
  if (!given) return undefined;
  if (given.StreamEnabled && !given.StreamViewType) {
    throw invalidValue("StreamViewType must be specified when StreamEnabled is true");
  }
  if (!given.StreamEnabled && given.StreamViewType) {
    throw invalidValue("StreamViewType can only be specified when StreamEnabled is true");
  }
  return given.StreamEnabled ? given.StreamViewType : undefined;
}

function readAttributes(given: any[]): Definitions {
  const definitions: Definitions = new Map();
  for (const { AttributeName: name, AttributeType: type } of given) {
    if (definitions.has(name)) throw invalidValue(`Duplicate AttributeName in AttributeDefinitions: ${name}`);
    definitions.set(name, type);
  }
  return definitions;
}

function readKeys(schema: any[], definitions: Definitions): Keys {
  const names = schema.map(({ AttributeName: name }) => name as string);
  const attribute = (name: string): KeyAttribute => {
    const type = definitions.get(name);
    if (type) return { name, type };
    throw invalidValue(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(", ")}], AttributeDefinitions: [${[...definitions.keys()].join(", ")}]`,
    );
  };
  const attributes = names.map(attribute);
  if (names[0] === names[1]) {
    throw validation("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (schema[0].KeyType !== "HASH") {
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema[1] && schema[1].KeyType !== "RANGE") {
    throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  const [hash, range] = attributes as [KeyAttribute, KeyAttribute | undefined];
  return range ? { hash, range } : { hash };
}

function readLocalIndex(given: any, definitions: Definitions, table: Keys): Index {
  if (!table.range) {
    throw invalidValue(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    );
  }
  const keys = readKeys(given.KeySchema, definitions);
  if (!keys.range) {
    throw invalidValue(`Index KeySchema does not have a range key for index: ${given.IndexName}`);
  }
  if (keys.hash.name !== table.hash.name) {
    throw invalidValue(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${given.IndexName}. index hash key: ${keys.hash.name}, table hash key: ${table.hash.name}`,
    );
  }
  return readIndex(given, "local", keys);
}

function readIndex(given: any, scope: Index["scope"], keys: Keys): Index {
  const { ProjectionType: type = null, NonKeyAttributes: attributes } = given.Projection;
  if (type === null) throw invalidValue("Unknown ProjectionType: null");
  if (attributes && type !== "INCLUDE") {
    throw invalidValue(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (!attributes && type === "INCLUDE") {
    throw invalidValue(`ProjectionType is ${type}, but NonKeyAttributes is not specified`);
  }
  return {
    id: 0,
    name: given.IndexName,
    scope,
    keys,
    projection: { type, attributes: attributes ?? [] },
    ...(given.ProvisionedThroughput && { throughput: given.ProvisionedThroughput }),
  };
}

function checkIndexSet(indexes: Index[]): void {
  const seen = new Set<string>();
  for (const { name } of indexes) {
    if (seen.has(name)) throw invalidValue(`Duplicate index name: ${name}`);
    seen.add(name);
  }
  const count = (scope: Index["scope"]) => indexes.filter((index) => index.scope === scope).length;
  if (count("local") > MOST_LOCAL_INDEXES) {
    throw invalidValue(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCAL_INDEXES}`);
  }
  if (count("global") > MOST_GLOBAL_INDEXES) {
    throw new ServiceError(
      "LimitExceededException",
      `GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBAL_INDEXES}`,
    );
  }
}

function checkGlobalThroughput(indexes: Index[], billingMode: Table["billingMode"]): void {
  for (const { name, throughput } of indexes) {
    if (throughput && billingMode === "PAY_PER_REQUEST") {
      throw invalidValue(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      );
    }
    if (!throughput && billingMode === "PROVISIONED") {
      throw invalidValue(`ProvisionedThroughput must be specified for index: ${name}`);
    }
  }
}

function checkAllUsed(definitions: Definitions, used: Set<string>, hasIndexes: boolean): void {
  const unused = [...definitions.keys()].filter((name) => !used.has(name));
  if (unused.length === 0) return;
  throw invalidValue(
    hasIndexes
      ? `Some AttributeDefinitions are not used. AttributeDefinitions: [${[...definitions.keys()].join(", ")}], keys used: [${[...used].join(", ")}]`
      : "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
  );
}
