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
type Executed =
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
  const attributes: Item = { ...item };
  const names = namesOf(attributes);
  const members = names.map((name) => `'${name}': ?`).join(", ");
  return {
    key: { pk, sk },
    text: `INSERT INTO "${table}" VALUE {${members}}`,
    parameters: names.map((name) => attributes[name]),
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
  const names = namesOf(set);
  const parameters = names.map((name) => set[name]);
  let text = `UPDATE "${table}"`;
  for (const name of names) text += ` SET "${name}" = ?`;
  if (counts) {
    text += ` SET "${REVISION}" = "${REVISION}" + ?`;
    parameters.push(1);
  }
  for (const name of remove.toSorted()) text += ` REMOVE "${name}"`;
  text += ` WHERE "${partitionKey}" = ? AND "${sortKey}" = ?`;
  parameters.push(pk, sk);
  if (condition !== undefined) {
    const written = writtenCondition(condition);
    text += ` AND (${written.text})`;
    for (const name of written.values) parameters.push(valueIn(name, set, values));
  }
  if (returns) text += " RETURNING ALL NEW *";
  return { key: { pk, sk }, text, parameters };
}

/** A condition in PartiQL, and the names of its values in their order. */
interface WrittenCondition {
  text: string;
  values: string[];
}

/** Conditions are constants of the code, and each is written once. */
const writtenConditions = new Map<string, WrittenCondition>();

function writtenCondition(condition: string): WrittenCondition {
  const known = writtenConditions.get(condition);
  if (known) return known;
  const written = writeCondition(condition);
  writtenConditions.set(condition, written);
  return written;
}

function writeCondition(condition: string): WrittenCondition {
  const values: string[] = [];
  const text = condition.replace(TERM, (_term, not, tested, name, value, opening, members) => {
    if (tested) return `${pathOf(tested)} IS ${not ? "" : "NOT "}MISSING`;
    if (name) return pathOf(name);
    if (value) {
      values.push(value);
      return "?";
    }
    const list = members.split(",").map((member: string) => member.trim().slice(1));
    values.push(...list);
    return `${opening}[${list.map(() => "?").join(", ")}]`;
  });
  return { text, values };
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

const OF_SET = "set_";

function valueIn(name: string, set: Item, values: Item): unknown {
  const written = name.startsWith(OF_SET) ? set[name.slice(OF_SET.length)] : undefined;
  const value = written === undefined ? values[name] : written;
  if (value === undefined) throw new Error(`A condition names :${name}, which has no value.`);
  return value;
}

/** In a fixed order for the same attributes, so that the text is the same too. */
function namesOf(attributes: Item): string[] {
  const names: string[] = [];
  for (const name in attributes) if (attributes[name] !== undefined) names.push(name);
  return names.sort();
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
