import { anything, choice, flag, integer, listOf, mapOf, type Shape, structure, text } from "../shape.ts";

const tableName = text([1, 1024], /^[a-zA-Z0-9_.:/-]+$/);
const indexName = text([3, 255], /^[a-zA-Z0-9_.-]+$/);
const capacity = choice("INDEXES", "TOTAL", "NONE");
const metrics = choice("SIZE", "NONE");
const onFailure = choice("ALL_OLD", "NONE");
const returnValues = choice("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW");
const expressionText = text();

const names = { ExpressionAttributeNames: anything };
const placeholders = { ...names, ExpressionAttributeValues: anything };
const comparison = choice(
  "IN",
  "NULL",
  "BETWEEN",
  "LT",
  "NOT_CONTAINS",
  "EQ",
  "GT",
  "NOT_NULL",
  "NE",
  "LE",
  "BEGINS_WITH",
  "GE",
  "CONTAINS",
);
const conditionalOperator = choice("OR", "AND");
const comparisons = mapOf(
  structure({ ComparisonOperator: comparison, AttributeValueList: listOf(anything) }, "ComparisonOperator"),
);
const expected = {
  Expected: mapOf(
    structure({
      Value: anything,
      Exists: flag,
      ComparisonOperator: comparison,
      AttributeValueList: listOf(anything),
    }),
  ),
  ConditionalOperator: conditionalOperator,
};
const attributeUpdates = mapOf(structure({ Value: anything, Action: choice("DELETE", "PUT", "ADD") }));
const condition = { ConditionExpression: expressionText, ...placeholders };
const reported = { ReturnConsumedCapacity: capacity };
const writeReported = { ...reported, ReturnItemCollectionMetrics: metrics };
const attributesToGet = listOf(text(), 1);
const projection = { ProjectionExpression: expressionText, ...names };
const legacyProjection = { AttributesToGet: attributesToGet };

const conditionalWrite = {
  TableName: tableName,
  ...condition,
  ReturnValuesOnConditionCheckFailure: onFailure,
};
const singleWrite = { ...conditionalWrite, ...expected, ...writeReported, ReturnValues: returnValues };

/** A PartiQL statement with its parameters. */
const statement = {
  Statement: text([1, 8192]),
  Parameters: listOf(anything, 1),
  ReturnValuesOnConditionCheckFailure: onFailure,
};

