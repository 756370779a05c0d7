import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { runBatch } from "./batch.ts";
import { invalidValue, messageNotInflight, missingParameter, receiptHandleIsInvalid } from "./errors.ts";
import type { Messages } from "./messages.ts";
import type { Queue, Queues } from "./queues.ts";
import { decodeReceipt } from "./receipt.ts";
import { visibilityTimeout } from "./receive.ts";

const LONGEST_IN_FLIGHT = 12 * 3600_000;

/** DeleteMessage and ChangeMessageVisibility: what a consumer does with a message it holds. Also in batches. */
export function acknowledgeOperations(
  kernel: Kernel,
  queues: Queues,
  messages: Messages,
): Record<string, Operation> {
  const held = (queue: Queue, handle: unknown) => {
    if (handle === undefined) throw missingParameter("ReceiptHandle");
    const receipt = decodeReceipt(handle);
    if (receipt.queue !== queue.id) throw receiptHandleIsInvalid(handle);
    const row = messages.held(queue, receipt.sequence);
    return { row, isLatest: row?.receive_count === receipt.receiveCount };
  };

  /** A standard queue forgives a late delete; a FIFO queue, where it could break the order, does not. */
  const remove = (queue: Queue, input: any) => {
    const { row, isLatest } = held(queue, input.ReceiptHandle);
    if (!row || !isLatest) return {};
    if (queue.fifo && row.visible_at <= kernel.clock.now()) {
      throw invalidValue(input.ReceiptHandle, "ReceiptHandle", "The receipt handle has expired.");
    }
    messages.remove(queue, row);
    return {};
  };

  /** A standard queue takes an earlier receipt and one whose time has run out; a FIFO queue takes neither. */
  const change = (queue: Queue, input: any) => {
    const timeout = visibilityTimeout(input.VisibilityTimeout);
    if (timeout === undefined) throw missingParameter("VisibilityTimeout");
    const { row, isLatest } = held(queue, input.ReceiptHandle);
    if (!row || (queue.fifo && !isLatest)) {
      throw invalidValue(
        input.ReceiptHandle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    const now = kernel.clock.now();
    if (queue.fifo && row.visible_at <= now) throw messageNotInflight();
    if (now + timeout > row.received_at! + LONGEST_IN_FLIGHT) {
      throw invalidValue(
        input.VisibilityTimeout,
        "VisibilityTimeout",
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
      );
    }
    messages.setVisibleAt(queue, row, now + timeout);
    return {};
  };

  const batch = (one: (queue: Queue, entry: any) => object): Operation => {
    return (input) => {
      const queue = queues.of(input);
      return kernel.store.atomically(() => runBatch(input.Entries, (entry) => one(queue, entry)));
    };
  };

  return {
    DeleteMessage: (input) => remove(queues.of(input), input),
    DeleteMessageBatch: batch(remove),
    ChangeMessageVisibility: (input) => change(queues.of(input), input),
    ChangeMessageVisibilityBatch: batch(change),
  };
}
