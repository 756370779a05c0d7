import { ServiceError } from "../../kernel/errors.ts";
import type { CallContext } from "../../kernel/service.ts";
import { Consumption } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { parseStatement } from "../partiql/parse-statement.ts";
import { prepareSingleRead, readSingle } from "../partiql/single-read.ts";
import type { Statement } from "../partiql/syntax.ts";
import { readParameters } from "../partiql/values.ts";
import { prepareWrite } from "../partiql/writes.ts";
import type { Table } from "../table.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { perform } from "./execute-statement.ts";

/** The error codes in the answers to single statements. */
const CODES: Record<string, string> = {
  AccessDeniedException: "AccessDenied",
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  InternalServerError: "InternalServerError",
  ItemCollectionSizeLimitExceededException: "ItemCollectionSizeLimitExceeded",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  RequestLimitExceeded: "RequestLimitExceeded",
  ResourceNotFoundException: "ResourceNotFound",
  ThrottlingException: "ThrottlingError",
};

/** Runs up to 25 statements, all reads or all writes, in order and each on its own. */
export function batchExecuteStatement(engine: Engine, input: any, context: CallContext): object {
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  const statements = (input.Statements as any[]).map((request) => attempt(() => read(request)));
  refuseMixture(
    statements.flatMap((read) => ("error" in read ? [] : [read.answer.statement])),
    "BatchExecuteStatement",
  );
  const responses = engine.kernel.store.atomically(() =>
    statements.map((read, at) => {
      const request = input.Statements[at];
      const table = "error" in read ? undefined : engine.tables.find(read.answer.statement.source.table);
      const outcome =
        "error" in read ? read : attempt(() => run(engine, request, read.answer, context, consumption));
      return {
        ...("error" in outcome ? { Error: outcome.error } : outcome.answer && { Item: outcome.answer }),
        ...(table && { TableName: table.name }),
      };
    }),
  );
  return { Responses: responses, ...consumption.ofTables() };
}

type Read = ReturnType<typeof read>;

/** The parameters of a statement are checked before the statement. */
function read(request: any) {
  const parameters = readParameters(request.Parameters);
  return { parameters, statement: parseStatement(request.Statement) };
}

function run(
  engine: Engine,
  request: any,
  { statement, parameters }: Read,
  context: CallContext,
  consumption: Consumption,
): AttributeMap | undefined {
  // Each statement is authorized as if it were alone.
  engine.kernel.authorizer?.(context, "dynamodb", "ExecuteStatement", request);
  if (statement.kind === "exists") {
    throw validation("EXISTS can only be used in ExecuteTransaction write requests.");
  }
  const table: Table = tableForItems(engine, statement.source.table);
  if (statement.kind === "select") {
    const single = prepareSingleRead(statement, { table, parameters }, "BatchExecuteStatement");
    const mode = { consistent: request.ConsistentRead === true, transactional: false };
    return readSingle(engine, single, mode, consumption);
  }
  const returnsOnFailure = request.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  return perform(
    engine,
    statement,
    prepareWrite(statement, { table, parameters, returnsOnFailure }),
    consumption,
  );
}

export function refuseMixture(statements: Pick<Statement, "kind">[], operation: string): void {
  const reads = statements.filter(({ kind }) => kind === "select").length;
  if (reads === 0 || reads === statements.length) return;
  throw validation(`${operation} API does not support both read and write operations in the same request.`);
}

type Outcome<Answer> = { answer: Answer } | { error: object };

/** A failure is the answer to its own statement only. */
function attempt<Answer>(step: () => Answer): Outcome<Answer> {
  try {
    return { answer: step() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message, details } = error;
    return { error: { Code: CODES[code] ?? "ValidationError", Message: message, ...details } };
  }
}
