import type { Duration } from "aws-cdk-lib";
import { Archive, EventBus as AwsEventBus, Match } from "aws-cdk-lib/aws-events";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { MILLRACE_SOURCE, RESERVED_EVENTS } from "../contract/reserved.ts";
import type { HandlerFunction } from "./handler-function.ts";

export interface EventBusProps {
  /** How long events can be replayed. */
  readonly archiveRetention: Duration;
}

/** The bus that all events take, with an archive of everything that was on it. */
export class EventBus extends Construct {
  readonly bus: AwsEventBus;

  constructor(scope: Construct, id: string, { archiveRetention }: EventBusProps) {
    super(scope, id);
    this.bus = new AwsEventBus(this, "Bus", { description: "Events of Millrace" });
    new Archive(this, "Archive", {
      sourceEventBus: this.bus,
      description: "Everything that was on the bus of Millrace",
      // The construct asks for a pattern, and every event has a source.
      eventPattern: { source: Match.exists() },
      retention: archiveRetention,
    });
  }

  /** Lets a principal publish events, but none that only Millrace itself may tell. */
  grantPublish(producer: IGrantable): void {
    producer.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["events:PutEvents"],
        resources: [this.bus.eventBusArn],
        conditions: {
          StringNotEquals: { "events:source": MILLRACE_SOURCE, "events:detail-type": [...RESERVED_EVENTS] },
        },
      }),
    );
  }

  /** Lets one of Millrace's own functions publish what the table says. */
  connect(handler: HandlerFunction): void {
    handler.allow(["events:PutEvents"], this.bus.eventBusArn);
    handler.set(ENVIRONMENT.bus, this.bus.eventBusName);
  }
}
