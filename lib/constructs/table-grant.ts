import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { PARTITIONS } from "../contract/partitions.ts";
import { TABLE } from "../contract/table.ts";

type Action =
  | "GetItem"
  | "BatchGetItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "Query"
  | "BatchWriteItem"
  | "ConditionCheckItem";

/** What a function may do with the items of some partitions. */
export interface TableGrant {
  readonly may: readonly Action[];
  /** Patterns of partition keys: see `PARTITIONS`. */
  readonly of: readonly string[];
  /** The only attributes that an update may name, in addition to the keys. @default all */
  readonly attributes?: readonly string[];
}

/** The attributes of an approval that are written when its run ends: it needs no decision any more. */
export const CLOSE_APPROVALS: TableGrant = {
  may: ["UpdateItem"],
  of: [PARTITIONS.approvals()],
  attributes: ["state", "changedAt", "list", "listedAt", "revision"],
};

/** What returns an item: a read, and a write whose condition fails. */
const RETURNS_ITEMS = new Set<Action>(["GetItem", "BatchGetItem", "PutItem", "UpdateItem"]);
const READS = new Set<Action>(["GetItem", "BatchGetItem"]);

/**
 * The actions for several items in one call: batch reads, and PartiQL statements. They allow no more than the
 * single calls, since IAM checks each item and each statement by the same partitions and attributes.
 */
const TOGETHER: Partial<Record<Action, readonly string[]>> = {
  GetItem: ["BatchGetItem"],
  PutItem: ["PartiQLInsert"],
  UpdateItem: ["PartiQLInsert", "PartiQLUpdate"],
};

/** Whether a function reads whole items by a grant. */
export function showsItems({ may, attributes }: TableGrant): boolean {
  return !attributes && may.some((action) => RETURNS_ITEMS.has(action));
}

/** Lets a function read the items of partitions by key. */
export function readStatement(tableArn: string, partitions: string[]): PolicyStatement {
  return statement(tableArn, actionsOf(["GetItem"], true), partitions);
}

/** Everything else that a grant allows; undefined if it only reads by key. */
export function otherStatement(tableArn: string, grant: TableGrant): PolicyStatement | undefined {
  const { may, of, attributes } = grant;
  const others = may.filter((action) => !READS.has(action));
  if (others.length === 0) return undefined;
  return statement(tableArn, actionsOf(others, attributes === undefined), of, attributes);
}

function statement(
  tableArn: string,
  actions: string[],
  partitions: readonly string[],
  attributes?: readonly string[],
): PolicyStatement {
  const limited = new PolicyStatement({
    actions,
    resources: [tableArn],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions } },
  });
  if (attributes)
    limited.addCondition("ForAllValues:StringEquals", {
      "dynamodb:Attributes": [TABLE.partitionKey, TABLE.sortKey, ...attributes],
    });
  return limited;
}

/** `mayPut`: an item that is put has all of its attributes. */
function actionsOf(may: readonly Action[], mayPut: boolean): string[] {
  const together = may.flatMap((action) => [action, ...(TOGETHER[action] ?? [])]);
  const actions = together.filter((action) => mayPut || action !== "PartiQLInsert");
  return [...new Set(actions)].map((action) => `dynamodb:${action}`);
}
