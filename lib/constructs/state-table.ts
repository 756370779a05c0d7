import { Lazy, RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  StreamViewType,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { TABLE } from "../contract/table.ts";
import { allowUse } from "./encrypt-with.ts";
import type { HandlerFunction } from "./handler-function.ts";

export interface StateTableProps {
  /**
   * How long the claim of a run is kept. At least as long as events can be replayed, so that a replay finds
   * it.
   */
  readonly retentionDays: number;
  /** @default retain */
  readonly removalPolicy?: RemovalPolicy;
  /** The encryption key, set by `encryptWith`. @default a key of AWS */
  readonly encryptionKey?: IKey;
}

/**
 * Attributes that lists show of approvals and quarantined events without reading each item, and that filter
 * runs. They never change while a run is listed: each change of an attribute here costs a write. The status
 * is read from the run.
 */
const LISTED = [
  "kind",
  "run",
  "workflow",
  "about",
  "approval",
  "path",
  "level",
  "until",
  "id",
  "subscriber",
  "reason",
  "name",
  "source",
];

/**
 * The attributes to search runs by. They change only when a run ends or restarts, so that other changes of a
 * run cost no write to these indexes; other columns of lists are read from the runs.
 */
const SEARCHED = ["run", "about", "error", "failedStep"];

type Action =
  | "GetItem"
  | "BatchGetItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "Query"
  | "BatchWriteItem"
  | "ConditionCheckItem";

/**
 * The actions for several items in one call: batch reads, and PartiQL statements. They allow no more than the
 * single calls, since IAM checks each item and each statement by the same partitions and attributes.
 */
const TOGETHER: Partial<Record<Action, readonly string[]>> = {
  GetItem: ["BatchGetItem"],
  PutItem: ["PartiQLInsert"],
  UpdateItem: ["PartiQLInsert", "PartiQLUpdate"],
};

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

/** Runs, claims, approvals and quarantined events: all state that is not a queue's or an execution's. */
export class StateTable extends Construct {
  readonly table: TableV2;
  private readonly retentionDays: number;
  /** Partitions that functions read by key. */
  private readonly readable = new Map<HandlerFunction, Set<string>>();
  private readonly encryptionKey: IKey | undefined;

  constructor(
    scope: Construct,
    id: string,
    { retentionDays, removalPolicy, encryptionKey }: StateTableProps,
  ) {
    super(scope, id);
    this.retentionDays = retentionDays;
    this.encryptionKey = encryptionKey;
    const { list, found, keyed, due, unpublished } = TABLE.indexes;
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: [
        index(list, LISTED),
        index(found, [...SEARCHED, "version"]),
        index(keyed, SEARCHED),
        index(due, ["run", "workflow"]),
        index(unpublished, []),
      ],
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: TABLE.expiresAt,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /**
   * Lets a function read or write, by key, the items of the partitions that each grant names, and no others.
   * A writer of an item may also read it: a refused write returns it.
   */
  connect(handler: HandlerFunction, ...grants: TableGrant[]): void {
    for (const { may, of, attributes } of grants) {
      if (!attributes && may.some((action) => SHOWS.has(action))) this.allowReads(handler, of);
      const others = may.filter((action) => action !== "GetItem" && action !== "BatchGetItem");
      if (others.length > 0) this.allow(handler, actionsOf(others, attributes === undefined), of, attributes);
    }
    if (this.encryptionKey) allowUse(handler.function.role!, this.encryptionKey);
    handler.set(ENVIRONMENT.table, this.table.tableName);
    handler.set(ENVIRONMENT.retentionDays, String(this.retentionDays));
  }

  /** Concurrent reads share a call, so one statement has to name all partitions that a function reads. */
  private allowReads(handler: HandlerFunction, partitions: readonly string[]): void {
    const known = this.readable.get(handler);
    const read = known ?? new Set<string>();
    for (const partition of partitions) read.add(partition);
    if (known) return;
    this.readable.set(handler, read);
    this.allow(handler, actionsOf(["GetItem"], true), Lazy.list({ produce: () => [...read].sort() }));
  }

  private allow(
    handler: HandlerFunction,
    actions: string[],
    partitions: readonly string[],
    attributes?: readonly string[],
  ): void {
    handler.function.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: [this.table.tableArn],
        conditions: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions },
          ...(attributes && {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": [TABLE.partitionKey, TABLE.sortKey, ...attributes],
            },
          }),
        },
      }),
    );
  }

  /** Lets a function add to the log of runs and to the feed, and write nothing else by this permission. */
  connectLog(handler: HandlerFunction): void {
    const { log, correlations, feed, viewers } = PARTITIONS;
    this.connect(
      handler,
      { may: ["BatchWriteItem"], of: [log(), correlations(), feed()] },
      { may: ["GetItem"], of: [viewers()] },
    );
  }

  /** Lets a function record that the event of a change is on the bus, and change nothing else in any item. */
  connectOutbox(handler: HandlerFunction): void {
    this.connect(handler, {
      may: ["UpdateItem"],
      of: ["*"],
      attributes: [TABLE.indexes.unpublished.partitionKey, "revision"],
    });
  }

  /** Lets a function query items of an index. */
  connectIndex(handler: HandlerFunction, index: keyof typeof TABLE.indexes): void {
    handler.allow(["dynamodb:Query"], `${this.table.tableArn}/index/${TABLE.indexes[index].name}`);
  }
}

/** An item that is put has all of its attributes. */
/** What returns an item: a read, and a write whose condition fails. */
const SHOWS = new Set<Action>(["GetItem", "BatchGetItem", "PutItem", "UpdateItem"]);

function actionsOf(may: readonly Action[], mayPut: boolean): string[] {
  const together = may.flatMap((action) => [action, ...(TOGETHER[action] ?? [])]);
  const actions = together.filter((action) => mayPut || action !== "PartiQLInsert");
  return [...new Set(actions)].map((action) => `dynamodb:${action}`);
}

function index(
  { name, partitionKey, sortKey }: (typeof TABLE.indexes)[keyof typeof TABLE.indexes],
  attributes: string[],
): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    ...(attributes.length > 0
      ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: attributes }
      : { projectionType: ProjectionType.KEYS_ONLY }),
  };
}
