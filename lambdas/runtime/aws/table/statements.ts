import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type ItemKey, keyText } from "../../../../lib/contract/keys/item-key.ts";
import { TABLE } from "../../../../lib/contract/table.ts";
import { Batching, type Outcome, type Pause } from "../batching.ts";
import { BatchExecuteStatementCommand } from "../client/dynamodb-commands.ts";

/** A write of one item in PartiQL. Its text is the same for the same type of write: values are parameters. */
export interface Statement {
  key: ItemKey;
  text: string;
  parameters: unknown[];
}

/** A change of one item under a condition. */
export interface Change {
  /** Attributes to write; an undefined value is not changed. */
  set: Record<string, unknown>;
  remove?: string[];
  /**
   * A condition in expression syntax over `#name` and `:value`; values are those of `values`, and `:set_name`
   * those of `set`.
   * @default the item exists
   */
  condition?: string;
  values?: Record<string, unknown>;
}

type Item = Record<string, unknown>;

/** The outcome of a statement that DynamoDB accepted. */
export type Executed =
  /** With the item that the statement returns. */
  | { kind: "executed"; item: Item | undefined }
  /** The condition failed, with the existing item if there is one. */
  | { kind: "refused"; item: Item | undefined }
  /** An INSERT found an item. */
  | { kind: "duplicate" };

const { partitionKey, sortKey } = TABLE;
const REVISION = "revision";

/** Inserts an item if there is none with its key. */
export function insertStatement(table: string, item: ItemKey): Statement {
  const { pk, sk } = item;
  const attributes = defined(item);
  const members = attributes.map(([name]) => `'${name}': ?`).join(", ");
  return {
    key: { pk, sk },
    text: `INSERT INTO "${table}" VALUE {${members}}`,
    parameters: attributes.map(([, value]) => value),
  };
}

/**
 * Changes an existing item. With `returns`, the statement returns the item after the change; with `counts:
 * false`, the item keeps its revision, so that the change itself publishes nothing.
 */
export function updateStatement(
  table: string,
  { pk, sk }: ItemKey,
  { set, remove = [], condition, values = {} }: Change,
  { returns = false, counts = true } = {},
): Statement {
  const written = defined(set);
  const known: Record<string, unknown> = {
    ...values,
    ...Object.fromEntries(written.map(([name, value]) => [`set_${name}`, value])),
  };
  const parameters: unknown[] = written.map(([, value]) => value);
  if (counts) parameters.push(1);
  parameters.push(pk, sk);
  const met = condition?.replace(TERM, (_term, not, tested, name, value, opening, members) => {
    if (tested) return `${pathOf(tested)} IS ${not ? "" : "NOT "}MISSING`;
    if (name) return pathOf(name);
    if (value) {
      parameters.push(valueIn(known, value));
      return "?";
    }
    const list = members.split(",").map((member: string) => member.trim());
    parameters.push(...list.map((member: string) => valueIn(known, member.slice(1))));
    return `${opening}[${list.map(() => "?").join(", ")}]`;
  });
  return {
    key: { pk, sk },
    text: [
      `UPDATE "${table}"`,
      ...written.map(([name]) => `SET "${name}" = ?`),
      ...(counts ? [`SET "${REVISION}" = "${REVISION}" + ?`] : []),
      ...remove.toSorted().map((name) => `REMOVE "${name}"`),
      `WHERE "${partitionKey}" = ? AND "${sortKey}" = ?`,
      ...(met ? [`AND (${met})`] : []),
      ...(returns ? ["RETURNING ALL NEW *"] : []),
    ].join(" "),
    parameters,
  };
}

/**
 * The parts of a condition that PartiQL writes differently: `attribute_(not_)exists(#a)`, `#a.#b`, `:v`, `IN
 * (:v, :w)`.
 */
const TERM = /attribute_(not_)?exists\((#[\w.#]+)\)|(#\w+(?:\.#\w+)*)|:(\w+)|(IN )\(([^)]*)\)/g;

function pathOf(names: string): string {
  return names
    .split(".")
    .map((name) => `"${name.slice(1)}"`)
    .join(".");
}

function valueIn(values: Record<string, unknown>, name: string): unknown {
  if (values[name] === undefined) throw new Error(`A condition names :${name}, which has no value.`);
  return values[name];
}

/** In a fixed order for the same attributes, so that the text is the same too. */
function defined(attributes: object): [string, unknown][] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** DynamoDB's limit for one call. */
const MOST_STATEMENTS = 25;

export type Statements = Batching<Statement, Executed>;

/** Statements of the same moment share a call, each with its own condition. It is not a transaction. */
export function statementsOf(client: DynamoDBDocumentClient, pause?: Pause): Statements {
  return new Batching<Statement, Executed>({
    most: MOST_STATEMENTS,
    pause,
    // A call may contain an item once.
    nameOf: ({ key }) => keyText(key),
    async send(statements) {
      const { Responses } = await client.send(
        new BatchExecuteStatementCommand({
          Statements: statements.map(({ text, parameters }) => ({
            Statement: text,
            Parameters: parameters as any[],
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          })),
        }),
      );
      return statements.map((_, at) => outcomeOf(Responses![at]!));
    },
  });
}

interface Response {
  Item?: Item;
  Error?: { Code?: string | undefined; Message?: string | undefined; Item?: Item };
}

function outcomeOf({ Item, Error: failure }: Response): Outcome<Executed> {
  if (!failure) return { answer: { kind: "executed", item: Item } };
  const { Code = "", Message } = failure;
  if (Code === "ConditionalCheckFailed") return { answer: { kind: "refused", item: failure.Item } };
  if (Code === "DuplicateItem") return { answer: { kind: "duplicate" } };
  const error = Object.assign(new Error(Message ?? Code), { name: ERRORS[Code] ?? `${Code}Exception` });
  return PASSING.has(Code) ? { leftOver: error } : { refused: error };
}

/** Temporary errors: the statement is sent again, as the SDK does with a call. */
const PASSING = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/** The errors of single calls whose names are not the code followed by "Exception". */
const ERRORS: Record<string, string> = {
  InternalServerError: "InternalServerError",
  RequestLimitExceeded: "RequestLimitExceeded",
  ThrottlingError: "ThrottlingException",
  ValidationError: "ValidationException",
};
