import { Alarm } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buses } from "./buses.ts";
import type { BusEvent } from "./event.ts";
import { pageByName } from "./page.ts";
import type { Router } from "./router.ts";
import {
  alreadyExists,
  NAME,
  notFound,
  operation,
  requireNumber,
  requirePattern,
  requireText,
  validation,
} from "./validation.ts";

/** Stores an event in an archive: part of the change that accepts the event. */
export type Archive = (archive: string, event: BusEvent, text: string) => void;

export interface ArchiveRow {
  name: string;
  bus: string;
  settings: string;
  created: number;
}

const DAY = 86_400_000;

/** The archives: every matching event of a bus, until its retention ends. */
export class Archives {
  private readonly kernel: Kernel;
  private readonly buses: Buses;
  private readonly router: Router;
  private readonly alarm: Alarm;

  constructor(kernel: Kernel, buses: Buses, router: Router) {
    this.kernel = kernel;
    this.buses = buses;
    this.router = router;
    this.alarm = new Alarm(kernel.clock, () => this.expire());
  }

  arn(name: string): string {
    return this.kernel.arn("events", `archive/${name}`);
  }

  readonly keep: Archive = (archive, event, text) => {
    const { store, clock } = this.kernel;
    store.run(
      "INSERT INTO events_archived (archive, time, archived, event) VALUES (?, ?, ?, ?)",
      archive,
      Date.parse(event.time),
      clock.now(),
      text,
    );
    // No retention is shorter than a day.
    this.alarm.by(clock.now() + DAY);
  };

  /** Deletes events past their retention, now and whenever more expire. */
  start(): void {
    this.alarm.start();
  }

  stop(): void {
    this.alarm.stop();
  }

  find(name: string): ArchiveRow | undefined {
    return this.kernel.store.get<ArchiveRow>("SELECT * FROM events_archive WHERE name = ?", name);
  }

  /** Throws for a bus that still has archives. */
  refuseBusInUse(bus: string): void {
    const archive = this.kernel.store.get<ArchiveRow>(
      "SELECT * FROM events_archive WHERE bus = ? LIMIT 1",
      bus,
    );
    if (archive)
      throw validation(`Event bus ${bus} can't be deleted since it has the archive ${archive.name}.`);
  }

  private expire(): void {
    const { store } = this.kernel;
    const kept = store
      .all<ArchiveRow>("SELECT * FROM events_archive")
      .map(({ name, settings }) => ({ name, retention: JSON.parse(settings).RetentionDays * DAY }))
      .filter(({ retention }) => retention > 0);
    store.atomically(() => {
      for (const { name, retention } of kept) this.expireArchive(name, retention);
    });
  }

  private expireArchive(name: string, retention: number): void {
    const { store, clock } = this.kernel;
    store.run(
      "DELETE FROM events_archived WHERE archive = ? AND archived <= ?",
      name,
      clock.now() - retention,
    );
    const oldest = store.get<{ archived: number | null }>(
      "SELECT min(archived) AS archived FROM events_archived WHERE archive = ?",
      name,
    )!.archived;
    if (oldest !== null) this.alarm.by(oldest + retention);
  }

  operations(): Record<string, Operation> {
    const { store, clock } = this.kernel;

    const existing = (input: any): ArchiveRow => {
      const name = requireText(input.ArchiveName, "archiveName", { pattern: NAME, most: 48 });
      const archive = this.find(name);
      if (!archive) throw notFound(`Archive ${name} does not exist.`);
      return archive;
    };

    const total = (name: string) =>
      store.get<{ events: number; bytes: number }>(
        "SELECT count(*) AS events, total(octet_length(event)) AS bytes FROM events_archived WHERE archive = ?",
        name,
      )!;

    const summary = ({ name, bus, settings, created }: ArchiveRow) => ({
      ArchiveName: name,
      EventSourceArn: this.buses.arn(bus),
      State: "ENABLED",
      RetentionDays: JSON.parse(settings).RetentionDays,
      SizeBytes: total(name).bytes,
      EventCount: total(name).events,
      CreationTime: created / 1000,
    });

    return {
      CreateArchive: operation(
        ["ArchiveName", "EventSourceArn", "Description", "EventPattern", "RetentionDays", "KmsKeyIdentifier"],
        (input) => {
          const name = requireText(input.ArchiveName, "archiveName", { pattern: NAME, most: 48 });
          const bus = this.buses.existing(requireText(input.EventSourceArn, "eventSourceArn"));
          if (this.find(name)) throw alreadyExists(`Archive ${name} already exists.`);
          const settings = JSON.stringify({ RetentionDays: 0, ...readSettings(input) });
          store.run("INSERT INTO events_archive VALUES (?, ?, ?, ?)", name, bus, settings, clock.now());
          this.router.archiveChanged(bus, name);
          return { ArchiveArn: this.arn(name), State: "ENABLED", CreationTime: clock.now() / 1000 };
        },
      ),

      DescribeArchive: operation(["ArchiveName"], (input) => {
        const archive = existing(input);
        return { ArchiveArn: this.arn(archive.name), ...summary(archive), ...JSON.parse(archive.settings) };
      }),

      ListArchives: operation(["NamePrefix", "EventSourceArn", "State", "Limit", "NextToken"], (input) => {
        if (
          [input.NamePrefix, input.EventSourceArn, input.State].filter((filter) => filter !== undefined)
            .length > 1
        ) {
          throw validation(
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.",
          );
        }
        const bus =
          input.EventSourceArn === undefined ? undefined : this.buses.existing(input.EventSourceArn);
        if (input.State !== undefined && input.State !== "ENABLED") return { Archives: [] };
        const { rows, NextToken } = pageByName<ArchiveRow>(store, "events_archive", input, { bus });
        return { Archives: rows.map(summary), NextToken };
      }),

      UpdateArchive: operation(
        ["ArchiveName", "Description", "EventPattern", "RetentionDays", "KmsKeyIdentifier"],
        (input) => {
          const changes = readSettings(input);
          if (Object.keys(changes).length === 0) {
            throw validation("At least one of EventPattern, RetentionDays or Description must be provided.");
          }
          const archive = existing(input);
          const settings = { ...JSON.parse(archive.settings), ...changes };
          store.run(
            "UPDATE events_archive SET settings = ? WHERE name = ?",
            JSON.stringify(settings),
            archive.name,
          );
          this.expire();
          this.router.archiveChanged(archive.bus, archive.name);
          return {
            ArchiveArn: this.arn(archive.name),
            State: "ENABLED",
            CreationTime: archive.created / 1000,
          };
        },
      ),

      DeleteArchive: operation(["ArchiveName"], (input) => {
        const archive = existing(input);
        store.atomically(() => {
          store.run("DELETE FROM events_archive WHERE name = ?", archive.name);
          store.run("DELETE FROM events_archived WHERE archive = ?", archive.name);
        });
        this.router.archiveChanged(archive.bus, archive.name);
        return {};
      }),
    };
  }
}

function readSettings({ Description, EventPattern, RetentionDays, KmsKeyIdentifier }: any) {
  if (EventPattern !== undefined) requirePattern(EventPattern);
  if (RetentionDays !== undefined) requireNumber(RetentionDays, "retentionDays", 0, 2 ** 31 - 1);
  return {
    ...(Description !== undefined && { Description }),
    ...(EventPattern !== undefined && { EventPattern }),
    ...(RetentionDays !== undefined && { RetentionDays }),
    ...(KmsKeyIdentifier !== undefined && { KmsKeyIdentifier }),
  };
}
