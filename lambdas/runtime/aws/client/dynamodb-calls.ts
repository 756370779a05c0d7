import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { itemFromWire, itemToWire, valueToWire } from "./binary.ts";
import type { DirectCalls, Shape } from "./direct-client.ts";

/** The same options as the table's document client, which changes the options object that it receives. */
export const marshalling = () => ({ removeUndefinedValues: true });

const VALUES = { ...marshalling(), convertTopLevelContainer: true };
const ITEMS = marshalling();

const write = (value: any) => valueToWire(marshall(value, VALUES));
const writeItem = (item: any) => item && itemToWire(marshall(item, ITEMS));
const readItem = (item: any) => item && unmarshall(itemFromWire(item));

/** The values of an object, or the members of a list, each converted by `change`. */
function each<Value>(values: Record<string, Value> | undefined, change: (value: Value) => unknown) {
  return values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

const shapes: [unknown, Shape][] = [
  [
    BatchExecuteStatementCommand,
    {
      operation: "BatchExecuteStatement",
      write: ({ Statements, ...rest }) => ({
        ...rest,
        Statements: Statements.map(({ Parameters, ...statement }: any) => ({
          ...statement,
          Parameters: Parameters?.map(write),
        })),
      }),
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
};
