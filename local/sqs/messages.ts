import type { Kernel } from "../kernel/kernel.ts";
import { Depth } from "./depth.ts";
import { Groups } from "./groups.ts";
import type { Queue, Queues } from "./queues.ts";
import { Tenants } from "./tenants.ts";
import { Wakes } from "./wakes.ts";

export interface MessageRow {
  sequence: number;
  queue: number;
  visible_at: number;
  receive_count: number;
  receives_here: number;
  sent_at: number;
  first_received_at: number | null;
  received_at: number | null;
  message_id: string;
  sender: string;
  group_id: string | null;
  deduplication_id: string | null;
  source_arn: string | null;
  trace_header: string | null;
  attributes: string | null;
  body: string;
}

export type NewMessage = Pick<
  MessageRow,
  "message_id" | "sender" | "group_id" | "deduplication_id" | "trace_header" | "attributes" | "body"
>;

export type HeldMessage = Pick<
  MessageRow,
  "sequence" | "group_id" | "visible_at" | "receive_count" | "received_at"
>;

const MOST_IN_FLIGHT = 120_000;
const COLUMNS = "message_id, sender, group_id, deduplication_id, trace_header, attributes, body";

/** The messages of all queues: every change of `sqs_message` is made here, and updates depth, groups and waiters. */
export class Messages {
  readonly depth: Depth;
  readonly wakes: Wakes;
  private readonly kernel: Kernel;
  private readonly queues: Queues;
  private readonly groups: Groups;
  private readonly tenants: Tenants;

  constructor(kernel: Kernel, queues: Queues) {
    this.kernel = kernel;
    this.queues = queues;
    this.depth = new Depth(kernel.store);
    this.groups = new Groups(kernel.store);
    this.tenants = new Tenants(kernel.store, this.depth);
    this.wakes = new Wakes(kernel);
  }

