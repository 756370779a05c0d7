import type { Kernel } from "../kernel/kernel.ts";
import { notFound } from "./errors.ts";

export interface GroupRow {
  id: number;
  name: string;
  created: number;
  /** Days; null keeps everything up to the size limit. */
  retention: number | null;
  class: string;
  tags: string;
  size: number;
}

/** What a write of events depends on. */
export type WrittenGroup = Pick<GroupRow, "id" | "retention" | "size">;

export interface StreamRow {
  log_group: number;
  name: string;
  created: number;
  first_event: number | null;
  last_event: number | null;
  last_ingestion: number | null;
}

export interface LogEvent {
  timestamp: number;
  message: string;
}

export interface StoredEvent extends LogEvent {
  /** Its batch and its position in the batch: unique, and growing with the time of ingestion. */
  position: number;
  index: number;
  stream: string;
  ingestionTime: number;
}

/** The size limit of a group; the oldest events are dropped first. */
const LARGEST_GROUP = 32 * 1024 * 1024;
/** AWS counts this number of additional bytes per message. */
const OVERHEAD = 26;
const DAY = 24 * 3600 * 1000;

/** Log groups, their streams and events. */
export class LogStore {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  findGroup<Row = GroupRow>(name: string, columns = "*"): Row | undefined {
    return this.kernel.store.get<Row>(`SELECT ${columns} FROM logs_group WHERE name = ?`, name);
  }

  /** Throws ResourceNotFoundException. */
  group(name: string): GroupRow {
    return this.existing(this.findGroup(name));
  }

  /** The same, with what `append` needs. */
  writtenGroup(name: string): WrittenGroup {
    return this.existing(this.findGroup<WrittenGroup>(name, "id, retention, size"));
  }

  private existing<Row>(group: Row | undefined): Row {
    if (!group) throw notFound("The specified log group does not exist.");
    return group;
  }

  hasStream(group: WrittenGroup, name: string): boolean {
    const sql = "SELECT 1 FROM logs_stream WHERE log_group = ? AND name = ?";
    return this.kernel.store.get(sql, group.id, name) !== undefined;
  }

  /** Throws ResourceNotFoundException. */
  requireStream(group: WrittenGroup, name: string): void {
    if (!this.hasStream(group, name)) throw notFound("The specified log stream does not exist.");
  }

  /** Adds events in the order of time. */
  append(group: WrittenGroup, stream: string, events: LogEvent[]): void {
    const { store, clock } = this.kernel;
    const [first, last, now] = [events[0]!.timestamp, events.at(-1)!.timestamp, clock.now()];
    const size = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD, 0);
    const text = JSON.stringify(events.map(({ timestamp, message }) => [timestamp, message]));
    store.atomically(() => {
      store.run(
        "INSERT INTO logs_batch (log_group, stream, first_time, last_time, ingested, size, events) VALUES (?, ?, ?, ?, ?, ?, ?)",
        group.id,
        stream,
        first,
        last,
        now,
        size,
        text,
      );
      store.run(
        "UPDATE logs_stream SET first_event = coalesce(first_event, ?), last_event = ?, last_ingestion = ? WHERE log_group = ? AND name = ?",
        first,
        last,
        now,
        group.id,
        stream,
      );
      store.run("UPDATE logs_group SET size = size + ? WHERE id = ?", size, group.id);
      this.trim({ ...group, size: group.size + size });
    });
  }

  /**
   * Events of a group in the order of ingestion, after `[position, index]`; of one stream if it is named.
   * Times in milliseconds, `until` exclusive.
   */
  *events(
    group: GroupRow,
    { stream, from, until, after = [0, -1] }: EventQuery,
    backward = false,
  ): Generator<StoredEvent> {
    const [position, index] = after;
    const order = backward ? "DESC" : "ASC";
    const bound = backward ? "position <= ?" : "position >= ?";
    const only = stream === undefined ? "" : "AND stream = ?";
    const rows = this.kernel.store.all(
      `SELECT position, stream, ingested, events FROM logs_batch
       WHERE log_group = ? ${only} AND ${bound} AND last_time >= ? AND first_time < ? ORDER BY position ${order} LIMIT ?`,
      group.id,
      ...(stream === undefined ? [] : [stream]),
      position,
      from ?? 0,
      until ?? Number.MAX_SAFE_INTEGER,
      BATCHES,
    );
    for (const row of rows) {
      const events = (JSON.parse(row.events) as [number, string][]).map(([timestamp, message], place) => ({
        timestamp,
        message,
        position: row.position,
        index: place,
        stream: row.stream,
        ingestionTime: row.ingested,
      }));
      for (const event of backward ? events.reverse() : events) {
        const passed = backward ? event.index >= index : event.index <= index;
        if (event.position === position && passed) continue;
        if (event.timestamp >= (from ?? 0) && event.timestamp < (until ?? Number.MAX_SAFE_INTEGER))
          yield event;
      }
    }
    const last = rows.at(-1);
    if (rows.length === BATCHES && last) {
      const next: [number, number] = backward ? [last.position, 0] : [last.position, Number.MAX_SAFE_INTEGER];
      yield* this.events(group, { stream, from, until, after: next }, backward);
    }
  }

  remove(group: GroupRow): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run("DELETE FROM logs_batch WHERE log_group = ?", group.id);
      store.run("DELETE FROM logs_stream WHERE log_group = ?", group.id);
      store.run("DELETE FROM logs_group WHERE id = ?", group.id);
    });
  }

  /** Drops the oldest batches while they are past the retention or the group is too large. */
  private trim({ id, retention, size }: WrittenGroup): void {
    const { store, clock } = this.kernel;
    const horizon = retention === null ? Number.NEGATIVE_INFINITY : clock.now() - retention * DAY;
    for (let left = size; ; ) {
      const oldest = store.get<{ position: number; last_time: number; size: number }>(
        "SELECT position, last_time, size FROM logs_batch WHERE log_group = ? ORDER BY position LIMIT 1",
        id,
      );
      if (!oldest || (oldest.last_time >= horizon && left <= LARGEST_GROUP)) return;
      store.run("DELETE FROM logs_batch WHERE position = ?", oldest.position);
      store.run("UPDATE logs_group SET size = size - ? WHERE id = ?", oldest.size, id);
      left -= oldest.size;
    }
  }
}

/** Number of batches that are read at once. */
const BATCHES = 200;

export interface EventQuery {
  stream?: string | undefined;
  from?: number | undefined;
  until?: number | undefined;
  after?: [number, number];
}
