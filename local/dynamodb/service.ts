import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation, Service } from "../kernel/service.ts";
import { Accesses } from "./access/accesses.ts";
import { createEngine, type Engine } from "./engine.ts";
import { batchGetItem, batchWriteItem } from "./operations/batch.ts";
import { batchExecuteStatement } from "./operations/batch-execute-statement.ts";
import { executeStatement } from "./operations/execute-statement.ts";
import { executeTransaction } from "./operations/execute-transaction.ts";
import { query, scan } from "./operations/read-many.ts";
import * as settings from "./operations/settings.ts";
import { SHAPES } from "./operations/shapes.ts";
import { deleteItem, getItem, putItem, updateItem } from "./operations/single.ts";
import { createTable, deleteTable, describeTable, listTables, updateTable } from "./operations/tables.ts";
import { transactGetItems, transactWriteItems } from "./operations/transact.ts";
import { checkInput } from "./shape.ts";

export { dynamodbStreamsService } from "./streams.ts";

const OPERATIONS: {
  readonly [name: string]: (engine: Engine, input: any, context: CallContext) => object;
} = {
  PutItem: putItem,
  GetItem: getItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  TransactWriteItems: transactWriteItems,
  TransactGetItems: transactGetItems,
  ExecuteStatement: executeStatement,
  BatchExecuteStatement: batchExecuteStatement,
  ExecuteTransaction: executeTransaction,
  CreateTable: createTable,
  DescribeTable: describeTable,
  UpdateTable: updateTable,
  DeleteTable: deleteTable,
  ListTables: listTables,
  UpdateTimeToLive: settings.updateTimeToLive,
  DescribeTimeToLive: settings.describeTimeToLive,
  UpdateContinuousBackups: settings.updateContinuousBackups,
  DescribeContinuousBackups: settings.describeContinuousBackups,
  TagResource: settings.tagResource,
  UntagResource: settings.untagResource,
  ListTagsOfResource: settings.listTagsOfResource,
};

/** Amazon DynamoDB (target prefix "DynamoDB_20120810", awsJson 1.0). Binary values are base64 strings. */
export function dynamodbService(kernel: Kernel): Service {
  const engine = createEngine(kernel);
  const accesses = new Accesses(kernel, engine.tables);
  const operations = Object.entries(OPERATIONS).map(([name, run]): [string, Operation] => [
    name,
    (input, context) => {
      checkInput(name, input, SHAPES[name]!);
      return run(engine, input, context);
    },
  ]);
  return {
    name: "dynamodb",
    operations: Object.fromEntries(operations),
    accesses: (operation, input) => accesses.of(operation, input),
    start() {
      engine.expiry.start();
      engine.log.start();
    },
    async stop() {
      engine.expiry.stop();
      engine.log.stop();
    },
  };
}
