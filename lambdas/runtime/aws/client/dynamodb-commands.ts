import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import type * as Sdk from "./sdk/dynamodb.ts";

type Name = Extract<keyof typeof Sdk, `${string}Command`>;

const command = <Of extends Name>(name: Of) =>
  lazyCommand<(typeof Sdk)[Of]>(name, async () => (await loadSdk("dynamodb"))[name]);

/** The document client's commands. */
export const BatchExecuteStatementCommand = command("BatchExecuteStatementCommand");
export const BatchGetCommand = command("BatchGetCommand");
export const BatchWriteCommand = command("BatchWriteCommand");
export const DeleteCommand = command("DeleteCommand");
export const ExecuteTransactionCommand = command("ExecuteTransactionCommand");
export const GetCommand = command("GetCommand");
export const PutCommand = command("PutCommand");
export const QueryCommand = command("QueryCommand");
export const TransactWriteCommand = command("TransactWriteCommand");
export const UpdateCommand = command("UpdateCommand");
