import { UserError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type {
  DeployedResource,
  PropertyShape,
  ResolvedResource,
  ResourceProvider,
} from "../kernel/resource.ts";

const AT_REST = "at rest encryption changes nothing locally";
const UNLIMITED = "capacity is not limited locally";
const INSIGHTS = "contributor insights are reports that the local cloud does not write";

const keySchema: PropertyShape = { AttributeName: true, KeyType: true };
const projection: PropertyShape = { ProjectionType: true, NonKeyAttributes: true };
const recovery: PropertyShape = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: true };
const tags: PropertyShape = { Key: true, Value: true };
const insights: PropertyShape = { Enabled: INSIGHTS, Mode: INSIGHTS };

const shared: PropertyShape = {
  TableName: true,
  AttributeDefinitions: { AttributeName: true, AttributeType: true },
  KeySchema: keySchema,
  BillingMode: true,
  LocalSecondaryIndexes: { IndexName: true, KeySchema: keySchema, Projection: projection },
  StreamSpecification: { StreamViewType: true },
  TimeToLiveSpecification: { AttributeName: true, Enabled: true },
  WarmThroughput: UNLIMITED,
};

const throughput: PropertyShape = { ReadCapacityUnits: true, WriteCapacityUnits: true };

/** The common form of both table types: the CreateTable input, and the settings with calls of their own. */
interface Wanted {
  create: Record<string, any>;
  timeToLive: { AttributeName: string; Enabled: boolean } | undefined;
  recovery: { PointInTimeRecoveryEnabled: boolean; RecoveryPeriodInDays?: number };
}

const table: ResourceProvider = {
  type: "AWS::DynamoDB::Table",
  serves: {
    ...shared,
    ProvisionedThroughput: throughput,
    GlobalSecondaryIndexes: {
      IndexName: true,
      KeySchema: keySchema,
      Projection: projection,
      ProvisionedThroughput: throughput,
      OnDemandThroughput: UNLIMITED,
      WarmThroughput: UNLIMITED,
      ContributorInsightsSpecification: insights,
    },
    OnDemandThroughput: UNLIMITED,
    TableClass: true,
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: AT_REST, SSEType: AT_REST, KMSMasterKeyId: AT_REST },
    PointInTimeRecoverySpecification: recovery,
    ContributorInsightsSpecification: insights,
    Tags: tags,
  },
  deploy: (resource, kernel) => deploy(resource, kernel, wantedOf(resource, resource.properties)),
  remove,
};

const globalTable: ResourceProvider = {
  type: "AWS::DynamoDB::GlobalTable",
  serves: {
    ...shared,
    GlobalSecondaryIndexes: {
      IndexName: true,
      KeySchema: keySchema,
      Projection: projection,
      WriteOnDemandThroughputSettings: UNLIMITED,
      WarmThroughput: UNLIMITED,
    },
    WriteOnDemandThroughputSettings: UNLIMITED,
    SSESpecification: { SSEEnabled: AT_REST, SSEType: AT_REST },
    Replicas: {
      Region: true,
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: recovery,
      TableClass: true,
      Tags: tags,
      ContributorInsightsSpecification: insights,
      SSESpecification: { KMSMasterKeyId: AT_REST },
      ReadOnDemandThroughputSettings: UNLIMITED,
      GlobalSecondaryIndexes: {
        IndexName: UNLIMITED,
        ContributorInsightsSpecification: insights,
        ReadOnDemandThroughputSettings: UNLIMITED,
      },
    },
  },
  async deploy(resource, kernel) {
    const { Replicas: replicas = [], ...properties } = resource.properties;
    const [replica] = replicas;
    if (replicas.length !== 1 || replica.Region !== kernel.region) {
      throw new UserError(
        `${resource.path}: Replicas names ${replicas.map(({ Region }: any) => Region).join(", ") || "no region"}; the local cloud serves a table in ${kernel.region} alone. Remove the other replicas, or add them in deployments to AWS only.`,
      );
    }
    if (properties.BillingMode !== "PAY_PER_REQUEST") {
      throw new UserError(
        `${resource.path}: BillingMode is ${properties.BillingMode ?? "PROVISIONED"}; the local cloud serves global tables with PAY_PER_REQUEST (in CDK: Billing.onDemand()).`,
      );
    }
    // A replica contains the settings that differ by region; the indexes are the table's.
    const { GlobalSecondaryIndexes: _, ...own } = replica;
    return deploy(resource, kernel, wantedOf(resource, { ...properties, ...own }));
  },
  remove,
};

