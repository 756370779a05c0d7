import { ServiceError } from "../../kernel/errors.ts";
import { Consumption } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { parseStatement } from "../partiql/parse-statement.ts";
import { selectPage } from "../partiql/select.ts";
import type { Statement } from "../partiql/syntax.ts";
import { readParameters } from "../partiql/values.ts";
import { prepareWrite, type StatementWrite } from "../partiql/writes.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { applyWrite, returned } from "./single.ts";

/** Runs one PartiQL statement. */
export function executeStatement(engine: Engine, input: any): object {
  const parameters = readParameters(input.Parameters);
  const statement = parseStatement(input.Statement);
  if (statement.kind === "exists") {
    throw validation("EXISTS can only be used in ExecuteTransaction write requests.");
  }
  const table = tableForItems(engine, statement.source.table);
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  if (statement.kind === "select") {
    const page = selectPage(
      engine,
      statement,
      {
        table,
        parameters,
        consistent: input.ConsistentRead === true,
        limit: input.Limit ?? undefined,
        token: input.NextToken ?? undefined,
      },
      consumption,
    );
    return {
      Items: page.items,
      ...(page.nextToken && { NextToken: page.nextToken, LastEvaluatedKey: page.lastKey }),
      ...consumption.ofTable(),
    };
  }
  const returnsOnFailure = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  const write = prepareWrite(statement, { table, parameters, returnsOnFailure });
  const item = engine.kernel.store.atomically(() => perform(engine, statement, write, consumption));
  return { Items: item ? [item] : [], ...consumption.ofTable() };
}

/** Performs a write and returns its answer. Throws before anything is written. */
export function perform(
  engine: Engine,
  statement: Statement,
  write: StatementWrite,
  consumption: Consumption,
): AttributeMap | undefined {
  try {
    const { before, after } = applyWrite(engine, write);
    consumption.write(write.table, before, after);
    if (!("returning" in statement) || !statement.returning) return undefined;
    const wanted = statement.returning.replace("MODIFIED", "UPDATED").replace(" ", "_");
    const attributes = returned(wanted, write, before?.item, after?.item);
    return attributes && Object.keys(attributes).length > 0 ? attributes : undefined;
  } catch (error) {
    throw worded(error, write);
  }
}

/** An INSERT of an existing key is a duplicate. */
function worded(error: unknown, { refusal }: StatementWrite): unknown {
  if (!(error instanceof ServiceError) || refusal !== "DuplicateItem") return error;
  if (error.code !== "ConditionalCheckFailedException") return error;
  return new ServiceError("DuplicateItemException", "Duplicate primary key exists in table");
}
