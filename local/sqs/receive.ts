import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation } from "../kernel/service.ts";
import { type MessageAttributes, md5, md5OfAttributes, selectAttributes } from "./content.ts";
import { invalidValue, overLimit } from "./errors.ts";
import type { MessageRow, Messages } from "./messages.ts";
import type { Queue, Queues } from "./queues.ts";
import { encodeReceipt } from "./receipt.ts";
import { ReceiveAttempts } from "./receive-attempts.ts";
import { checkId, sequenceNumber } from "./send.ts";

/** ReceiveMessage, with its long polls. */
export class Receiving {
  private readonly kernel: Kernel;
  private readonly queues: Queues;
  private readonly messages: Messages;
  private readonly attempts: ReceiveAttempts;
  private readonly polls = new Set<() => void>();

  constructor(kernel: Kernel, queues: Queues, messages: Messages) {
    this.kernel = kernel;
    this.queues = queues;
    this.messages = messages;
    this.attempts = new ReceiveAttempts(kernel, messages);
  }

  readonly operation: Operation = async (input, context) => {
    const queue = this.queues.of(input);
    const most = input.MaxNumberOfMessages ?? 1;
    if (!(most >= 1 && most <= 10)) {
      throw invalidValue(most, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
    }
    const seconds = input.WaitTimeSeconds;
    if (seconds !== undefined && !(seconds >= 0 && seconds <= 20)) {
      throw invalidValue(seconds, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
    }
    const wait = seconds === undefined ? queue.settings.wait : seconds * 1000;
    const timeout = visibilityTimeout(input.VisibilityTimeout) ?? queue.settings.visibilityTimeout;
    const deadline = this.kernel.clock.now() + wait;
    const attempt = attemptId(queue, input.ReceiveRequestAttemptId);

    for (;;) {
      const rows = this.take(queue, most, timeout, attempt);
      if (rows === "full" && wait === 0) {
        throw overLimit(
          "Too many messages are in flight in this queue: delete some before you receive more.",
        );
      }
      if (rows !== "full" && rows.length > 0) {
        const wanted = {
          system: new Set<string>([
            ...(input.AttributeNames ?? []),
            ...(input.MessageSystemAttributeNames ?? []),
          ]),
          user: input.MessageAttributeNames ?? [],
        };
        return { Messages: rows.map((row) => present(row, queue, wanted)) };
      }
      if (!(await this.becomesVisible(queue, deadline, context))) return {};
    }
  };

  private take(queue: Queue, most: number, timeout: number, attempt: string | undefined) {
    if (attempt === undefined) return this.messages.take(queue, most, timeout);
    const again = this.attempts.again(queue, attempt, timeout);
    if (again) return again;
    const rows = this.messages.take(queue, most, timeout);
    if (rows !== "full" && rows.length > 0) this.attempts.remember(queue, attempt, rows);
    return rows;
  }

  /** Ends all long polls with empty responses. */
  release(): void {
    for (const end of [...this.polls]) end();
  }

  /** Waits for a signal of the queue. False if the time is over, the caller has disconnected, or the queue is deleted. */
  private becomesVisible(queue: Queue, deadline: number, context: CallContext): Promise<boolean> {
    const { clock, signals } = this.kernel;
    const current = () => this.queues.named(queue.name)?.id === queue.id;
    if (clock.now() >= deadline || context.signal?.aborted || !current()) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (again: boolean) => {
        stopListening();
        stopTimer();
        context.signal?.removeEventListener("abort", end);
        this.polls.delete(end);
        resolve(again && current());
      };
      const end = () => finish(false);
      const stopListening = signals.on(`sqs:${queue.arn}`, () => finish(true));
      const stopTimer = clock.at(deadline, end);
      context.signal?.addEventListener("abort", end);
      this.polls.add(end);
    });
  }
}

/** A standard queue does not distinguish attempts, and ignores their ids. */
function attemptId(queue: Queue, id: string | undefined): string | undefined {
  if (!queue.fifo || id === undefined) return undefined;
  checkId(id, "ReceiveRequestAttemptId");
  return id;
}

/** Milliseconds; undefined where the request leaves it to the queue. */
export function visibilityTimeout(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
    throw invalidValue(
      seconds,
      "VisibilityTimeout",
      "VisibilityTimeout must be an integer between 0 and 43200.",
    );
  }
  return seconds * 1000;
}

function present(row: MessageRow, queue: Queue, wanted: { system: Set<string>; user: string[] }) {
  const all: MessageAttributes = row.attributes === null ? {} : JSON.parse(row.attributes);
  const attributes = selectAttributes(all, wanted.user);
  const system = systemAttributes(row, queue, wanted.system);
  return {
    MessageId: row.message_id,
    ReceiptHandle: encodeReceipt(row),
    MD5OfBody: md5(row.body),
    Body: row.body,
    ...(system && { Attributes: system }),
    ...(attributes && { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  };
}

function systemAttributes(
  row: MessageRow,
  queue: Queue,
  wanted: Set<string>,
): Record<string, string> | undefined {
  if (wanted.size === 0) return undefined;
  const all: Record<string, string | number | null> = {
    SenderId: row.sender,
    SentTimestamp: row.sent_at,
    ApproximateReceiveCount: row.receive_count,
    ApproximateFirstReceiveTimestamp: row.first_received_at,
    MessageGroupId: row.group_id,
    MessageDeduplicationId: row.deduplication_id,
    SequenceNumber: queue.fifo ? sequenceNumber(row.sequence) : null,
    AWSTraceHeader: row.trace_header,
    DeadLetterQueueSourceArn: row.source_arn,
  };
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value !== null && (wanted.has("All") || wanted.has(name))) chosen[name] = String(value);
  }
  return Object.keys(chosen).length > 0 ? chosen : undefined;
}