/** The CloudFormation types of DynamoDB. */
export const dynamodbResources: ResourceProvider[] = [table, globalTable];

function wantedOf(resource: ResolvedResource, properties: Record<string, any>): Wanted {
  const { StreamSpecification: stream, TimeToLiveSpecification: timeToLive } = properties;
  const billed = properties.BillingMode ?? "PROVISIONED";
  return {
    create: {
      TableName: properties.TableName ?? resource.generatedName,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: billed,
      ProvisionedThroughput:
        billed === "PROVISIONED" ? numbered(properties.ProvisionedThroughput) : undefined,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map((index: any) => ({
        IndexName: index.IndexName,
        KeySchema: index.KeySchema,
        Projection: index.Projection,
        ProvisionedThroughput: billed === "PROVISIONED" ? numbered(index.ProvisionedThroughput) : undefined,
      })),
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      StreamSpecification: stream && { StreamEnabled: true, StreamViewType: stream.StreamViewType },
      TableClass: properties.TableClass,
      DeletionProtectionEnabled: flagOf(properties.DeletionProtectionEnabled) ?? false,
      Tags: properties.Tags,
    },
    timeToLive:
      timeToLive?.AttributeName && flagOf(timeToLive.Enabled) !== false
        ? { AttributeName: timeToLive.AttributeName, Enabled: true }
        : undefined,
    recovery: {
      PointInTimeRecoveryEnabled:
        flagOf(properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled) ?? false,
      ...(properties.PointInTimeRecoverySpecification?.RecoveryPeriodInDays && {
        RecoveryPeriodInDays: Number(properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays),
      }),
    },
  };
}

async function deploy(resource: ResolvedResource, kernel: Kernel, wanted: Wanted): Promise<DeployedResource> {
  const name: string = wanted.create.TableName;
  const call = (operation: string, input: object) =>
    kernel.call("dynamodb", operation, { TableName: name, ...input });
  const existing = await call("DescribeTable", {}).catch((error: Error) => {
    if (error.name !== "ResourceNotFoundException") throw error;
  });
  if (existing) await update(resource, call, existing.Table, wanted.create);
  else await call("CreateTable", wanted.create);
  await setTimeToLive(call, wanted.timeToLive);
  await call("UpdateContinuousBackups", { PointInTimeRecoverySpecification: wanted.recovery });

  const { Table: deployed } = await call("DescribeTable", {});
  await setTags(kernel, deployed.TableArn, wanted.create.Tags ?? []);
  return {
    ref: name,
    attributes: {
      Arn: deployed.TableArn,
      TableId: deployed.TableId,
      ...(deployed.StreamSpecification && { StreamArn: deployed.LatestStreamArn }),
    },
  };
}

type Call = (operation: string, input: object) => Promise<any>;

