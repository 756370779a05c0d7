import { Alarm } from "../kernel/alarm.ts";
import { isThrottling, ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Message } from "./message.ts";
import { OF_HTTP, OF_SERVICES, retryDelay } from "./policies.ts";
import { deadLetter, EndpointError, type Send } from "./send.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";
import type { Topics } from "./topics.ts";

const AT_ONCE = 200;

interface DeliveryRow {
  id: number;
  subscription: string;
  message: string;
  ordered_by: string | null;
  attempts: number;
}

/**
 * Delivers messages to endpoints, each on its own. A failed attempt waits in the table for its retry; what
 * cannot be delivered goes to the dead-letter queue of the subscription.
 */
export class Deliveries {
  private readonly kernel: Kernel;
  private readonly topics: Topics;
  private readonly subscriptions: Subscriptions;
  private readonly send: Send;
  private readonly alarm: Alarm;

  constructor(kernel: Kernel, topics: Topics, subscriptions: Subscriptions, send: Send) {
    this.kernel = kernel;
    this.topics = topics;
    this.subscriptions = subscriptions;
    this.send = send;
    this.alarm = new Alarm(kernel.clock, () => this.takeDue());
    kernel.store.run("UPDATE sns_delivery SET due = ? WHERE due IS NULL", kernel.clock.now());
  }

  /** Writes a delivery for each subscription: part of the change that accepts the message. */
  add(receivers: Subscription[], message: Message): void {
    if (receivers.length === 0) return;
    const { store, clock } = this.kernel;
    const text = JSON.stringify(message);
    const ordered = message.sequence === undefined ? null : message.group!;
    for (const { arn } of receivers) {
      store.run(
        "INSERT INTO sns_delivery (subscription, message, ordered_by, due) VALUES (?, ?, ?, ?)",
        arn,
        text,
        ordered,
        clock.now(),
      );
    }
    this.wake();
  }

  /** Continues the deliveries of the last process. */
  start(): void {
    this.alarm.start();
  }

  stop(): void {
    this.alarm.stop();
  }

  /** Makes the attempts that are due, once the current change is complete. */
  private wake(): void {
    this.kernel.work.start("sns: deliveries", async () => {
      await Promise.resolve();
      this.takeDue();
    });
  }

  private takeDue(): void {
    const { store, clock } = this.kernel;
    const rows = store.all<DeliveryRow>(
      `SELECT * FROM sns_delivery AS one WHERE due <= ? AND (ordered_by IS NULL OR NOT EXISTS (
         SELECT 1 FROM sns_delivery AS other WHERE other.subscription = one.subscription
         AND other.ordered_by = one.ordered_by AND other.id < one.id
       )) ORDER BY due, id LIMIT ?`,
      clock.now(),
      AT_ONCE,
    );
    for (const row of rows) {
      store.run("UPDATE sns_delivery SET due = NULL WHERE id = ?", row.id);
      this.kernel.work.start("sns: delivery", () => this.attempt(row));
    }
    if (rows.length === AT_ONCE) this.wake();
    const next = store.get<{ due: number | null }>(
      "SELECT min(due) AS due FROM sns_delivery WHERE due > ?",
      clock.now(),
    );
    this.alarm.by(next?.due);
  }

  private async attempt(row: DeliveryRow): Promise<void> {
    const subscription = this.subscriptions.find(row.subscription);
    if (!subscription) return this.finish(row);
    const message: Message = JSON.parse(row.message);
    try {
      await this.send(subscription, message);
    } catch (error) {
      await this.failed({ ...row, attempts: row.attempts + 1 }, subscription, message, error);
      return;
    }
    this.finish(row);
  }

  private async failed(
    row: DeliveryRow,
    subscription: Subscription,
    message: Message,
    error: unknown,
  ): Promise<void> {
    if (isTemporary(error) && this.retryLater(row, subscription, message)) return;
    const lost = `sns: ${subscription.arn} could not deliver to ${subscription.endpoint}: ${(error as Error).message}`;
    if (subscription.deadLetterQueue === undefined) {
      this.kernel.report(`${lost}. The subscription has no dead-letter queue; the message is dropped.`);
    } else {
      try {
        await deadLetter(this.kernel, subscription, message, error);
      } catch (refused) {
        this.kernel.report(
          `${lost}. Its dead-letter queue ${subscription.deadLetterQueue} refused it too (${(refused as Error).message}); the message is dropped.`,
        );
      }
    }
    this.finish(row);
  }

  /** Schedules the next attempt, unless the retries are used up. */
  private retryLater(
    { id, attempts }: DeliveryRow,
    { protocol, delivery }: Subscription,
    { topicArn }: Message,
  ): boolean {
    const { store, clock, random } = this.kernel;
    const ofTopic = this.topics.withArn(topicArn)?.delivery;
    const isHttp = protocol === "http" || protocol === "https";
    const retries = isHttp ? { ...OF_HTTP, ...ofTopic?.retries, ...delivery?.retries } : OF_SERVICES;
    const delay = retryDelay(retries, attempts);
    if (delay === undefined) return false;
    // Half of the delay is random, as the service spreads retries.
    const due = clock.now() + Math.round(delay * (0.5 + random.fraction() / 2));
    store.run("UPDATE sns_delivery SET attempts = ?, due = ? WHERE id = ?", attempts, due, id);
    if (due <= clock.now()) this.wake();
    else this.alarm.by(due);
    return true;
  }

  private finish({ id, ordered_by }: DeliveryRow): void {
    this.kernel.store.run("DELETE FROM sns_delivery WHERE id = ?", id);
    if (ordered_by !== null) this.wake();
  }
}

/** Whether another attempt may succeed: the endpoint is busy or broken, not deleted, and it does not refuse. */
function isTemporary(error: unknown): boolean {
  if (error instanceof EndpointError) return error.temporary;
  if (!(error instanceof ServiceError)) return true;
  return error.fault === "server" || isThrottling(error);
}
