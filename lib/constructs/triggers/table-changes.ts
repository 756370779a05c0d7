import { Duration } from "aws-cdk-lib";
import type { ITable, ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import type { ChangeKind, TableChangesSpec } from "../../contract/trigger/table.ts";
import type { ArtifactBucket } from "../artifact-bucket.ts";
import { intoBucket } from "../outbox-relay.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export interface TableChangesProps extends TriggerProps<TableChangesSpec> {
  /** With a stream of new and old images. */
  readonly table: ITable | ITableV2;
  /** The bus of its events, and where failed ones are stored. */
  readonly millrace: TriggerProps<TableChangesSpec>["millrace"] & {
    /** Stores complete records that failed in all attempts. */
    readonly artifacts: ArtifactBucket;
  };
}

const STREAM_NAMES: Record<ChangeKind, string> = {
  inserted: "INSERT",
  modified: "MODIFY",
  removed: "REMOVE",
};

/**
 * Publishes changes of a table on the bus, those of one item in order. A record that fails is retried alone,
 * and does not block others for good.
 */
export class TableChanges extends Construct {
  readonly handler: TriggerFunction;

  constructor(scope: Construct, id: string, props: TableChangesProps) {
    super(scope, id);
    const { trigger, table, millrace } = props;
    announce(props, "table", table.node.id);
    this.handler = new TriggerFunction(this, "Handler", props);
    const published = (Object.keys(STREAM_NAMES) as ChangeKind[]).filter((kind) => trigger.byKind[kind]);
    this.handler.function.addEventSource(
      new DynamoEventSource(table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(20),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        filters: [
          FilterCriteria.filter({ eventName: FilterRule.or(...published.map((kind) => STREAM_NAMES[kind])) }),
        ],
        onFailure: intoBucket(millrace.artifacts, this.handler),
      }),
    );
  }
}
