import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { conflict, notFound } from "./errors.ts";
import type { Groups } from "./groups.ts";
import { pageOf } from "./page.ts";
import {
  NAME,
  occurrencesOf,
  readSettings,
  SCHEDULE,
  type Settings,
  STATE,
  sameTiming,
  TOKEN,
} from "./settings.ts";
import { operation, structure, text, whole } from "./shape.ts";
import { checkTarget } from "./target.ts";

/** A schedule as it is kept. */
export interface ScheduleRow {
  group: string;
  name: string;
  settings: string;
  token: string | null;
  anchor: number;
  due: number | null;
  created: number;
  modified: number;
}

const ONE = structure({ Name: NAME, GroupName: NAME, ClientToken: TOKEN }, "Name");

/** The schedules, and the operations on them. */
export class Schedules {
  private readonly kernel: Kernel;
  private readonly groups: Groups;
  private readonly dueBy: (time: number) => void;

  /** `dueBy` is called with the time of a schedule's next occurrence. */
  constructor(kernel: Kernel, groups: Groups, dueBy: (time: number) => void) {
    this.kernel = kernel;
    this.groups = groups;
    this.dueBy = dueBy;
  }

  arn(group: string, name: string): string {
    return this.kernel.arn("scheduler", `schedule/${group}/${name}`);
  }

  find(group: string, name: string): ScheduleRow | undefined {
    return this.kernel.store.get<ScheduleRow>(
      'SELECT * FROM scheduler_schedule WHERE "group" = ? AND name = ?',
      group,
      name,
    );
  }

  /** Pending invocations are removed with their schedule. */
  remove(group: string, name: string): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run('DELETE FROM scheduler_invocation WHERE "group" = ? AND name = ?', group, name);
      store.run('DELETE FROM scheduler_schedule WHERE "group" = ? AND name = ?', group, name);
    });
  }

  operations(): Record<string, Operation> {
    const { store } = this.kernel;
    return {
      CreateSchedule: operation(SCHEDULE, (input) => {
        const settings = this.read(input);
        const group = this.groups.existing(input.GroupName);
        const before = this.find(group, input.Name);
        if (before && (input.ClientToken === undefined || before.token !== input.ClientToken)) {
          throw conflict(`Schedule ${input.Name} already exists.`);
        }
        if (!before) this.save(group, input.Name, settings, input.ClientToken, undefined);
        return { ScheduleArn: this.arn(group, input.Name) };
      }),

      UpdateSchedule: operation(SCHEDULE, (input) => {
        const settings = this.read(input);
        const before = this.existing(input);
        this.save(before.group, before.name, settings, input.ClientToken, before);
        return { ScheduleArn: this.arn(before.group, before.name) };
      }),

      GetSchedule: operation(structure({ Name: NAME, GroupName: NAME }, "Name"), (input) => {
        const row = this.existing(input);
        return { ...this.describe(row), ...JSON.parse(row.settings) };
      }),

      DeleteSchedule: operation(ONE, (input) => {
        const { group, name } = this.existing(input);
        this.remove(group, name);
        return {};
      }),

      ListSchedules: operation(
        structure({
          GroupName: NAME,
          NamePrefix: NAME,
          State: STATE,
          NextToken: text(1, 2048),
          MaxResults: whole(1, 100),
        }),
        ({ GroupName, NamePrefix = "", State, ...page }) => {
          const least = GroupName === undefined ? "" : this.groups.existing(GroupName);
          const { rows, NextToken } = pageOf<ScheduleRow>(
            page,
            ({ group, name }) => [group, name],
            ([group = least, name = ""], limit) =>
              store.all(
                `SELECT * FROM scheduler_schedule WHERE ("group", name) > (?, ?) AND "group" <= ?
                   AND substr(name, 1, ?) = ? AND state <> ? ORDER BY "group", name LIMIT ?`,
                group,
                name,
                GroupName ?? "\u{10ffff}",
                NamePrefix.length,
                NamePrefix,
                State === undefined ? "" : State === "ENABLED" ? "DISABLED" : "ENABLED",
                limit,
              ),
          );
          const Schedules = rows.map((row) => {
            const { State, Target }: Settings = JSON.parse(row.settings);
            return { ...this.describe(row), State, Target: { Arn: Target.Arn } };
          });
          return { Schedules, NextToken };
        },
      ),
    };
  }

  private existing({ GroupName, Name }: { GroupName?: string; Name: string }): ScheduleRow {
    const row = this.find(this.groups.existing(GroupName), Name);
    if (!row) throw notFound(`Schedule ${Name} does not exist.`);
    return row;
  }

  private read(input: object): Settings {
    const settings = readSettings(input);
    checkTarget(settings.Target, (service, operation) =>
      Object.hasOwn(this.kernel.service(service)?.operations ?? {}, operation),
    );
    return settings;
  }

  /** A schedule with unchanged times continues; a new one counts from now. */
  private save(
    group: string,
    name: string,
    settings: Settings,
    token: string | undefined,
    before: ScheduleRow | undefined,
  ): void {
    const { store, clock } = this.kernel;
    const now = clock.now();
    const continues = before !== undefined && sameTiming(JSON.parse(before.settings), settings);
    const anchor = continues ? before.anchor : now;
    const next = settings.State === "DISABLED" ? undefined : occurrencesOf(settings, anchor)(now);
    const due = continues ? before.due : (next ?? null);
    store.run(
      `INSERT INTO scheduler_schedule VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)
         ON CONFLICT ("group", name) DO UPDATE SET state = excluded.state, settings = excluded.settings,
           token = excluded.token, anchor = excluded.anchor, due = excluded.due, modified = excluded.modified`,
      group,
      name,
      settings.State,
      JSON.stringify(settings),
      token ?? null,
      anchor,
      due,
      now,
      now,
    );
    if (due !== null) this.dueBy(due);
  }

  private describe({ group, name, created, modified }: ScheduleRow) {
    return {
      Arn: this.arn(group, name),
      GroupName: group,
      Name: name,
      CreationDate: created / 1000,
      LastModificationDate: modified / 1000,
    };
  }
}
