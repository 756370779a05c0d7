import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buses } from "./buses.ts";
import { pageByName } from "./page.ts";
import type { Router } from "./router.ts";
import { parseSchedule } from "./schedule.ts";
import type { Scheduler } from "./scheduler.ts";
import { putTags } from "./tags.ts";
import {
  limitExceeded,
  NAME,
  notFound,
  operation,
  requirePattern,
  requireText,
  validation,
} from "./validation.ts";

const { eventPattern, rulesOfBus } = TEMPLATE_LIMITS;

const STATES = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

/** A rule as it is kept. */
export interface RuleRow {
  bus: string;
  name: string;
  settings: string;
  scheduled: number | null;
  due: number | null;
}

interface RuleSettings {
  EventPattern?: string;
  ScheduleExpression?: string;
  State: string;
  Description?: string;
  RoleArn?: string;
}

/** The rules, and the operations on them. */
export class Rules {
  private readonly kernel: Kernel;
  private readonly buses: Buses;
  private readonly router: Router;
  private readonly scheduler: Scheduler;

  constructor(kernel: Kernel, buses: Buses, router: Router, scheduler: Scheduler) {
    this.kernel = kernel;
    this.buses = buses;
    this.router = router;
    this.scheduler = scheduler;
  }

  /** Throws for a bus that still has rules. */
  refuseBusInUse(bus: string): void {
    if (!this.kernel.store.get("SELECT 1 FROM events_rule WHERE bus = ? LIMIT 1", bus)) return;
    throw validation(`Event bus ${bus} can't be deleted since it has rules.`);
  }

  /** Throws if a bus has the maximum number of rules. */
  private refuseOneMore(bus: string): void {
    const count = this.kernel.store.get<{ n: number }>(
      "SELECT count(*) AS n FROM events_rule WHERE bus = ?",
      bus,
    );
    if (count!.n >= rulesOfBus.most) throw limitExceeded();
  }

  /** Throws for a rule that does not exist. */
  existing(bus: string, name: string): { row: RuleRow; settings: RuleSettings } {
    const row = this.kernel.store.get<RuleRow>(
      "SELECT * FROM events_rule WHERE bus = ? AND name = ?",
      bus,
      name,
    );
    if (!row) throw notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
    return { row, settings: JSON.parse(row.settings) };
  }

  operations(): Record<string, Operation> {
    const { store } = this.kernel;

    const find = (input: any) =>
      this.existing(this.buses.existing(input.EventBusName), requireText(input.Name, "name"));

    const setState = (input: any, state: string) => {
      const { row, settings } = find(input);
      this.save(row.bus, row.name, { ...settings, State: state }, row);
      return {};
    };

    return {
      PutRule: operation(
        [
          "Name",
          "EventBusName",
          "EventPattern",
          "ScheduleExpression",
          "State",
          "Description",
          "RoleArn",
          "Tags",
        ],
        (input) => {
          const name = requireText(input.Name, "name", { pattern: NAME, most: 64 });
          const bus = this.buses.existing(input.EventBusName);
          const settings = readSettings(input, bus);
          const before = store.get<RuleRow>(
            "SELECT * FROM events_rule WHERE bus = ? AND name = ?",
            bus,
            name,
          );
          if (!before) this.refuseOneMore(bus);
          store.atomically(() => {
            if (!before) putTags(store, this.router.ruleArn(bus, name), input.Tags);
            this.save(bus, name, settings, before);
          });
          return { RuleArn: this.router.ruleArn(bus, name) };
        },
      ),

      DescribeRule: operation(["Name", "EventBusName"], (input) => ({
        ...this.describe(find(input).row),
        CreatedBy: this.kernel.account,
      })),

      ListRules: operation(["NamePrefix", "EventBusName", "Limit", "NextToken"], (input) => {
        const bus = this.buses.existing(input.EventBusName);
        const { rows, NextToken } = pageByName<RuleRow>(store, "events_rule", input, { bus });
        return { Rules: rows.map((row) => this.describe(row)), NextToken };
      }),

      EnableRule: operation(["Name", "EventBusName"], (input) => setState(input, "ENABLED")),
      DisableRule: operation(["Name", "EventBusName"], (input) => setState(input, "DISABLED")),

      DeleteRule: operation(["Name", "EventBusName", "Force"], (input) => {
        const bus = this.buses.existing(input.EventBusName);
        const name = requireText(input.Name, "name");
        if (store.get("SELECT 1 FROM events_target WHERE bus = ? AND rule = ? LIMIT 1", bus, name)) {
          throw validation("Rule can't be deleted since it has targets.");
        }
        store.atomically(() => {
          store.run("DELETE FROM events_rule WHERE bus = ? AND name = ?", bus, name);
          store.run("DELETE FROM events_tag WHERE arn = ?", this.router.ruleArn(bus, name));
        });
        this.router.ruleChanged(bus, name);
        return {};
      }),
    };
  }

  /** An unchanged schedule continues; a new one counts from now. */
  private save(bus: string, name: string, settings: RuleSettings, before: RuleRow | undefined): void {
    const { store, clock } = this.kernel;
    const { ScheduleExpression: expression, State } = settings;
    let scheduled: number | null = null;
    let due: number | null = null;
    if (expression !== undefined && State !== "DISABLED") {
      const isUnchanged = before?.due && JSON.parse(before.settings).ScheduleExpression === expression;
      scheduled = isUnchanged ? before.scheduled! : clock.now();
      due = isUnchanged ? before.due : (parseSchedule(expression)!(clock.now(), scheduled) ?? null);
    }
    store.run(
      "INSERT OR REPLACE INTO events_rule VALUES (?, ?, ?, ?, ?)",
      bus,
      name,
      JSON.stringify(settings),
      scheduled,
      due,
    );
    this.router.ruleChanged(bus, name);
    if (due !== null) this.scheduler.by(due);
  }

  private describe({ bus, name, settings }: RuleRow) {
    return { Name: name, Arn: this.router.ruleArn(bus, name), ...JSON.parse(settings), EventBusName: bus };
  }
}

function readSettings(input: any, bus: string): RuleSettings {
  const { EventPattern, ScheduleExpression, Description, RoleArn, State = "ENABLED" } = input;
  if (!EventPattern && !ScheduleExpression) {
    throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (!STATES.includes(State)) {
    throw validation(
      `1 validation error detected: Value '${State}' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [${STATES.join(", ")}]`,
    );
  }
  if (EventPattern) {
    requirePattern(EventPattern);
    if (EventPattern.length > eventPattern.most) throw limitExceeded();
  }
  if (ScheduleExpression) {
    if (bus !== "default") throw validation("ScheduleExpression is supported only on the default event bus.");
    if (!parseSchedule(ScheduleExpression)) throw validation("Parameter ScheduleExpression is not valid.");
  }
  if (Description !== undefined) requireText(Description, "description", { least: 0, most: 512 });
  return {
    ...(EventPattern && { EventPattern }),
    ...(ScheduleExpression && { ScheduleExpression }),
    State,
    ...(Description !== undefined && { Description }),
    ...(RoleArn !== undefined && { RoleArn }),
  };
}
