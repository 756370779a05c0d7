import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FilterCriteria, FilterRule, type IEventSourceDlq, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { PUBLISHED_CHANGES, RELAY_BATCH } from "../contract/published-changes.ts";
import { TABLE } from "../contract/table.ts";
import { type ArtifactBucket, LAMBDA_FOLDER } from "./artifact-bucket.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Platform } from "./platform.ts";

export interface OutboxRelayProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Concurrent invocations that are reserved for the function. @default none */
  readonly reservedConcurrency?: number | undefined;
}

const { kinds, later, logged, states, statuses, begins } = PUBLISHED_CHANGES;
const run = { S: FilterRule.isEqual("run") };
const published = { [later]: { N: FilterRule.notExists() } };

/**
 * Changes that invoke the relay, by any of these filters: marked items, and items that are recognised by
 * their key. Lambda allows five filters.
 */
const FILTERS = [
  { NewImage: { [TABLE.indexes.unpublished.partitionKey]: { S: FilterRule.exists() } } },
  { NewImage: { kind: { S: FilterRule.or(...kinds) }, ...published } },
  { NewImage: { kind: { S: FilterRule.or(...logged) }, state: { S: FilterRule.or(...states) } } },
  { NewImage: { kind: run, status: { S: FilterRule.or(...statuses) }, ...published } },
  {
    // What is absent in a pattern is a leaf that the record does not have: here, that of a new item.
    OldImage: { status: { S: [...FilterRule.isEqual(begins.before), ...FilterRule.notExists()] } },
    NewImage: { kind: run, status: { S: FilterRule.isEqual(begins.after) } },
  },
].map((dynamodb) => FilterCriteria.filter({ dynamodb }));

/**
 * Publishes the table's changes on the bus as events, and writes them to the log. It is the only reader of
 * the stream: a shard serves at most two.
 */
export class OutboxRelay extends Construct {
  readonly handler: HandlerFunction;
  /** Stores failed records. */
  private readonly artifacts: ArtifactBucket;
  /** Where Lambda stores it. */
  private readonly givenUp: string;

  constructor(
    scope: Construct,
    id: string,
    { platform: { bundles, table, bus, artifacts }, reservedConcurrency }: OutboxRelayProps,
  ) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Handler", {
      code: bundles.ownCode("relay"),
      description: "Publishes and logs changes of the table",
      reservedConcurrency,
    });
    const { handler } = this;
    table.connect(handler, { may: ["UpdateItem"], of: [PARTITIONS.deliveries()] });
    table.connectLog(handler);
    table.connectOutbox(handler);
    bus.connect(handler);
    artifacts.connectPayloads(handler, "read");
    const stream = new DynamoEventSource(table.table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: RELAY_BATCH,
      // What comes while a batch is published is the next one: larger batches are fewer calls, and fewer items of the log.
      parallelizationFactor: 1,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(20),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      filters: FILTERS,
      onFailure: intoBucket(artifacts, handler),
    });
    handler.function.addEventSource(stream);
    this.artifacts = artifacts;
    this.givenUp = `${LAMBDA_FOLDER}${stream.eventSourceMappingId}/`;
  }

  /** Allows a function to process this one's failed records. */
  connectFailedBatches(handler: HandlerFunction): void {
    const { bucket } = this.artifacts;
    handler.allow(["s3:GetObject", "s3:DeleteObject"], bucket.arnForObjects(`${this.givenUp}*`));
    handler.function.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: { "s3:prefix": this.givenUp } },
      }),
    );
    handler.addEnvironment(ENVIRONMENT.failedRecords, this.givenUp);
  }
}

/**
 * Stores the records themselves in the bucket; a queue would only get their positions in the stream. Lambda
 * requires s3:ListBucket on the bucket, and its documentation names no prefix with which it lists: with a
 * condition on one, a record could be lost when it is needed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#dynamodb-on-failure-destination-console
 */
export function intoBucket({ bucket }: ArtifactBucket, handler: HandlerFunction): IEventSourceDlq {
  return {
    bind() {
      handler.allow(["s3:PutObject"], bucket.arnForObjects(`${LAMBDA_FOLDER}*`));
      handler.allow(["s3:ListBucket"], bucket.bucketArn);
      return { destination: bucket.bucketArn };
    },
  };
}
