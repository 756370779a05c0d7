import type { Engine } from "../engine.ts";
import { type Index, type Keys, keyAttributes, type Table } from "../table.ts";

/**
 * The API's description of a table. `status`: the table's status while the service would still be working.
 */
export function describe(engine: Engine, table: Table, status = "ACTIVE"): Record<string, unknown> {
  const { items, bytes } = engine.tables.totals(table);
  const [local, global] = (["local", "global"] as const).map((scope) =>
    table.indexes.filter((index) => index.scope === scope),
  );
  const isThere = status === "ACTIVE";
  const averageSize = items === 0 ? 0 : bytes / items;
  return {
    AttributeDefinitions: attributeDefinitions(table),
    TableName: table.name,
    KeySchema: keySchema(table.keys),
    TableStatus: status,
    CreationDateTime: table.created / 1000,
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...table.throughput },
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: table.arn,
    TableId: table.uuid,
    ...(isThere && { WarmThroughput: warmThroughput(table, table.throughput) }),
    ...(table.billingMode === "PAY_PER_REQUEST" && {
      BillingModeSummary: {
        BillingMode: "PAY_PER_REQUEST",
        ...(status !== "CREATING" && {
          LastUpdateToPayPerRequestDateTime: (table.onDemandSince ?? table.created) / 1000,
        }),
      },
    }),
    ...(local!.length > 0 && {
      LocalSecondaryIndexes: local!.map((index) => describeIndex(engine, table, index, averageSize)),
    }),
    ...(global!.length > 0 && {
      GlobalSecondaryIndexes: global!.map((index) => ({
        ...describeIndex(engine, table, index, averageSize),
        IndexStatus: status === "CREATING" ? status : "ACTIVE",
        ...(isThere && { WarmThroughput: warmThroughput(table, index.throughput) }),
        ProvisionedThroughput: {
          NumberOfDecreasesToday: 0,
          ...(index.throughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }),
        },
      })),
    }),
    ...(table.stream && {
      ...(table.stream.enabled && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.viewType },
      }),
      LatestStreamLabel: table.stream.label,
      LatestStreamArn: table.stream.arn,
    }),
    ...(table.encryption && {
      SSEDescription: {
        Status: "ENABLED",
        SSEType: table.encryption.type,
        ...(table.encryption.key && { KMSMasterKeyArn: table.encryption.key }),
      },
    }),
    ...(table.tableClass && { TableClassSummary: { TableClass: table.tableClass } }),
    ...(table.onDemandThroughput && { OnDemandThroughput: table.onDemandThroughput }),
    DeletionProtectionEnabled: table.deletionProtection,
  };
}

/** The initial throughput of a table: its provisioned one, or the service's minimum on demand. */
function warmThroughput(table: Table, throughput: Table["throughput"] | undefined): object {
  const provisioned = table.billingMode === "PROVISIONED" ? throughput : undefined;
  return {
    ReadUnitsPerSecond: provisioned?.ReadCapacityUnits ?? 12_000,
    WriteUnitsPerSecond: provisioned?.WriteCapacityUnits ?? 4_000,
    Status: "ACTIVE",
  };
}

/** The size of the indexed items in the table: the service's own figure is hours old. */
function describeIndex(engine: Engine, table: Table, index: Index, averageSize: number): object {
  const items = engine.tables.itemsIn(index);
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.keys),
    Projection: {
      ProjectionType: index.projection.type,
      ...(index.projection.attributes.length > 0 && { NonKeyAttributes: index.projection.attributes }),
    },
    IndexSizeBytes: Math.round(items * averageSize),
    ItemCount: items,
    IndexArn: `${table.arn}/index/${index.name}`,
  };
}

function attributeDefinitions(table: Table): object[] {
  const attributes = [table.keys, ...table.indexes.map((index) => index.keys)].flatMap(keyAttributes);
  return [...new Map(attributes.map(({ name, type }) => [name, type]))].map(
    ([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    }),
  );
}

function keySchema(keys: Keys): object[] {
  return keyAttributes(keys).map(({ name }, at) => ({
    AttributeName: name,
    KeyType: at === 0 ? "HASH" : "RANGE",
  }));
}
