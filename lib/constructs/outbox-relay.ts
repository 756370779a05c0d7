import { Duration } from "aws-cdk-lib";
import { FilterCriteria, FilterRule, type IEventSourceDlq, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
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

/** Changes that an event is to be told of carry this mark; no other wakes the relay. */
const TELLING = {
  dynamodb: { NewImage: { [TABLE.indexes.unpublished.partitionKey]: { S: FilterRule.exists() } } },
};

/** Where Lambda puts what a stream could not deliver. */
const LAMBDA_PREFIX = "aws/lambda/*";

/** Brings the table's changes to the bus as events. The one reader of the stream: a shard serves two at most. */
export class OutboxRelay extends Construct {
  constructor(scope: Construct, id: string, { bundles, table, bus, artifacts }: OutboxRelayProps) {
    super(scope, id);
    const handler = new HandlerFunction(this, "Handler", {
      code: bundles.ownCode("relay"),
      description: "Publishes what the table says",
    });
    table.connect(handler, "UpdateItem");
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
        filters: [FilterCriteria.filter(TELLING)],
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
