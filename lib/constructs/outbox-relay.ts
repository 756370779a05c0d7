import { Duration } from "aws-cdk-lib";
import { FilterCriteria, FilterRule, type IEventSourceDlq, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { LOGGED_CHANGES } from "../contract/logged-changes.ts";
import { TABLE } from "../contract/table.ts";
import type { ArtifactBucket } from "./artifact-bucket.ts";
import type { EventBus } from "./event-bus.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { StateTable } from "./state-table.ts";

export interface OutboxRelayProps {
  readonly bundles: HandlerBundles;
  readonly table: StateTable;
  readonly bus: EventBus;
  /** Takes whole records that could not be published after all tries. */
  readonly artifacts: ArtifactBucket;
}

const { kinds, states, statuses, put, released } = LOGGED_CHANGES;

/**
 * Changes that wake the relay, each of these being enough. Those that an event is to be told of carry a mark; those that
 * only the log tells of are known by where the item stands. Lambda takes five filters at most.
 */
const TELLING = [
  { [TABLE.indexes.unpublished.partitionKey]: { S: FilterRule.exists() } },
  { kind: { S: FilterRule.or(...kinds) }, state: { S: FilterRule.or(...states) } },
  { kind: { S: FilterRule.or(...released) }, state: { S: FilterRule.notExists() } },
  { kind: { S: FilterRule.isEqual("run") }, status: { S: FilterRule.or(...statuses) } },
  { kind: { S: FilterRule.or(...put) } },
].map((NewImage) => FilterCriteria.filter({ dynamodb: { NewImage } }));

/** Where Lambda puts what a stream could not deliver. */
const LAMBDA_PREFIX = "aws/lambda/*";

/** Brings the table's changes to the bus as events, and into the log. The one reader of the stream: a shard serves two at most. */
export class OutboxRelay extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { bundles, table, bus, artifacts }: OutboxRelayProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Handler", {
      code: bundles.ownCode("relay"),
      description: "Publishes and logs what the table says",
    });
    const { handler } = this;
    table.connect(handler, "UpdateItem");
    table.connectLog(handler);
    bus.connect(handler);
    artifacts.connectPayloads(handler, "read");
    handler.function.addEventSource(
      new DynamoEventSource(table.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        parallelizationFactor: 2,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(20),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        filters: TELLING,
        onFailure: intoBucket(artifacts, handler),
      }),
    );
  }
}

/** Puts the records themselves into the bucket, where a queue would only get their positions in the stream. */
export function intoBucket({ bucket }: ArtifactBucket, handler: HandlerFunction): IEventSourceDlq {
  return {
    bind() {
      handler.allow(["s3:PutObject"], bucket.arnForObjects(LAMBDA_PREFIX));
      handler.allow(["s3:ListBucket"], bucket.bucketArn);
      return { destination: bucket.bucketArn };
    },
  };
}
