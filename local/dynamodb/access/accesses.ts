import { type Access, access, type ConditionValue, type ConditionValues } from "../../kernel/access.ts";
import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseStatement } from "../partiql/parse-statement.ts";
import type { Statement } from "../partiql/syntax.ts";
import type { Tables } from "../storage/tables.ts";
import type { Table } from "../table.ts";
import { attributesOf, type Naming } from "./attributes.ts";
import { keyValuesOf, queriedKey } from "./leading-keys.ts";
import { actionOf, contextOf } from "./statement.ts";

/**
 * What a call does, and the condition keys by which a policy may restrict it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export class Accesses {
  private readonly kernel: Kernel;
  private readonly tables: Tables;

  constructor(kernel: Kernel, tables: Tables) {
    this.kernel = kernel;
    this.tables = tables;
  }

  of(operation: string, input: any): Access[] {
    switch (operation) {
      case "GetItem":
        return [this.item(operation, input, [input.Key], { ...consumed(input), ...selecting(input) })];
      case "PutItem":
        return [this.item(operation, input, [input.Item], { ...consumed(input), ...returning(input) })];
      case "UpdateItem":
      case "DeleteItem":
        return [this.item(operation, input, [input.Key], { ...consumed(input), ...returning(input) })];
      case "Query":
      case "Scan":
        return [this.search(operation, input)];
      case "BatchGetItem":
        return entriesOf(input.RequestItems).map(([TableName, request]) => {
          const given = { ...request, TableName };
          const more = { ...consumed(input), ...selecting(given) };
          return this.item(operation, given, listOf(given.Keys), more);
        });
      case "BatchWriteItem":
        return entriesOf(input.RequestItems).map(([TableName, writes]) => {
          const items = listOf(writes).map((write) => write?.PutRequest?.Item ?? write?.DeleteRequest?.Key);
          return this.item(operation, { TableName }, items, consumed(input));
        });
      case "TransactWriteItems":
      case "TransactGetItems":
        return this.transaction(operation, input);
      case "ExecuteStatement":
        return this.statement(input);
      case "BatchExecuteStatement":
        // Each statement is authorized when it runs, since a refused statement has an error of its own.
        return [];
      case "ExecuteTransaction":
        return listOf(input.TransactStatements).flatMap((request) => this.statement(request, operation));
      default: {
        const resource = this.resource({ TableName: input.ResourceArn ?? input.TableName });
        return [access(`dynamodb:${operation}`, resource)];
      }
    }
  }

  /** Each action of a transaction needs its own permission. */
  private transaction(operation: string, input: any): Access[] {
    return listOf(input.TransactItems).flatMap((entry) =>
      entriesOf(entry).flatMap(([kind, action]) => {
        if (action == null) return [];
        const addressed = [kind === "Put" ? action.Item : action.Key];
        const more = kind === "Get" ? selecting(action) : returning(action);
        const name = kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`;
        const enclosing = { "dynamodb:enclosingoperation": operation };
        return [this.item(name, action, addressed, { ...consumed(input), ...more, ...enclosing })];
      }),
    );
  }

  /** An access to items whose keys are in the request, or that are in the request as a whole. */
  private item(operation: string, request: Naming, items: any[], more: ConditionValues): Access {
    const hash = this.table(request)?.keys.hash;
    return {
      action: `dynamodb:${operation}`,
      resource: this.resource(request),
      context: () => ({
        ...partitionKeys(() => (hash ? keyValuesOf(hash, items) : undefined)),
        "dynamodb:attributes": () => attributesOf(request, items),
        ...more,
      }),
    };
  }

  /**
   * A query names one partition of the table or index that it reads; a scan reads all partitions and names
   * none.
   */
  private search(operation: string, input: any): Access {
    const table = this.table(input);
    const index = table?.indexes.find(({ name }) => name === input.IndexName);
    const hash = (index ?? table)?.keys.hash;
    const arn = this.resource(input);
    return {
      action: `dynamodb:${operation}`,
      resource: input.IndexName ? `${arn}/index/${input.IndexName}` : arn,
      context: () => ({
        ...(operation === "Query" && partitionKeys(() => (hash ? queriedKey(hash, input) : undefined))),
        "dynamodb:attributes": () => attributesOf(input, []),
        ...consumed(input),
        ...selecting(input),
      }),
    };
  }

  /**
   * `enclosing`: the operation that contains a statement. A statement that cannot be parsed is refused when
   * it runs.
   */
  private statement(request: any, enclosing?: string): Access[] {
    const statement = readable(request?.Statement);
    if (!statement) return [];
    const { source } = statement;
    const table = this.table({ TableName: source.table });
    const index = table?.indexes.find(({ name }) => name === source.index);
    const arn = this.resource({ TableName: source.table });
    return [
      {
        action: actionOf(statement),
        resource: source.index === undefined ? arn : `${arn}/index/${source.index}`,
        context: () => ({
          ...contextOf(statement, (index ?? table)?.keys, request.Parameters),
          "dynamodb:enclosingoperation": enclosing,
        }),
      },
    ];
  }

  private table({ TableName: name }: Naming): Table | undefined {
    return typeof name === "string" ? this.tables.find(name) : undefined;
  }

  private resource({ TableName: name }: Naming): string {
    if (typeof name !== "string") return "*";
    if (name.startsWith("arn:")) return name;
    return this.tables.find(name)?.arn ?? this.kernel.arn("dynamodb", `table/${name}`);
  }
}

function readable(text: unknown): Statement | undefined {
  try {
    return parseStatement(String(text));
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** Both names of one condition key. */
function partitionKeys(values: () => ConditionValue): ConditionValues {
  return { "dynamodb:leadingkeys": values, "dynamodb:firstpartitionkeyvalues": values };
}

/** Select always has a value: the parameter, or a default that depends on the other parameters. */
function selecting({ Select, ProjectionExpression, AttributesToGet, IndexName }: any): ConditionValues {
  const projects = ProjectionExpression != null || AttributesToGet != null;
  const otherwise = IndexName == null ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
  return { "dynamodb:select": String(Select ?? (projects ? "SPECIFIC_ATTRIBUTES" : otherwise)) };
}

function returning({ ReturnValues = "NONE" }: any): ConditionValues {
  return { "dynamodb:returnvalues": String(ReturnValues) };
}

function consumed({ ReturnConsumedCapacity = "NONE" }: any): ConditionValues {
  return { "dynamodb:returnconsumedcapacity": String(ReturnConsumedCapacity) };
}

const entriesOf = (map: any): [string, any][] => (typeof map === "object" ? Object.entries(map ?? {}) : []);
const listOf = (list: any): any[] => (Array.isArray(list) ? list : []);
