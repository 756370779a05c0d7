import { Lazy, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, StreamViewType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { TABLE } from "../contract/table.ts";
import { allowUse } from "./encrypt-with.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { otherStatement, readStatement, showsItems, type TableGrant } from "./table-grant.ts";
import { tableIndexes } from "./table-indexes.ts";

export interface StateTableProps {
  /**
   * How many days the claim of a run is kept. At least as long as events can be replayed, so that a replay
   * finds it.
   */
  readonly retentionDays: number;
  /** @default retain */
  readonly removalPolicy?: RemovalPolicy;
  /** The encryption key, set by `encryptWith`. @default a key of AWS */
  readonly encryptionKey?: IKey;
}

/** Runs, claims, approvals and quarantined events: all state that is not a queue's or an execution's. */
export class StateTable extends Construct {
  readonly table: TableV2;
  private readonly retentionDays: number;
  private readonly encryptionKey: IKey | undefined;
  /** Partitions that functions read by key. */
  private readonly readable = new Map<HandlerFunction, Set<string>>();

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    this.retentionDays = props.retentionDays;
    this.encryptionKey = props.encryptionKey;
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: tableIndexes(),
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: TABLE.expiresAt,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /**
   * Lets a function read or write, by key, the items of the partitions that each grant names, and no others.
   * A writer of an item may also read it: a refused write returns it.
   */
  connect(handler: HandlerFunction, ...grants: TableGrant[]): void {
    for (const grant of grants) {
      if (showsItems(grant)) this.allowReads(handler, grant.of);
      const others = otherStatement(this.table.tableArn, grant);
      if (others) handler.function.addToRolePolicy(others);
    }
    if (this.encryptionKey) allowUse(handler.function.role!, this.encryptionKey);
    handler.addEnvironment(ENVIRONMENT.table, this.table.tableName);
    handler.addEnvironment(ENVIRONMENT.retentionDays, String(this.retentionDays));
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
  grantQuery(handler: HandlerFunction, index: keyof typeof TABLE.indexes): void {
    handler.allow(["dynamodb:Query"], `${this.table.tableArn}/index/${TABLE.indexes[index].name}`);
  }

  /** Concurrent reads share a call, so one statement has to name all partitions that a function reads. */
  private allowReads(handler: HandlerFunction, partitions: readonly string[]): void {
    const known = this.readable.get(handler);
    const read = known ?? new Set<string>();
    for (const partition of partitions) read.add(partition);
    if (known) return;
    this.readable.set(handler, read);
    const all = Lazy.list({ produce: () => [...read].sort() });
    handler.function.addToRolePolicy(readStatement(this.table.tableArn, all));
  }
}
