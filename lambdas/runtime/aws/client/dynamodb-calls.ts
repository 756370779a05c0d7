import { randomUUID } from "node:crypto";
import { marshallItem, marshallValue, unmarshallItem } from "./attribute-values.ts";
import { itemFromWire, itemToWire, valueToWire } from "./binary.ts";
import type { DirectCalls, Shape } from "./direct-client.ts";
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  ExecuteTransactionCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "./dynamodb-commands.ts";

const write = (value: any) => valueToWire(marshallValue(value));
const writeItem = (item: any) => item && itemToWire(marshallItem(item));
const readItem = (item: any) => item && unmarshallItem(itemFromWire(item));

/** The values of an object, or the members of a list, each converted by `change`. */
function each<Value>(values: Record<string, Value> | undefined, change: (value: Value) => unknown) {
  return values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** The members of a write, or of one in a transaction, that have values. */
const writeMembers = ({ Item, Key, ExpressionAttributeValues, ...rest }: any) => ({
  ...rest,
  Item: writeItem(Item),
  Key: writeItem(Key),
  ExpressionAttributeValues: each(ExpressionAttributeValues, write),
});

const writeStatement = ({ Parameters, ...statement }: any) => ({
  ...statement,
  Parameters: Parameters?.map(write),
});

const readAttributes = ({ Attributes, ...rest }: any) => ({
  ...rest,
  ...(Attributes && { Attributes: readItem(Attributes) }),
});

const shapes: [unknown, Shape][] = [
  [PutCommand, { operation: "PutItem", write: writeMembers, read: readAttributes }],
  [UpdateCommand, { operation: "UpdateItem", write: writeMembers, read: readAttributes }],
  [DeleteCommand, { operation: "DeleteItem", write: writeMembers, read: readAttributes }],
  [
    TransactWriteCommand,
    {
      operation: "TransactWriteItems",
      write: ({ TransactItems, ClientRequestToken = randomUUID(), ...rest }) => ({
        ...rest,
        // All attempts of a call have the same token, so that none writes again what an earlier one has written.
        ClientRequestToken,
        TransactItems: TransactItems.map((one: any) => each(one, writeMembers)),
      }),
    },
  ],
  [
    BatchExecuteStatementCommand,
    {
      operation: "BatchExecuteStatement",
      write: ({ Statements, ...rest }) => ({ ...rest, Statements: Statements.map(writeStatement) }),
      read: ({ Responses, ...rest }) => ({
        ...rest,
        Responses: Responses?.map(({ Item, Error: failure, ...response }: any) => ({
          ...response,
          ...(Item && { Item: readItem(Item) }),
          ...(failure && { Error: { ...failure, ...(failure.Item && { Item: readItem(failure.Item) }) } }),
        })),
      }),
    },
  ],
  [
    ExecuteTransactionCommand,
    {
      operation: "ExecuteTransaction",
      write: ({ TransactStatements, ClientRequestToken = randomUUID(), ...rest }) => ({
        ...rest,
        ClientRequestToken,
        TransactStatements: TransactStatements.map(writeStatement),
      }),
    },
  ],
  [
    BatchGetCommand,
    {
      operation: "BatchGetItem",
      write: ({ RequestItems, ...rest }) => ({
        ...rest,
        RequestItems: each(RequestItems, (asked: any) => ({ ...asked, Keys: asked.Keys.map(writeItem) })),
      }),
      read: ({ Responses, UnprocessedKeys, ...rest }) => ({
        ...rest,
        Responses: each(Responses, (items: any) => items.map(readItem)),
        UnprocessedKeys: each(UnprocessedKeys, (left: any) => ({ ...left, Keys: left.Keys.map(readItem) })),
      }),
    },
  ],
  [
    BatchWriteCommand,
    {
      operation: "BatchWriteItem",
      write: ({ RequestItems, ...rest }) => ({
        ...rest,
        RequestItems: each(RequestItems, (all: any) => all.map((one: any) => changeOf(one, writeItem))),
      }),
      read: ({ UnprocessedItems, ...rest }) => ({
        ...rest,
        UnprocessedItems: each(UnprocessedItems, (all: any) =>
          all.map((one: any) => changeOf(one, readItem)),
        ),
      }),
    },
  ],
  [
    GetCommand,
    {
      operation: "GetItem",
      write: ({ Key, ...rest }) => ({ ...rest, Key: writeItem(Key) }),
      read: ({ Item, ...rest }) => ({ ...rest, ...(Item && { Item: readItem(Item) }) }),
    },
  ],
  [
    QueryCommand,
    {
      operation: "Query",
      write: ({ ExpressionAttributeValues, ExclusiveStartKey, ...rest }) => ({
        ...rest,
        ExpressionAttributeValues: each(ExpressionAttributeValues, write),
        ExclusiveStartKey: writeItem(ExclusiveStartKey),
      }),
      read: ({ Items, LastEvaluatedKey, ...rest }) => ({
        ...rest,
        Items: Items?.map(readItem),
        LastEvaluatedKey: readItem(LastEvaluatedKey),
      }),
    },
  ],
];

/** One request of a BatchWriteItem. */
function changeOf({ PutRequest, DeleteRequest }: any, item: (value: any) => any) {
  return PutRequest
    ? { PutRequest: { Item: item(PutRequest.Item) } }
    : { DeleteRequest: { Key: item(DeleteRequest.Key) } };
}

export const DYNAMODB: DirectCalls = {
  service: "dynamodb",
  target: "DynamoDB_20120810",
  version: "1.0",
  shapes: new Map(shapes),
  // The document client, too, leaves the item of a refusal in DynamoDB's own form.
  readError: ({ Item }) => (Item ? { Item: itemFromWire(Item) } : {}),
};
