import { ServiceError } from "../../kernel/errors.ts";
import { type Engine, tableForControl } from "../engine.ts";
import { invalidValue, validation } from "../errors.ts";
import type { Table } from "../table.ts";
import { readBilling, readDefinition, readNewIndex, readStream } from "./definition.ts";
import { describe } from "./describe.ts";

export function createTable(engine: Engine, input: any): object {
  const { kernel, tables, log } = engine;
  checkName(input.TableName);
  const definition = readDefinition(input);
  const viewType = readStream(input.StreamSpecification);
  if (tables.find(input.TableName)) {
    throw new ServiceError("ResourceInUseException", `Table already exists: ${input.TableName}`);
  }
  const name: string = input.TableName;
  const arn = kernel.arn("dynamodb", `table/${name}`);
  const table = kernel.store.atomically(() =>
    tables.add({
      name,
      arn,
      uuid: kernel.random.uuid(),
      created: kernel.clock.now(),
      ...definition,
      deletionProtection: input.DeletionProtectionEnabled ?? false,
      ...(viewType && { stream: log.open({ name, arn, keys: definition.keys }, viewType) }),
      encryption: readEncryption(input.SSESpecification),
      tableClass: input.TableClass,
      onDemandThroughput: input.OnDemandThroughput,
      tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }: any) => [Key, Value])),
    }),
  );
  return { TableDescription: describe(engine, table, "CREATING") };
}

export function describeTable(engine: Engine, input: any): object {
  return { Table: describe(engine, tableForControl(engine, input.TableName)) };
}

export function deleteTable(engine: Engine, input: any): object {
  const table = tableForControl(engine, input.TableName);
  if (table.deletionProtection) {
    throw validation(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  }
  const { AttributeDefinitions, KeySchema, CreationDateTime, ...description } = describe(
    engine,
    table,
    "DELETING",
  );
  engine.kernel.store.atomically(() => {
    if (table.stream?.enabled) engine.log.close(table.stream);
    engine.items.removeAll(table);
    engine.tables.remove(table);
  });
  return { TableDescription: description };
}

export function listTables({ tables }: Engine, input: any): object {
  const limit: number = input.Limit ?? 100;
  const names = tables
    .all()
    .map(({ name }) => name)
    .filter((name) => input.ExclusiveStartTableName == null || name > input.ExclusiveStartTableName)
    .sort();
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }) };
}

const UPDATES = [
  "ProvisionedThroughput",
  "BillingMode",
  "StreamSpecification",
  "GlobalSecondaryIndexUpdates",
  "SSESpecification",
  "TableClass",
  "DeletionProtectionEnabled",
  "OnDemandThroughput",
];

export function updateTable(engine: Engine, input: any): object {
  const { kernel, tables, items } = engine;
  const updates: any[] = input.GlobalSecondaryIndexUpdates ?? [];
  if (!UPDATES.some((name) => input[name] != null && input[name].length !== 0)) {
    throw validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  }
  checkIndexUpdates(updates);
  const table = structuredClone(tableForControl(engine, input.TableName));
  kernel.store.atomically(() => {
    updateBilling(engine, table, input);
    if (input.StreamSpecification) updateStream(engine, table, input.StreamSpecification);
    for (const { Create: create, Delete: remove, Update: update } of updates) {
      if (create) {
        const index = readNewIndex(table, create, input.AttributeDefinitions);
        index.id = tables.indexNumber(table, index.name);
        table.indexes.push(index);
        items.fillIndex(table, index);
      } else {
        const { IndexName: name } = update ?? remove;
        const index = table.indexes.find(
          (candidate) => candidate.scope === "global" && candidate.name === name,
        );
        if (!index) {
          throw new ServiceError(
            "ResourceNotFoundException",
            `Requested resource not found: Index: ${name} not found for table: ${table.name}`,
          );
        }
        if (update) {
          index.throughput = update.ProvisionedThroughput;
        } else {
          tables.removeIndex(index.id);
          table.indexes.splice(table.indexes.indexOf(index), 1);
        }
      }
    }
    if (input.SSESpecification) table.encryption = readEncryption(input.SSESpecification);
    table.tableClass = input.TableClass ?? table.tableClass;
    table.deletionProtection = input.DeletionProtectionEnabled ?? table.deletionProtection;
    table.onDemandThroughput = input.OnDemandThroughput ?? table.onDemandThroughput;
    tables.save(table);
  });
  return { TableDescription: describe(engine, table, "UPDATING") };
}

function updateBilling({ kernel }: Engine, table: Table, input: any): void {
  if (input.BillingMode == null && input.ProvisionedThroughput == null) return;
  const mode = input.BillingMode ?? table.billingMode;
  if (mode === "PAY_PER_REQUEST" && table.billingMode !== mode) table.onDemandSince = kernel.clock.now();
  const throughput =
    input.ProvisionedThroughput ?? (table.billingMode === mode ? table.throughput : undefined);
  if (mode === "PROVISIONED" && !throughput) {
    throw invalidValue("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  Object.assign(
    table,
    readBilling({
      BillingMode: mode,
      ProvisionedThroughput: mode === "PAY_PER_REQUEST" ? input.ProvisionedThroughput : throughput,
    }),
  );
  if (mode === "PAY_PER_REQUEST") for (const index of table.indexes) delete index.throughput;
}

function updateStream({ log }: Engine, table: Table, specification: any): void {
  const viewType = readStream(specification);
  if (viewType && table.stream?.enabled) {
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
  }
  if (viewType) {
    table.stream = log.open(table, viewType);
    return;
  }
  if (!table.stream?.enabled) {
    throw validation(`Table does not have a stream to disable: TableName: ${table.name}`);
  }
  log.close(table.stream);
  table.stream.enabled = false;
}

function checkIndexUpdates(updates: any[]): void {
  const seen = new Set<string>();
  for (const update of updates) {
    const action = update.Update ?? update.Create ?? update.Delete;
    if (!action) {
      throw invalidValue(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    }
    if (seen.has(action.IndexName)) {
      throw invalidValue(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${action.IndexName}`,
      );
    }
    seen.add(action.IndexName);
  }
  if (updates.filter(({ Create, Delete }) => Create || Delete).length > 1) {
    throw new ServiceError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  }
}

/** The local cloud encrypts nothing at rest; it describes the requested encryption. */
function readEncryption(given: any): Table["encryption"] {
  if (!given?.Enabled) return undefined;
  return { type: given.SSEType ?? "KMS", ...(given.KMSMasterKeyId && { key: given.KMSMasterKeyId }) };
}

function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) {
    throw validation(
      "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
    );
  }
}
