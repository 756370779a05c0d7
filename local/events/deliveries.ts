import { Alarm } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Exhausted, retryDelay } from "../kernel/retry-policy.ts";
import type { Arrival } from "./arrival.ts";
import type { Delivery } from "./delivery.ts";
import { DestinationError, RateLimitError } from "./destinations/errors.ts";
import { classify, deadLetter } from "./retry.ts";
import type { RoutedRule } from "./router.ts";
import type { Send } from "./send.ts";

const AT_ONCE = 200;

/**
 * Delivers events to targets, each on its own: a delivery is a row from the moment its event is accepted
 * until the target has it, the dead-letter queue has it, or it is dropped. A failed attempt waits in the
 * table for its retry.
 */
export class Deliveries {
  private readonly kernel: Kernel;
  private readonly send: Send;
  private readonly ruleArn: (bus: string, rule: string) => string;
  private readonly log: (line: string) => void;
  private readonly alarm: Alarm;
  private nextId: number;

  constructor(
    kernel: Kernel,
    send: Send,
    ruleArn: (bus: string, rule: string) => string,
    log: (line: string) => void,
  ) {
    this.kernel = kernel;
    this.send = send;
    this.ruleArn = ruleArn;
    this.log = log;
    this.alarm = new Alarm(kernel.clock, () => this.takeDue());
    kernel.store.run("UPDATE events_delivery SET due = ? WHERE due IS NULL", kernel.clock.now());
    this.nextId =
      (kernel.store.get<{ id: number | null }>("SELECT max(id) AS id FROM events_delivery")?.id ?? 0) + 1;
  }

  /** Writes one delivery for each target of the rule: part of the change that accepts the event. */
  record(rule: RoutedRule, event: string, { trace, forwarded = false }: Arrival = {}): Delivery[] {
    return rule.targets.map((target) => {
      const delivery: Delivery = {
        id: this.nextId++,
        bus: rule.bus,
        rule: rule.name,
        ruleArn: rule.arn,
        target,
        event,
        trace,
        ingested: this.kernel.clock.now(),
        attempts: 0,
        forwarded,
      };
      this.kernel.store.run(
        "INSERT INTO events_delivery VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL, ?)",
        delivery.id,
        delivery.bus,
        delivery.rule,
        JSON.stringify(target),
        event,
        trace ?? null,
        delivery.ingested,
        Number(forwarded),
      );
      return delivery;
    });
  }

  /** Makes the first attempt of each, after their event was accepted. */
  begin(deliveries: Delivery[]): void {
    for (const delivery of deliveries) {
      this.kernel.work.start("events: delivery", () => this.attempt(delivery));
    }
  }

  /** Continues the deliveries of the last process. */
  start(): void {
    this.alarm.start();
  }

  stop(): void {
    this.alarm.stop();
  }

  private takeDue(): void {
    const { store, clock } = this.kernel;
    const rows = store.all(
      "SELECT * FROM events_delivery WHERE due <= ? ORDER BY due, id LIMIT ?",
      clock.now(),
      AT_ONCE,
    );
    for (const row of rows) store.run("UPDATE events_delivery SET due = NULL WHERE id = ?", row.id);
    this.begin(
      rows.map(({ id, bus, rule, target, event, trace, ingested, attempts, forwarded }) => ({
        id,
        bus,
        rule,
        ruleArn: this.ruleArn(bus, rule),
        target: JSON.parse(target),
        event,
        trace: trace ?? undefined,
        ingested,
        attempts,
        forwarded: forwarded === 1,
      })),
    );
    const next = store.get<{ due: number | null }>(
      "SELECT min(due) AS due FROM events_delivery WHERE due IS NOT NULL",
    );
    this.alarm.by(next?.due);
  }

  private async attempt(delivery: Delivery): Promise<void> {
    try {
      await this.send(delivery);
    } catch (error) {
      // Waiting for its turn is no attempt.
      const attempts = delivery.attempts + (error instanceof RateLimitError ? 0 : 1);
      await this.failed({ ...delivery, attempts }, error);
      return;
    }
    this.finish(delivery);
  }

  private finish(delivery: Delivery): void {
    this.kernel.store.run("DELETE FROM events_delivery WHERE id = ?", delivery.id);
  }

  private async failed(delivery: Delivery, error: unknown): Promise<void> {
    const { retriable, code, message } = classify(error);
    const lost = `events: rule ${delivery.ruleArn} could not deliver to ${delivery.target.Arn}: ${code}: ${message}`;
    if (code === "INTERNAL_ERROR") this.log(lost);
    const exhausted = retriable ? this.retryLater(delivery, error) : undefined;
    if (retriable && exhausted === undefined) return;

    const queue = delivery.target.DeadLetterConfig?.Arn;
    if (queue === undefined) {
      this.log(`${lost}. The target has no dead-letter queue; the event is dropped.`);
    } else {
      try {
        await deadLetter(this.kernel, queue, delivery, { code, message, exhausted });
      } catch (refused) {
        this.log(
          `${lost}. Its dead-letter queue ${queue} refused it too (${(refused as Error).message}); the event is dropped.`,
        );
      }
    }
    this.finish(delivery);
  }

  /** Schedules the next attempt, or returns the reason why there is none. */
  private retryLater({ id, target, attempts, ingested }: Delivery, error: unknown): Exhausted | undefined {
    const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } = target.RetryPolicy ?? {};
    if (attempts > MaximumRetryAttempts) return "MaximumRetryAttempts";
    const due = error instanceof RateLimitError ? error.time : this.nextAttempt(attempts, error);
    if (due > ingested + MaximumEventAgeInSeconds * 1000) return "MaximumEventAgeInSeconds";
    this.kernel.store.run("UPDATE events_delivery SET attempts = ?, due = ? WHERE id = ?", attempts, due, id);
    this.alarm.by(due);
    return undefined;
  }

  /** The delay of the retry policy, or the time that the endpoint asks for if that is later. */
  private nextAttempt(attempts: number, error: unknown): number {
    const { clock, random } = this.kernel;
    const due = clock.now() + retryDelay(attempts, random.fraction());
    return error instanceof DestinationError ? Math.max(due, error.notBefore ?? 0) : due;
  }
}
