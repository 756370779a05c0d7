import type { Alarm } from "../kernel/alarm.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Exhausted, retryDelay } from "../kernel/retry-policy.ts";
import { deadLetter, type FailedCall } from "./dead-letter.ts";
import { failureOf } from "./failure.ts";
import type { Attempt } from "./keywords.ts";
import { requestOf, send } from "./request.ts";
import type { ScheduleRow, Schedules } from "./schedules.ts";
import { occurrencesOf, type Settings } from "./settings.ts";

/** One occurrence of a schedule, to be delivered to the target. */
interface Invocation {
  id: number;
  group: string;
  name: string;
  /** The occurrence: milliseconds since the epoch. */
  scheduled: number;
  /** When it was first due. */
  begun: number;
  /** Number of failed attempts. */
  attempts: number;
}

const AT_ONCE = 200;

/**
 * Creates the occurrences of schedules, and delivers each to its target. An invocation is a row from the
 * moment its schedule occurs until the target has it, the dead-letter queue has it, or it is dropped.
 * Occurrences that were due while nothing ran are delivered later, as far back as the schedule's retry policy
 * keeps an event.
 */
export class Invocations {
  private readonly kernel: Kernel;
  private readonly schedules: Schedules;
  private readonly alarm: Alarm;
  private readonly log: (line: string) => void;

  constructor(kernel: Kernel, schedules: Schedules, alarm: Alarm, log: (line: string) => void) {
    this.kernel = kernel;
    this.schedules = schedules;
    this.alarm = alarm;
    this.log = log;
    // An attempt that the last process began may or may not have reached the target: it is repeated.
    kernel.store.run("UPDATE scheduler_invocation SET due = ? WHERE due IS NULL", kernel.clock.now());
  }

  /** Delivers what is due, and sets the alarm for the next due time. */
  takeDue(): void {
    const { store, clock } = this.kernel;
    const now = clock.now();
    for (const schedule of store.all<ScheduleRow>(
      'SELECT * FROM scheduler_schedule WHERE due <= ? ORDER BY due, "group", name LIMIT ?',
      now,
      AT_ONCE,
    )) {
      this.occur(schedule, now);
    }
    const invocations = store.all<Invocation>(
      "SELECT * FROM scheduler_invocation WHERE due <= ? ORDER BY due, id LIMIT ?",
      now,
      AT_ONCE,
    );
    for (const invocation of invocations) {
      store.run("UPDATE scheduler_invocation SET due = NULL WHERE id = ?", invocation.id);
      this.kernel.work.start("scheduler: invocation", () => this.attempt(invocation));
    }
    for (const table of ["scheduler_schedule", "scheduler_invocation"]) {
      const next = store.get<{ due: number | null }>(
        `SELECT min(due) AS due FROM ${table} WHERE due IS NOT NULL`,
      );
      if (next && next.due !== null) this.alarm.by(next.due);
    }
  }

  /** Makes one occurrence an invocation, which a flexible time window delays, and finds the next. */
  private occur(schedule: ScheduleRow, now: number): void {
    const { store, random } = this.kernel;
    const { group, name, anchor } = schedule;
    const settings: Settings = JSON.parse(schedule.settings);
    const occurrences = occurrencesOf(settings, anchor);
    const oldest = now - settings.Target.RetryPolicy.MaximumEventAgeInSeconds * 1000;
    const kept = occurrences(Math.max(schedule.due!, oldest));
    if (kept !== schedule.due) {
      this.log(
        `scheduler: what ${this.schedules.arn(group, name)} missed before ${isoTime(oldest)} is older than its maximum event age and is left out.`,
      );
    }
    const isDue = kept !== undefined && kept <= now;
    const next = isDue ? occurrences(kept + 1) : kept;
    store.atomically(() => {
      if (isDue) {
        const window = (settings.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
        const due = kept + (window > 0 ? Math.floor(random.fraction() * window) : 0);
        store.run(
          "INSERT INTO scheduler_invocation VALUES (NULL, ?, ?, ?, ?, 0, ?)",
          group,
          name,
          kept,
          due,
          due,
        );
      }
      store.run(
        'UPDATE scheduler_schedule SET due = ? WHERE "group" = ? AND name = ?',
        next ?? null,
        group,
        name,
      );
    });
  }

  private async attempt(invocation: Invocation): Promise<void> {
    const row = this.schedules.find(invocation.group, invocation.name);
    if (!row) return this.finish(invocation);
    const settings: Settings = JSON.parse(row.settings);
    const attempt: Attempt = {
      scheduleArn: this.schedules.arn(row.group, row.name),
      scheduledTime: isoTime(invocation.scheduled),
      executionId: this.kernel.random.bytes(8).toString("hex"),
      number: invocation.attempts + 1,
    };
    const request = requestOf(this.kernel, settings.Target, attempt);
    try {
      await send(this.kernel, request, settings.Target.RoleArn);
    } catch (error) {
      const failure = failureOf(error);
      if (!(error instanceof ServiceError))
        this.kernel.report(`scheduler: ${(error as Error)?.stack ?? error}`);
      const exhausted = failure.retriable ? this.retryLater(invocation, settings, attempt) : undefined;
      if (failure.retriable && exhausted === undefined) return;
      await this.giveUp(settings, { attempt, request, failure, exhausted });
    }
    this.finish(invocation);
  }

  /** Schedules the next attempt, or returns the reason why there is none. */
  private retryLater(
    { id, begun }: Invocation,
    { Target: { RetryPolicy } }: Settings,
    { number }: Attempt,
  ): Exhausted | undefined {
    const { store, clock, random } = this.kernel;
    if (number > RetryPolicy.MaximumRetryAttempts) return "MaximumRetryAttempts";
    const due = clock.now() + retryDelay(number, random.fraction());
    if (due > begun + RetryPolicy.MaximumEventAgeInSeconds * 1000) return "MaximumEventAgeInSeconds";
    store.run("UPDATE scheduler_invocation SET attempts = ?, due = ? WHERE id = ?", number, due, id);
    this.alarm.by(due);
    return undefined;
  }

  /** Sends the failed call to the dead-letter queue; without one, writes a line to the log. */
  private async giveUp({ Target }: Settings, call: FailedCall): Promise<void> {
    const { attempt, failure } = call;
    const lost = `scheduler: ${attempt.scheduleArn} could not call ${Target.Arn}: ${failure.code}: ${failure.message}`;
    const arn = Target.DeadLetterConfig?.Arn;
    if (arn === undefined) {
      this.log(`${lost}. The schedule has no dead-letter queue; the occurrence is dropped.`);
      return;
    }
    try {
      await deadLetter(this.kernel, { arn, role: Target.RoleArn }, call);
    } catch (refused) {
      this.log(
        `${lost}. Its dead-letter queue ${arn} refused it too (${(refused as Error).message}); the occurrence is dropped.`,
      );
    }
  }

  /** A schedule with deletion after completion is deleted after its last invocation. */
  private finish({ id, group, name }: Invocation): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run("DELETE FROM scheduler_invocation WHERE id = ?", id);
      const row = this.schedules.find(group, name);
      if (!row || row.due !== null) return;
      const { State, ActionAfterCompletion }: Settings = JSON.parse(row.settings);
      if (State !== "ENABLED" || ActionAfterCompletion !== "DELETE") return;
      const pending = store.get(
        'SELECT 1 FROM scheduler_invocation WHERE "group" = ? AND name = ? LIMIT 1',
        group,
        name,
      );
      if (!pending) this.schedules.remove(group, name);
    });
  }
}

/** "2026-11-21T07:00:00Z" */
function isoTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