const throughput = structure(
  { ReadCapacityUnits: integer(1), WriteCapacityUnits: integer(1) },
  "ReadCapacityUnits",
  "WriteCapacityUnits",
);
const onDemand = structure({ MaxReadRequestUnits: integer(-1), MaxWriteRequestUnits: integer(-1) });
const warm = structure({ ReadUnitsPerSecond: integer(1), WriteUnitsPerSecond: integer(1) });
const keySchema = listOf(
  structure({ AttributeName: text([1, 255]), KeyType: choice("HASH", "RANGE") }, "AttributeName", "KeyType"),
  1,
  2,
);
const attributeDefinitions = listOf(
  structure(
    { AttributeName: text([1, 255]), AttributeType: choice("B", "N", "S") },
    "AttributeName",
    "AttributeType",
  ),
);
const localIndex = {
  IndexName: indexName,
  KeySchema: keySchema,
  Projection: structure({
    ProjectionType: choice("ALL", "INCLUDE", "KEYS_ONLY"),
    NonKeyAttributes: listOf(text([1, 255]), 1, 20),
  }),
};
const globalIndex = structure(
  { ...localIndex, ProvisionedThroughput: throughput, OnDemandThroughput: onDemand, WarmThroughput: warm },
  "IndexName",
  "KeySchema",
  "Projection",
);
const streamSpecification = structure(
  {
    StreamEnabled: flag,
    StreamViewType: choice("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"),
  },
  "StreamEnabled",
);
const tableSettings = {
  TableName: tableName,
  AttributeDefinitions: attributeDefinitions,
  BillingMode: choice("PROVISIONED", "PAY_PER_REQUEST"),
  ProvisionedThroughput: throughput,
  StreamSpecification: streamSpecification,
  SSESpecification: structure({ Enabled: flag, SSEType: choice("AES256", "KMS"), KMSMasterKeyId: text() }),
  TableClass: choice("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
  DeletionProtectionEnabled: flag,
  OnDemandThroughput: onDemand,
  WarmThroughput: warm,
};
const tag = structure({ Key: text([1, 128]), Value: text([0, 256]) }, "Key", "Value");
const onlyTable = structure({ TableName: tableName }, "TableName");

/** The parameters of each operation. Others are refused by name. */
export const SHAPES: { readonly [operation: string]: Shape } = {
  PutItem: structure({ ...singleWrite, Item: anything }, "TableName", "Item"),
  DeleteItem: structure({ ...singleWrite, Key: anything }, "TableName", "Key"),
  UpdateItem: structure(
    { ...singleWrite, Key: anything, UpdateExpression: expressionText, AttributeUpdates: attributeUpdates },
    "TableName",
    "Key",
  ),
  GetItem: structure(
    {
      TableName: tableName,
      Key: anything,
      ConsistentRead: flag,
      ...projection,
      ...legacyProjection,
      ...reported,
    },
    "TableName",
    "Key",
  ),
  Query: structure(
    {
      TableName: tableName,
      IndexName: indexName,
      KeyConditionExpression: expressionText,
      FilterExpression: expressionText,
      ProjectionExpression: expressionText,
      ...legacyProjection,
      KeyConditions: comparisons,
      QueryFilter: comparisons,
      ConditionalOperator: conditionalOperator,
      ...placeholders,
      ...reported,
      Select: choice("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
      Limit: integer(1),
      ExclusiveStartKey: anything,
      ConsistentRead: flag,
      ScanIndexForward: flag,
    },
    "TableName",
  ),
  Scan: structure(
    {
      TableName: tableName,
      IndexName: indexName,
      FilterExpression: expressionText,
      ProjectionExpression: expressionText,
      ...legacyProjection,
      ScanFilter: comparisons,
      ConditionalOperator: conditionalOperator,
      ...placeholders,
      ...reported,
      Select: choice("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
      Limit: integer(1),
      ExclusiveStartKey: anything,
      ConsistentRead: flag,
      Segment: integer(0, 999_999),
      TotalSegments: integer(1, 1_000_000),
    },
    "TableName",
  ),
  BatchGetItem: structure(
    {
      RequestItems: mapOf(
        structure(
          { Keys: listOf(anything, 1, 100), ConsistentRead: flag, ...projection, ...legacyProjection },
          "Keys",
        ),
        1,
        100,
      ),
      ...reported,
    },
    "RequestItems",
  ),
  BatchWriteItem: structure(
    {
      RequestItems: mapOf(
        listOf(
          structure({
            PutRequest: structure({ Item: anything }, "Item"),
            DeleteRequest: structure({ Key: anything }, "Key"),
          }),
          1,
          25,
        ),
        1,
        25,
      ),
      ...writeReported,
    },
    "RequestItems",
  ),
  TransactWriteItems: structure(
    {
      TransactItems: listOf(
        structure({
          Put: structure({ ...conditionalWrite, Item: anything }, "TableName", "Item"),
          Delete: structure({ ...conditionalWrite, Key: anything }, "TableName", "Key"),
          Update: structure(
            { ...conditionalWrite, Key: anything, UpdateExpression: expressionText },
            "TableName",
            "Key",
            "UpdateExpression",
          ),
          ConditionCheck: structure(
            { ...conditionalWrite, Key: anything },
            "TableName",
            "Key",
            "ConditionExpression",
          ),
        }),
        1,
        100,
      ),
      ClientRequestToken: text([1, 36]),
      ...writeReported,
    },
    "TransactItems",
  ),
  TransactGetItems: structure(
    {
      TransactItems: listOf(
        structure(
          { Get: structure({ TableName: tableName, Key: anything, ...projection }, "TableName", "Key") },
          "Get",
        ),
        1,
        100,
      ),
      ...reported,
    },
    "TransactItems",
  ),
  ExecuteStatement: structure(
    {
      ...statement,
      ConsistentRead: flag,
      NextToken: text([1, 32_768]),
      Limit: integer(1),
      ...reported,
    },
    "Statement",
  ),
  BatchExecuteStatement: structure(
    {
      Statements: listOf(structure({ ...statement, ConsistentRead: flag }, "Statement"), 1, 25),
      ...reported,
    },
    "Statements",
  ),
  ExecuteTransaction: structure(
    {
      TransactStatements: listOf(structure(statement, "Statement"), 1, 100),
      ClientRequestToken: text([1, 36]),
      ...reported,
    },
    "TransactStatements",
  ),
  CreateTable: structure(
    {
      ...tableSettings,
      KeySchema: keySchema,
      LocalSecondaryIndexes: listOf(structure(localIndex, "IndexName", "KeySchema", "Projection")),
      GlobalSecondaryIndexes: listOf(globalIndex),
      Tags: listOf(tag),
    },
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
  ),
  UpdateTable: structure(
    {
      ...tableSettings,
      GlobalSecondaryIndexUpdates: listOf(
        structure({
          Create: globalIndex,
          Update: structure(
            { IndexName: indexName, ProvisionedThroughput: throughput },
            "IndexName",
            "ProvisionedThroughput",
          ),
          Delete: structure({ IndexName: indexName }, "IndexName"),
        }),
      ),
    },
    "TableName",
  ),
  DescribeTable: onlyTable,
  DeleteTable: onlyTable,
  ListTables: structure({ ExclusiveStartTableName: tableName, Limit: integer(1, 100) }),
  UpdateTimeToLive: structure(
    {
      TableName: tableName,
      TimeToLiveSpecification: structure(
        { AttributeName: text([1, 255]), Enabled: flag },
        "Enabled",
        "AttributeName",
      ),
    },
    "TableName",
    "TimeToLiveSpecification",
  ),
  DescribeTimeToLive: onlyTable,
  UpdateContinuousBackups: structure(
    {
      TableName: tableName,
      PointInTimeRecoverySpecification: structure(
        { PointInTimeRecoveryEnabled: flag, RecoveryPeriodInDays: integer(1, 35) },
        "PointInTimeRecoveryEnabled",
      ),
    },
    "TableName",
    "PointInTimeRecoverySpecification",
  ),
  DescribeContinuousBackups: onlyTable,
  TagResource: structure({ ResourceArn: text([1, 1283]), Tags: listOf(tag) }, "ResourceArn", "Tags"),
  UntagResource: structure(
    { ResourceArn: text([1, 1283]), TagKeys: listOf(text([1, 128])) },
    "ResourceArn",
    "TagKeys",
  ),
  ListTagsOfResource: structure({ ResourceArn: text([1, 1283]), NextToken: text() }, "ResourceArn"),
};
