import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { seconds } from "../contract/duration.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { mostAttempts } from "../contract/work.ts";
import { DeadLetters } from "./dead-letters.ts";
import { connectDestination, type Destination } from "./destination.ts";
import { DurableQueue } from "./durable-queue.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";
import type { StateTable } from "./state-table.ts";
import { WorkFunction } from "./work-function.ts";

export interface ReactionProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Sends its deferred messages again, and stores its dead letters. */
  readonly services: Pick<Services, "control" | "collector">;
  /** What it reacts to, and how. */
  readonly definition: ReactionSpec;
  /** Where it posts its events, if it is a delivery. @default none */
  readonly destination?: Destination | undefined;
}

/** Receives of a message in addition to its attempts: duplicates, concurrent deliveries, and crashes. */
const MORE_DELIVERIES = 20;

/** A reaction: a rule per event, its queue, and the function that handles the events. */
export class Reaction extends Construct {
  readonly handler: WorkFunction;
  readonly queue: DurableQueue;
  /** What a delivery signs with; undefined for any other reaction. */
  readonly signingSecret: ISecret | undefined;
  /** The queue and its rules, as `DeployedQueues` records them. */
  readonly deployed: readonly DeployedQueue[];

  constructor(scope: Construct, id: string, props: ReactionProps) {
    super(scope, id);
    const {
      platform,
      services: { control, collector },
      definition: reaction,
    } = props;
    const { bundles, bus, table, artifacts } = platform;
    const { name, on, where } = reaction;
    this.handler = new WorkFunction(this, "Handler", {
      code: bundles.code(name),
      description: `Reaction ${name}`,
      work: reaction,
      timeout: seconds(reaction.timeout),
    });
    this.claimIn(table, reaction);
    control.connectWakeups(this.handler);
    artifacts.connect(this.handler, reaction.artifacts, `${name}/`);
    artifacts.connectPayloads(this.handler, "read and write", name);
    artifacts.grantShared(this.handler, reaction.shared);
    this.handler.connectModels(platform);
    this.signingSecret = connectDestination(this.handler, reaction, props.destination);

    this.queue = new DurableQueue(this, "Events", {
      consumer: this.handler,
      maxConcurrency: reaction.concurrency,
      maxReceiveCount: mostAttempts(reaction.retry) + MORE_DELIVERIES,
      deadLetters: new DeadLetters(this, "DeadLetters", { collector, owner: name, subscribers: [name] }),
    });
    const { queue, deadLetters } = this.queue;
    this.handler.addEnvironment(ENVIRONMENT.deadLetters, deadLetters.queueUrl);
    this.handler.allow(["sqs:SendMessage"], deadLetters.queueArn);
    control.resendTo(queue);
    const events = on.map((event) => event.name);
    const rules = this.queue.subscribeToEvents(events, { bus: bus.bus, to: name, where });
    this.deployed = [this.queue.deployed({ name, role: "reaction" }, rules)];
  }

  /** Claims and deferred messages of its runs, quarantined events, and the health of its downstreams. */
  private claimIn(table: StateTable, reaction: ReactionSpec): void {
    const { name } = reaction;
    const { work, deferred, controls, quarantine, deliveries, replays, dryRunEvent } = PARTITIONS;
    table.connect(
      this.handler,
      {
        may: ["GetItem", "BatchGetItem"],
        of: [work(name), controls("subscriber", name), replays()],
      },
      { may: ["PutItem", "UpdateItem"], of: [work(name)] },
      { may: ["PutItem", "DeleteItem"], of: [deferred(name)] },
      { may: ["PutItem"], of: [quarantine(name), dryRunEvent(name)] },
      { may: ["UpdateItem"], of: [deliveries()] },
      { may: ["UpdateItem"], of: [replays()], attributes: ["counts"] },
    );
    this.handler.connectBreakers(table, [reaction]);
  }
}
