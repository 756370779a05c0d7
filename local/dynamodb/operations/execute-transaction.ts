import { hasCode } from "../../kernel/errors.ts";
import { Consumption } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { parseStatement } from "../partiql/parse-statement.ts";
import { prepareSingleRead, readSingle, type SingleRead } from "../partiql/single-read.ts";
import type { Statement } from "../partiql/syntax.ts";
import { readParameters } from "../partiql/values.ts";
import { inTransaction, prepareWrite, type StatementWrite } from "../partiql/writes.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { itemSize } from "../value/item-size.ts";
import { refuseMixture } from "./batch-execute-statement.ts";
import { commit, prepareAll, refuseDuplicates, refuseOversize } from "./transact.ts";

/** Errors that cancel the transaction with a reason; every other error refuses the request. */
const REASONS = [
  /^The provided key element does not match the schema$/,
  /^One or more parameter values were invalid: (Missing the key|Type mismatch for key)/,
  /^Requested resource not found$/,
];

/** Runs up to 100 statements, all reads or all writes, as one. */
export function executeTransaction(engine: Engine, input: any): object {
  const requests: any[] = input.TransactStatements;
  const parameters = requests.map((request) => readParameters(request.Parameters));
  const statements = requests.map((request, at) => inStatement(at, () => parseStatement(request.Statement)));
  refuseMixture(statements, "ExecuteTransaction");
  const prepared = prepareAll(statements, REASONS, (statement, at) =>
    inStatement(at, () => prepare(engine, statement, parameters[at]!, requests[at])),
  );
  if (statements[0]!.kind !== "select") {
    return { Responses: [], ...commit(engine, input, prepared as StatementWrite[]) };
  }
  return readAll(engine, input, prepared as SingleRead[]);
}

function prepare(
  engine: Engine,
  statement: Statement,
  parameters: AttributeValue[],
  request: any,
): SingleRead | StatementWrite {
  const table = tableForItems(engine, statement.source.table);
  if ("returning" in statement && statement.returning) {
    throw validation("RETURNING clause is not supported in ExecuteTransaction.");
  }
  if (statement.kind === "select") {
    return prepareSingleRead(statement, { table, parameters }, "ExecuteTransaction");
  }
  const returnsOnFailure = request.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  try {
    return prepareWrite(statement, { table, parameters, returnsOnFailure });
  } catch (error) {
    throw inTransaction(error);
  }
}

function readAll(engine: Engine, input: any, reads: SingleRead[]): object {
  refuseDuplicates(reads);
  const consumption = new Consumption(input.ReturnConsumedCapacity, true);
  const mode = { consistent: true, transactional: true };
  const items = reads.map((read) => readSingle(engine, read, mode, consumption));
  refuseOversize(items.reduce((sum, item) => sum + (item ? itemSize(item) : 0), 0));
  return {
    Responses: items.map((item) => (item ? { Item: item } : {})),
    ...consumption.ofTables(),
  };
}

/** Names the statement in an error that refuses the request because of it. */
function inStatement<Answer>(at: number, step: () => Answer): Answer {
  try {
    return step();
  } catch (error) {
    if (!hasCode(error, "ValidationException")) throw error;
    if (REASONS.some((reason) => reason.test(error.message))) throw error;
    throw validation(`Validation failed in TransactStatements[${at}]: ${error.message}`);
  }
}
