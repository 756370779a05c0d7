import { Duration, Stack } from "aws-cdk-lib";
import { EventField, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import { canonicalJson, digest } from "../contract/canonical.ts";
import { ENVELOPE_KEY } from "../contract/envelope.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import type { Subscription } from "../workflow/subscriptions.ts";
import type { Control } from "./control.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import { millraceCount } from "./operations/metrics.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { Platform } from "./platform.ts";
import { ThresholdAlarm } from "./threshold-alarm.ts";
import type { Waits } from "./waits.ts";

export interface LedgerProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
  /** The subscribers of each event whose deliveries are recorded. */
  readonly subscriptions: readonly Subscription[];
  /** The stack of its rules: one for each event, in a large app more than all other resources. */
  readonly ruleStack: Stack;
  /** Functions that handle the events of all subscribers, and write their receipts. */
  readonly markers: readonly HandlerFunction[];
}

/**
 * Delay with which the ledger receives an event after the subscribers. Deliveries that they have handled by
 * then have receipts already, and need no second write; a burst arrives in few batches.
 */
const HEAD_START = Duration.seconds(10);
const BATCH = { batchSize: 100, batchWindow: Duration.seconds(5) };
/**
 * Enough for hours in which the table rejects writes: a whole batch is delivered again then, and none of its
 * messages is at fault.
 */
const MOST_DELIVERIES = 100;

/**
 * Records which subscribers must receive each event, and finds those that did not. Its rules have the
 * patterns of the subscribers' rules but are separate: so it receives an event even if a subscriber's rule is
 * disabled, its queue is full or its function is broken.
 *
 *     rule per pattern ─▶ queue ─▶ ledger ─▶ table ◀─ receipts
 *                           ▲        ├─▶ delivery.overdue
 *                           └────────┘ checks of deliveries past their deadline
 */
export class Ledger extends Construct {
  readonly queue: DurableQueue;
  /** Its queue, as `DeployedQueues` records it. */
  readonly deployed: readonly DeployedQueue[];
  private readonly ruleStack: Stack;

  constructor(scope: Construct, id: string, props: LedgerProps) {
    super(scope, id);
    const {
      platform: { bundles, table, bus },
      control,
      deadLetters,
      subscriptions,
      markers,
      ruleStack,
    } = props;
    const subscribers = [...new Set(subscriptions.map(({ subscriber }) => subscriber))];
    for (const marker of markers) marker.addEnvironment(ENVIRONMENT.ledger, subscribers.join(","));

    const handler = new HandlerFunction(this, "Expect", {
      code: bundles.ownCode("ledger"),
      description: "Records every delivery and finds overdue ones",
    });
    table.connect(handler, {
      may: ["BatchGetItem", "PutItem", "UpdateItem"],
      of: [PARTITIONS.deliveries()],
    });
    this.queue = new DurableQueue(this, "Published", {
      consumer: handler,
      ...BATCH,
      delay: HEAD_START,
      maxReceiveCount: MOST_DELIVERIES,
      deadLetters,
    });
    this.deployed = [this.queue.deployed(OWN_QUEUES.ledger)];
    this.ruleStack = ruleStack;
    control.resendTo(this.queue.queue);
    for (const { event, pattern, within } of byPattern(subscriptions)) {
      const id = pattern.detail ? `${event}-${digest(canonicalJson(pattern.detail), 6)}` : event;
      const rule = { eventBus: bus.bus, description: `${event} → ledger`, eventPattern: pattern };
      this.queue.subscribe(id, rule, noticeOf(within), ruleStack);
    }
    this.alarm();
  }

  /**
   * Deploys the rules after the subscribers, and removes them before: the ledger expects deliveries only while
   * their subscribers are deployed.
   */
  follow(waits: Waits, subscribers: Iterable<Construct>): void {
    this.ruleStack.nestedStackResource?.node.addDependency(waits);
    for (const subscriber of subscribers) this.ruleStack.addStackDependency(Stack.of(subscriber));
  }

  private alarm(): void {
    new ThresholdAlarm(this, "DeliveriesOverdue", {
      metric: millraceCount(
        this,
        "DeliveriesOverdue",
        { service: "ledger" },
        { period: Duration.minutes(1) },
      ),
      alarmDescription: `Subscribers did not receive events in time. List them with "millrace deliveries --overdue". If an alarm of the relay is raised as well, fix that first: it records what subscribers received. Check that the subscriber's rule is enabled, then its function's log and its queue. Messages in the queue are handled when the function works again; deliver the others with "millrace replay-events".`,
    });
  }
}

/** The rule's message about an event: everything except its payload. */
function noticeOf(within: Record<string, number>): RuleTargetInput {
  return RuleTargetInput.fromObject({
    within,
    replay: EventField.fromPath("$.replay-name"),
    id: EventField.eventId,
    "detail-type": EventField.detailType,
    source: EventField.source,
    time: EventField.time,
    detail: { [ENVELOPE_KEY]: EventField.fromPath(`$.detail.${ENVELOPE_KEY}`) },
  });
}

/** Subscribers of the same events share a rule: an event costs one message, for any number of subscribers. */
function byPattern(subscriptions: readonly Subscription[]) {
  const groups = new Map<
    string,
    Pick<Subscription, "event" | "pattern"> & { within: Record<string, number> }
  >();
  for (const { event, pattern, subscriber, within } of subscriptions) {
    const key = canonicalJson(pattern);
    const group = groups.get(key) ?? { event, pattern, within: {} };
    group.within[subscriber] = within;
    groups.set(key, group);
  }
  return [...groups.values()];
}
