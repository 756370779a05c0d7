import { Alarm } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type BusEvent, eventTime } from "./event.ts";
import type { Intake } from "./intake.ts";
import type { Router } from "./router.ts";
import { parseSchedule } from "./schedule.ts";

/**
 * Fires the scheduled rules of the default bus. Occurrences that were due while nothing ran fire once at the
 * start.
 */
export class Scheduler {
  private readonly kernel: Kernel;
  private readonly router: Router;
  private readonly intake: Intake;
  private readonly alarm: Alarm;

  constructor(kernel: Kernel, router: Router, intake: Intake) {
    this.kernel = kernel;
    this.router = router;
    this.intake = intake;
    this.alarm = new Alarm(kernel.clock, () => this.fireDue());
  }

  /** A rule is due at `time`. */
  by(time: number): void {
    this.alarm.by(time);
  }

  start(): void {
    this.alarm.start();
  }

  stop(): void {
    this.alarm.stop();
  }

  private fireDue(): void {
    const { store, clock } = this.kernel;
    const due = store.all<{ bus: string; name: string; settings: string; scheduled: number; due: number }>(
      "SELECT * FROM events_rule WHERE due <= ? ORDER BY due, name",
      clock.now(),
    );
    for (const rule of due) {
      const next = parseSchedule(JSON.parse(rule.settings).ScheduleExpression)!(clock.now(), rule.scheduled);
      this.intake.atomically(({ trigger }) => {
        store.run(
          "UPDATE events_rule SET due = ? WHERE bus = ? AND name = ?",
          next ?? null,
          rule.bus,
          rule.name,
        );
        trigger(this.router.rule(rule.bus, rule.name)!, this.event(rule.bus, rule.name, rule.due));
      });
    }
    const next = store.get<{ due: number | null }>(
      "SELECT min(due) AS due FROM events_rule WHERE due IS NOT NULL",
    );
    this.alarm.by(next?.due);
  }

  private event(bus: string, rule: string, due: number): BusEvent {
    return {
      version: "0",
      id: this.kernel.random.uuid(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: this.kernel.account,
      time: eventTime(due),
      region: this.kernel.region,
      resources: [this.router.ruleArn(bus, rule)],
      detail: {},
    };
  }
}