/** Updates a table of an earlier start to the new definition and keeps its items. */
async function update(resource: ResolvedResource, call: Call, current: any, wanted: any): Promise<void> {
  for (const [property, was, is] of [
    ["KeySchema", current.KeySchema, wanted.KeySchema],
    [
      "LocalSecondaryIndexes",
      current.LocalSecondaryIndexes?.map(definitionOf),
      wanted.LocalSecondaryIndexes?.map(definitionOf),
    ],
  ]) {
    if (same(was, is)) continue;
    throw new UserError(
      `${resource.path}: ${property} of the table ${wanted.TableName} cannot change while it keeps its items (it was ${JSON.stringify(was)}, it is ${JSON.stringify(is)}). Give the table another name, or delete it first.`,
    );
  }
  await call("UpdateTable", {
    BillingMode: wanted.BillingMode,
    ProvisionedThroughput: wanted.ProvisionedThroughput,
    DeletionProtectionEnabled: wanted.DeletionProtectionEnabled,
    TableClass: wanted.TableClass,
  });

  const [before, after] = [
    current.StreamSpecification?.StreamViewType,
    wanted.StreamSpecification?.StreamViewType,
  ];
  if (before !== after) {
    if (before) await call("UpdateTable", { StreamSpecification: { StreamEnabled: false } });
    if (after) await call("UpdateTable", { StreamSpecification: wanted.StreamSpecification });
  }

  const indexes: any[] = wanted.GlobalSecondaryIndexes ?? [];
  const kept = new Set<string>();
  for (const index of current.GlobalSecondaryIndexes ?? []) {
    const now = indexes.find(({ IndexName }) => IndexName === index.IndexName);
    if (now && same(definitionOf(now), definitionOf(index))) kept.add(index.IndexName);
    else
      await call("UpdateTable", {
        GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.IndexName } }],
      });
  }
  for (const index of indexes.filter(({ IndexName }) => !kept.has(IndexName))) {
    await call("UpdateTable", {
      AttributeDefinitions: wanted.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    });
  }
}

async function setTimeToLive(call: Call, wanted: Wanted["timeToLive"]): Promise<void> {
  const { TimeToLiveDescription: current } = await call("DescribeTimeToLive", {});
  const attribute = current.TimeToLiveStatus === "ENABLED" ? current.AttributeName : undefined;
  if (attribute === wanted?.AttributeName) return;
  if (attribute) {
    await call("UpdateTimeToLive", { TimeToLiveSpecification: { AttributeName: attribute, Enabled: false } });
  }
  if (wanted) await call("UpdateTimeToLive", { TimeToLiveSpecification: wanted });
}

async function setTags(kernel: Kernel, arn: string, wanted: { Key: string; Value: string }[]): Promise<void> {
  const current: string[] = [];
  for (let page: any = {}; page; ) {
    const { Tags, NextToken } = await kernel.call("dynamodb", "ListTagsOfResource", {
      ResourceArn: arn,
      ...page,
    });
    current.push(...Tags.map(({ Key }: any) => Key));
    page = NextToken && { NextToken };
  }
  const gone = current.filter((key) => !wanted.some(({ Key }) => Key === key));
  await kernel.call("dynamodb", "UntagResource", { ResourceArn: arn, TagKeys: gone });
  await kernel.call("dynamodb", "TagResource", { ResourceArn: arn, Tags: wanted });
}

async function remove(name: string, kernel: Kernel): Promise<void> {
  const { Table: current } = await kernel.call("dynamodb", "DescribeTable", { TableName: name });
  if (current.DeletionProtectionEnabled) {
    throw new UserError(
      `The table ${name} is no longer in the template, but protected against deletion. Deploy it once with the protection off, then remove it.`,
    );
  }
  await kernel.call("dynamodb", "DeleteTable", { TableName: name });
}

/** The properties of an index that cannot change without rebuilding it. */
function definitionOf({ IndexName, KeySchema, Projection }: any): unknown {
  return {
    IndexName,
    KeySchema: KeySchema.map(({ AttributeName, KeyType }: any) => [AttributeName, KeyType]),
    type: Projection.ProjectionType,
    attributes: Projection.NonKeyAttributes ?? [],
  };
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? []) === JSON.stringify(right ?? []);
}

/** Templates sometimes write booleans and numbers as text. */
function flagOf(value: unknown): boolean | undefined {
  return value === undefined ? undefined : String(value) === "true";
}

function numbered(throughput: any): object | undefined {
  return (
    throughput && {
      ReadCapacityUnits: Number(throughput.ReadCapacityUnits),
      WriteCapacityUnits: Number(throughput.WriteCapacityUnits),
    }
  );
}