  /** Adds a message that is visible from `visibleAt` on; answers its sequence. */
  add(queue: Queue, message: NewMessage, visibleAt: number): number {
    const { store, clock } = this.kernel;
    const sequence = this.changing(queue, () => {
      const added = store.insert(
        `INSERT INTO sqs_message (queue, visible_at, sent_at, fifo, ${COLUMNS})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        queue.id,
        visibleAt,
        clock.now(),
        Number(queue.fifo),
        message.message_id,
        message.sender,
        message.group_id,
        message.deduplication_id,
        message.trace_header,
        message.attributes,
        message.body,
      );
      if (queue.fifo) this.groups.joined(queue.id, message.group_id!, visibleAt);
      return added;
    });
    this.depth.changed(queue.id, 1);
    this.becomesVisible(queue, visibleAt);
    return sequence;
  }

  /**
   * Receives at most `most` visible messages, which stay invisible for `timeout` milliseconds. A message that
   * was received too often goes to the dead-letter queue instead. "full" where too many are in flight
   * already.
   */
  take(queue: Queue, most: number, timeout: number): MessageRow[] | "full" {
    const now = this.kernel.clock.now();
    const room = this.depth.room(queue.id, MOST_IN_FLIGHT, now);
    if (room <= 0) return "full";
    const limit = Math.min(most, room);
    this.dropExpired(queue);
    for (;;) {
      const candidates = this.candidates(queue, now, limit);
      if (candidates.length === 0) return [];
      const deadLetters = this.deadLetterQueueFor(queue);
      const dead = candidates.filter((row) => deadLetters && row.receives_here >= deadLetters.after);
      const live = candidates.filter((row) => !dead.includes(row));
      this.kernel.store.atomically(() => {
        for (const row of dead) this.bury(queue, row, deadLetters!.target, now);
        for (const row of live) this.markReceived(row, now, now + timeout);
        if (queue.fifo) this.lockGroups(queue, live, dead);
      });
      if (dead.length > 0) {
        this.depth.changed(queue.id, -dead.length);
        this.depth.changed(deadLetters!.target.id, dead.length);
        this.wakes.now(deadLetters!.target);
      }
      if (live.length > 0) {
        this.depth.taken(queue.id, live.length);
        this.becomesVisible(queue, now + timeout);
        return live;
      }
    }
  }

  find(queue: Queue, sequence: number): MessageRow | undefined {
    return this.kernel.store.get<MessageRow>(
      "SELECT * FROM sqs_message WHERE sequence = ? AND queue = ?",
      sequence,
      queue.id,
    );
  }

  /** What a consumer's change of a message depends on. */
  held(queue: Queue, sequence: number): HeldMessage | undefined {
    return this.kernel.store.get<HeldMessage>(
      "SELECT sequence, group_id, visible_at, receive_count, received_at FROM sqs_message WHERE sequence = ? AND queue = ?",
      sequence,
      queue.id,
    );
  }

  remove(queue: Queue, row: Pick<MessageRow, "sequence" | "group_id">): void {
    const { store } = this.kernel;
    this.changing(queue, () => {
      store.run("DELETE FROM sqs_message WHERE sequence = ?", row.sequence);
      if (queue.fifo) this.groups.refresh(queue.id, row.group_id!);
    });
    this.depth.changed(queue.id, -1);
    if (queue.fifo) this.wakes.now(queue);
  }

  setVisibleAt(queue: Queue, row: Pick<MessageRow, "sequence" | "group_id">, visibleAt: number): void {
    const { store } = this.kernel;
    this.changing(queue, () => {
      store.run("UPDATE sqs_message SET visible_at = ? WHERE sequence = ?", visibleAt, row.sequence);
      if (queue.fifo) this.groups.refresh(queue.id, row.group_id!);
    });
    this.becomesVisible(queue, visibleAt);
  }

  /**
   * Makes the messages visible that a consumer has received and not changed: it has ended. A message whose visibility it has
   * changed is not to be received before that time.
   */
  giveBack(queue: Queue): void {
    const { store, clock } = this.kernel;
    const now = clock.now();
    const held = store.all<Pick<MessageRow, "sequence" | "group_id">>(
      `SELECT sequence, group_id FROM sqs_message
       WHERE queue = ? AND visible_at > ? AND receive_count > 0 AND visible_at = received_at + ?`,
      queue.id,
      now,
      queue.settings.visibilityTimeout,
    );
    for (const row of held) this.setVisibleAt(queue, row, now);
  }

  /** Deletes what is older than the queue's retention, in flight or not. */
  dropExpired(queue: Queue): void {
    const { store, clock } = this.kernel;
    const oldest = clock.now() - queue.settings.retention;
    const expired = "FROM sqs_message WHERE queue = ? AND sent_at <= ?";
    if (!store.get(`SELECT 1 ${expired} LIMIT 1`, queue.id, oldest)) return;
    const dropped = store.atomically(() => {
      const rows = queue.fifo ? store.all(`SELECT group_id ${expired}`, queue.id, oldest) : [];
      const count = store.run(`DELETE ${expired}`, queue.id, oldest);
      for (const group of new Set(rows.map((row) => row.group_id))) this.groups.refresh(queue.id, group);
      return count;
    });
    this.depth.changed(queue.id, -dropped);
  }

  /** Deletes all messages; what was sent before is no duplicate afterwards. */
  purge(queue: Queue): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run("DELETE FROM sqs_message WHERE queue = ?", queue.id);
      store.run("DELETE FROM sqs_group WHERE queue = ?", queue.id);
      store.run("DELETE FROM sqs_deduplication WHERE queue = ?", queue.id);
    });
    this.depth.forget(queue.id);
    this.wakes.cancel(queue);
  }

  /** Sends a dead letter on as a message of its own, with a new id and a new life. */
  redrive(from: Queue, row: MessageRow, to: Queue): void {
    const { store, clock, random } = this.kernel;
    store.atomically(() => {
      this.remove(from, row);
      this.add(to, { ...row, message_id: random.uuid() }, clock.now());
    });
  }

  /** A standard queue has no groups: its change is one statement, which needs no savepoint. */
  private changing<T>(queue: Queue, change: () => T): T {
    return queue.fifo ? this.kernel.store.atomically(change) : change();
  }

  private candidates(queue: Queue, now: number, limit: number): MessageRow[] {
    return queue.fifo ? this.byGroup(queue, now, limit) : this.byTenant(queue, now, limit);
  }

  /** The oldest messages; those of noisy neighbours only where there are no others. */
  private byTenant(queue: Queue, now: number, limit: number): MessageRow[] {
    const oldest = (which: string, most: number, ...values: string[]) =>
      this.kernel.store.all<MessageRow>(
        `SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ? ${which}
         ORDER BY visible_at, receive_count, sequence LIMIT ?`,
        queue.id,
        now,
        ...values,
        most,
      );
    const noisy = this.tenants.noisy(queue.id, now);
    if (noisy.length === 0) return oldest("", limit);
    const quiet = "AND (group_id IS NULL OR group_id NOT IN (SELECT value FROM json_each(?)))";
    const found = oldest(quiet, limit, JSON.stringify(noisy));
    for (const tenant of noisy) {
      if (found.length === limit) break;
      found.push(...oldest("AND group_id = ?", limit - found.length, tenant));
    }
    return found;
  }

  /** The oldest messages of the groups that may be received from. */
  private byGroup(queue: Queue, now: number, limit: number): MessageRow[] {
    const found: MessageRow[] = [];
    for (const group of this.groups.available(queue.id, now, limit)) {
      const rows = this.kernel.store.all<MessageRow>(
        "SELECT * FROM sqs_message WHERE queue = ? AND group_id = ? AND fifo = 1 ORDER BY sequence LIMIT ?",
        queue.id,
        group,
        limit - found.length,
      );
      const hidden = rows.findIndex((row) => row.visible_at > now);
      found.push(...(hidden === -1 ? rows : rows.slice(0, hidden)));
      if (found.length === limit) break;
    }
    return found;
  }

  private deadLetterQueueFor(queue: Queue): { target: Queue; after: number } | undefined {
    const policy = queue.settings.redrive;
    const target = policy && this.queues.withArn(policy.deadLetterTargetArn);
    return target && { target, after: policy.maxReceiveCount };
  }

  /** A dead letter keeps its first timestamp, except in a FIFO queue, where retention starts again. */
  private bury(queue: Queue, row: MessageRow, target: Queue, now: number): void {
    this.kernel.store.run(
      "UPDATE sqs_message SET queue = ?, visible_at = ?, sent_at = ?, receives_here = 0, source_arn = ? WHERE sequence = ?",
      target.id,
      now,
      queue.fifo ? now : row.sent_at,
      queue.arn,
      row.sequence,
    );
    if (target.fifo) this.groups.refresh(target.id, row.group_id!);
  }

  private markReceived(row: MessageRow, now: number, visibleAt: number): void {
    row.receive_count++;
    row.receives_here++;
    row.first_received_at ??= now;
    row.received_at = now;
    row.visible_at = visibleAt;
    this.kernel.store.run(
      `UPDATE sqs_message SET visible_at = ?, receive_count = ?, receives_here = ?, first_received_at = ?, received_at = ?
       WHERE sequence = ?`,
      visibleAt,
      row.receive_count,
      row.receives_here,
      row.first_received_at,
      now,
      row.sequence,
    );
  }

  private lockGroups(queue: Queue, live: MessageRow[], dead: MessageRow[]): void {
    const locked = new Map(live.map((row) => [row.group_id!, row.visible_at]));
    for (const [group, until] of locked) this.groups.locked(queue.id, group, until);
    for (const group of new Set(dead.map((row) => row.group_id!))) {
      if (!locked.has(group)) this.groups.refresh(queue.id, group);
    }
  }

  private becomesVisible(queue: Queue, at: number): void {
    if (at > this.kernel.clock.now()) this.wakes.at(queue, at);
    else this.wakes.now(queue);
  }
}
