import type { Kernel } from "../kernel/kernel.ts";
import type { Store } from "../kernel/store.ts";
import { type Attributes, type QueueSettings, readSettings } from "./attributes.ts";
import { missingParameter, queueDoesNotExist } from "./errors.ts";

export interface Queue {
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly attributes: Attributes;
  readonly settings: QueueSettings;
  readonly tags: Record<string, string>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt: number | undefined;
}

interface QueueRow {
  id: number;
  name: string;
  attributes: string;
  tags: string;
  created_at: number;
  modified_at: number;
  purged_at: number | null;
}

const DELETED_NAME_BLOCKED = 60_000;

/** The queues there are: rows of `sqs_queue`, held parsed in memory because every call needs one. */
export class Queues {
  private readonly kernel: Kernel;
  private readonly byName = new Map<string, Queue>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    for (const row of kernel.store.all<QueueRow>("SELECT * FROM sqs_queue ORDER BY id")) {
      this.byName.set(row.name, this.parse(row));
    }
  }

  all(): Queue[] {
    return [...this.byName.values()];
  }

  named(name: string): Queue | undefined {
    return this.byName.get(name);
  }

  withArn(arn: string): Queue | undefined {
    const name = arn.slice(arn.lastIndexOf(":") + 1);
    const queue = this.byName.get(name);
    return queue?.arn === arn ? queue : undefined;
  }

  /** The queue of a request. Its URL counts by account and name only: clients reach us under several hosts. */
  of(input: { QueueUrl?: string }): Queue {
    if (!input.QueueUrl) throw missingParameter("QueueUrl");
    const [name, account] = input.QueueUrl.replace(/[?#].*$/, "")
      .split("/")
      .reverse();
    const ours = account === undefined || account === this.kernel.account;
    const queue = ours ? this.byName.get(name!) : undefined;
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  arnOf(name: string): string {
    return this.kernel.arn("sqs", name);
  }

  /** Queues that send their dead letters to `arn`. */
  sourcesOf(arn: string): Queue[] {
    return this.all().filter((queue) => queue.settings.redrive?.deadLetterTargetArn === arn);
  }

  wasDeletedRecently(name: string): boolean {
    const row = this.kernel.store.get("SELECT deleted_at FROM sqs_deleted_queue WHERE name = ?", name);
    return row !== undefined && this.kernel.clock.now() - row.deleted_at < DELETED_NAME_BLOCKED;
  }

  create(name: string, attributes: Attributes, tags: Record<string, string>): Queue {
    const now = this.kernel.clock.now();
    const row = this.kernel.store.atomically(() => {
      allowNameAgain(this.kernel.store, name);
      return this.kernel.store.get<QueueRow>(
        `INSERT INTO sqs_queue (name, attributes, tags, created_at, modified_at) VALUES (?, ?, ?, ?, ?) RETURNING *`,
        name,
        JSON.stringify(attributes),
        JSON.stringify(tags),
        now,
        now,
      )!;
    });
    return this.keep(row);
  }

  setAttributes(queue: Queue, attributes: Attributes): Queue {
    return this.change(
      queue,
      "attributes = ?, modified_at = ?",
      JSON.stringify(attributes),
      this.kernel.clock.now(),
    );
  }

  setTags(queue: Queue, tags: Record<string, string>): Queue {
    return this.change(queue, "tags = ?", JSON.stringify(tags));
  }

  setPurged(queue: Queue): Queue {
    return this.change(queue, "purged_at = ?", this.kernel.clock.now());
  }

  /** Takes the queue away and keeps its name from being used for a minute. Its messages are the caller's matter. */
  delete(queue: Queue): void {
    this.kernel.store.run("DELETE FROM sqs_queue WHERE id = ?", queue.id);
    this.kernel.store.run(
      "INSERT OR REPLACE INTO sqs_deleted_queue (name, deleted_at) VALUES (?, ?)",
      queue.name,
      this.kernel.clock.now(),
    );
    this.byName.delete(queue.name);
  }

  private change(queue: Queue, assignments: string, ...values: (string | number)[]): Queue {
    const sql = `UPDATE sqs_queue SET ${assignments} WHERE id = ? RETURNING *`;
    return this.keep(
      this.kernel.store.atomically(() => this.kernel.store.get<QueueRow>(sql, ...values, queue.id)!),
    );
  }

  private keep(row: QueueRow): Queue {
    const queue = this.parse(row);
    this.byName.set(queue.name, queue);
    return queue;
  }

  private parse(row: QueueRow): Queue {
    const attributes: Attributes = JSON.parse(row.attributes);
    return {
      id: row.id,
      name: row.name,
      arn: this.arnOf(row.name),
      url: `${this.kernel.endpoint}/${this.kernel.account}/${row.name}`,
      fifo: attributes.FifoQueue === "true",
      attributes,
      settings: readSettings(attributes),
      tags: JSON.parse(row.tags),
      createdAt: row.created_at,
      modifiedAt: row.modified_at,
      purgedAt: row.purged_at ?? undefined,
    };
  }
}

/** Forgets that a queue of this name was deleted a moment ago. */
export function allowNameAgain(store: Store, name: string): void {
  store.run("DELETE FROM sqs_deleted_queue WHERE name = ?", name);
}
