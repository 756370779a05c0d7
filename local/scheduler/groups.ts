import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { conflict, notFound, validation } from "./errors.ts";
import { pageOf } from "./page.ts";
import { NAME, TAGS, TOKEN } from "./settings.ts";
import { operation, structure, text, whole } from "./shape.ts";
import { putTags } from "./tags.ts";

const DEFAULT = "default";

interface GroupRow {
  name: string;
  token: string | null;
  created: number;
  modified: number;
}

/** The groups of schedules, and the operations on them. */
export class Groups {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    const now = kernel.clock.now();
    kernel.store.run("INSERT OR IGNORE INTO scheduler_group VALUES (?, NULL, ?, ?)", DEFAULT, now, now);
  }

  arn(name: string): string {
    return this.kernel.arn("scheduler", `schedule-group/${name}`);
  }

  /** The name of an existing group. Throws ResourceNotFoundException. */
  existing(name: string = DEFAULT): string {
    return this.row(name).name;
  }

  operations(): Record<string, Operation> {
    const { store, clock } = this.kernel;
    return {
      CreateScheduleGroup: operation(
        structure({ Name: NAME, Tags: TAGS, ClientToken: TOKEN }, "Name"),
        ({ Name, Tags, ClientToken }) => {
          const before = this.find(Name);
          if (before && (ClientToken === undefined || before.token !== ClientToken)) {
            throw conflict(`Schedule group ${Name} already exists.`);
          }
          const ScheduleGroupArn = this.arn(Name);
          store.atomically(() => {
            store.run(
              "INSERT OR IGNORE INTO scheduler_group VALUES (?, ?, ?, ?)",
              Name,
              ClientToken ?? null,
              clock.now(),
              clock.now(),
            );
            putTags(store, ScheduleGroupArn, Tags);
          });
          return { ScheduleGroupArn };
        },
      ),

      GetScheduleGroup: operation(structure({ Name: NAME }, "Name"), ({ Name }) =>
        this.describe(this.row(Name)),
      ),

      DeleteScheduleGroup: operation(structure({ Name: NAME, ClientToken: TOKEN }, "Name"), ({ Name }) => {
        if (Name === DEFAULT) throw validation("The default schedule group cannot be deleted.");
        this.existing(Name);
        store.atomically(() => {
          store.run('DELETE FROM scheduler_invocation WHERE "group" = ?', Name);
          store.run('DELETE FROM scheduler_schedule WHERE "group" = ?', Name);
          store.run("DELETE FROM scheduler_group WHERE name = ?", Name);
          store.run("DELETE FROM scheduler_tag WHERE arn = ?", this.arn(Name));
        });
        return {};
      }),

      ListScheduleGroups: operation(
        structure({ NamePrefix: NAME, NextToken: text(1, 2048), MaxResults: whole(1, 100) }),
        ({ NamePrefix = "", ...page }) => {
          const { rows, NextToken } = pageOf<GroupRow>(
            page,
            ({ name }) => [name],
            ([after = ""], limit) =>
              store.all(
                "SELECT * FROM scheduler_group WHERE name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?",
                after,
                NamePrefix.length,
                NamePrefix,
                limit,
              ),
          );
          return { ScheduleGroups: rows.map((row) => this.describe(row)), NextToken };
        },
      ),
    };
  }

  private find(name: string): GroupRow | undefined {
    return this.kernel.store.get<GroupRow>("SELECT * FROM scheduler_group WHERE name = ?", name);
  }

  private row(name: string): GroupRow {
    const row = this.find(name);
    if (!row) throw notFound(`Schedule group ${name} does not exist.`);
    return row;
  }

  private describe({ name, created, modified }: GroupRow) {
    return {
      Arn: this.arn(name),
      Name: name,
      State: "ACTIVE",
      CreationDate: created / 1000,
      LastModificationDate: modified / 1000,
    };
  }
}
