import { type Cloud, startCloud, tableInput } from "./harness.ts";

/** A cloud with tables for statements: `str` has a partition key alone, `num` one that is a number, `com` has a sort key. */
export async function statements() {
  const cloud = startCloud();
  await cloud.call("CreateTable", tableInput("str"));
  await cloud.call("CreateTable", {
    ...tableInput("num"),
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "N" }],
  });
  await cloud.call("CreateTable", indexed("com"));
  return {
    ...cloud,
    /** Runs one statement. */
    run: (Statement: string, Parameters?: object[], more: object = {}) =>
      cloud.call("ExecuteStatement", { Statement, ...(Parameters && { Parameters }), ...more }),
    /** The items of a statement. */
    items: async (Statement: string, Parameters?: object[], more: object = {}): Promise<any[]> =>
      (await cloud.call("ExecuteStatement", { Statement, ...(Parameters && { Parameters }), ...more })).Items,
    batch: async (...requests: (string | object)[]): Promise<any[]> =>
      (await cloud.call("BatchExecuteStatement", { Statements: requests.map(request) })).Responses,
    transact: (...requests: (string | object)[]) =>
      cloud.call("ExecuteTransaction", { TransactStatements: requests.map(request) }),
    stored: async (TableName: string, Key: object) => (await cloud.call("GetItem", { TableName, Key })).Item,
    put: (TableName: string, Item: object) => cloud.call("PutItem", { TableName, Item }),
  };
}

const request = (given: string | object) => (typeof given === "string" ? { Statement: given } : given);

/** A table with a sort key, a global index by `status` that carries `name`, and a local one by `time` of keys only. */
function indexed(name: string): object {
  const table = tableInput(name, "S", {
    AttributeDefinitions: ["status", "time"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  });
  return {
    ...table,
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-status",
        KeySchema: [{ AttributeName: "status", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["label"] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "by-time",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "time", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  };
}

export type Statements = Awaited<ReturnType<typeof statements>>;
export type { Cloud };
