import { type Duration, Lazy, Stack } from "aws-cdk-lib";
import { Archive, EventBus as AwsEventBus, CfnEventBusPolicy, Match } from "aws-cdk-lib/aws-events";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { digest } from "../contract/canonical.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import { REPLAY_PREFIX } from "../contract/items/replay.ts";
import { type Producer, writeProducers } from "../contract/producer.ts";
import { MILLRACE_SOURCE, RESERVED_EVENTS } from "../contract/reserved.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { nameByPath } from "./physical-name.ts";

export interface EventBusProps {
  /** How long events can be replayed. */
  readonly archiveRetention: Duration;
}

/** The bus of all events, with an archive of them. */
export class EventBus extends Construct {
  readonly bus: AwsEventBus;
  readonly archive: Archive;
  /** How long the archive keeps events. */
  private readonly archiveDays: number;
  /** ARNs of the roles that publish Millrace's reserved events. */
  private readonly publishers: string[] = [];
  private readonly producers = new Map<string, Producer>();

  constructor(scope: Construct, id: string, { archiveRetention }: EventBusProps) {
    super(scope, id);
    this.archiveDays = archiveRetention.toDays();
    this.bus = new AwsEventBus(this, "Bus", {
      // The name that CDK would give has no part of the stack's name, and is unique in an account and region.
      eventBusName: nameByPath(this).replace(/[^\w.-]/g, "-"),
      description: "Events of Millrace",
    });
    this.archive = new Archive(this, "Archive", {
      sourceEventBus: this.bus,
      description: "Archive of all events of the Millrace bus",
      // The construct requires a pattern, and every event has a source.
      eventPattern: { source: Match.exists() },
      retention: archiveRetention,
    });
  }

  /** Records the origins of events, for the flow map. The last record of a name counts. */
  announce(producer: Producer): void {
    this.producers.set(producer.name, producer);
  }

  /** Passes the list of all producers to a function, including those that are added later. */
  listProducers(handler: HandlerFunction): void {
    const text = Lazy.string({ produce: () => writeProducers([...this.producers.values()]) });
    handler.addEnvironment(ENVIRONMENT.producers, text);
  }

  /** Allows a principal to publish events, except reserved ones. */
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

  /**
   * Lets one of Millrace's own functions publish changes of the table. No other principal may, whatever its
   * policy allows.
   */
  connect(handler: HandlerFunction): void {
    if (this.publishers.length === 0) this.refuseOthers();
    this.publishers.push(handler.function.role!.roleArn);
    handler.allow(["events:PutEvents"], this.bus.eventBusArn);
    handler.addEnvironment(ENVIRONMENT.bus, this.bus.eventBusName);
  }

  /** Lets a function replay archived events to rules of this bus. */
  connectReplays(handler: HandlerFunction): void {
    const { archiveArn } = this.archive;
    handler.allow(["events:StartReplay"], archiveArn, this.bus.eventBusArn, this.replays);
    handler.allow(["events:CancelReplay"], this.replays);
    handler.addEnvironment(ENVIRONMENT.archive, archiveArn);
    handler.addEnvironment(ENVIRONMENT.archiveDays, String(this.archiveDays));
    handler.addEnvironment(ENVIRONMENT.busArn, this.bus.eventBusArn);
  }

  /** Lets a function read the progress of replays. */
  grantReadReplays(handler: HandlerFunction): void {
    handler.allow(["events:DescribeReplay"], this.replays);
  }

  private refuseOthers(): void {
    const reserved = {
      ReservedSource: { "events:source": MILLRACE_SOURCE },
      ReservedNames: { "events:detail-type": [...RESERVED_EVENTS] },
    };
    // CloudFormation identifies the policy by this id alone, so it is unique among all stacks of an account:
    // https://github.com/aws/aws-cdk/issues/29627
    const unique = digest(nameByPath(this), 10);
    const policies = Object.entries(reserved).map(
      ([id, names]) =>
        new CfnEventBusPolicy(this, id, {
          eventBusName: this.bus.eventBusName,
          statementId: `${id}-${unique}`,
          statement: {
            Effect: "Deny",
            Principal: "*",
            Action: "events:PutEvents",
            Resource: this.bus.eventBusArn,
            Condition: {
              StringEquals: names,
              ArnNotEquals: { "aws:PrincipalArn": Lazy.list({ produce: () => this.publishers }) },
            },
          },
        }),
    );
    // One after the other: each is added to the one policy of the bus, which PutPermission writes as a whole.
    policies[1]!.node.addDependency(policies[0]!);
  }

  private get replays(): string {
    const resourceName = `${REPLAY_PREFIX}*`;
    return Stack.of(this).formatArn({ service: "events", resource: "replay", resourceName });
  }
}
