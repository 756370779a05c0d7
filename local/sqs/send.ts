import { hash } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation } from "../kernel/service.ts";
import { checkEntries, runBatch } from "./batch.ts";
import { checkContent, contentSize, LARGEST_MESSAGE, md5, md5OfAttributes } from "./content.ts";
import { Deduplication } from "./deduplication.ts";
import { batchRequestTooLong, invalidParameter, invalidValue, missingParameter } from "./errors.ts";
import type { Messages } from "./messages.ts";
import type { Queue, Queues } from "./queues.ts";

const LONGEST_DELAY = 900;
const NO_DEDUPLICATION_ID =
  "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
const GROUP_OR_DEDUPLICATION_ID = /^[\x21-\x7e]{1,128}$/;

/** SendMessage and SendMessageBatch. */
export function sendOperations(
  kernel: Kernel,
  queues: Queues,
  messages: Messages,
): Record<string, Operation> {
  const deduplication = new Deduplication(kernel);

  const send = (queue: Queue, input: any, context: CallContext) => {
    checkContent(input.MessageBody, input.MessageAttributes, queue.settings.maximumMessageSize);
    const deduplicationId = queue.fifo ? checkFifo(queue, input) : checkStandard(input);
    const delay = delayOf(queue, input.DelaySeconds);
    const trace = input.MessageSystemAttributes?.AWSTraceHeader;
    const attributes = input.MessageAttributes ?? {};

    const post = () => {
      const message_id = kernel.random.uuid();
      const sequence = messages.add(
        queue,
        {
          message_id,
          sender: senderOf(kernel, context.caller),
          group_id: input.MessageGroupId ?? null,
          deduplication_id: deduplicationId ?? null,
          // The attribute takes precedence over the header.
          trace_header: trace?.StringValue ?? context.traceHeader ?? null,
          attributes: Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : null,
          body: input.MessageBody,
        },
        kernel.clock.now() + delay,
      );
      return { message_id, sequence };
    };
    const sent =
      deduplicationId === undefined
        ? post()
        : deduplication.once(queue, input.MessageGroupId, deduplicationId, post);
    return {
      MessageId: sent.message_id,
      MD5OfMessageBody: md5(input.MessageBody),
      MD5OfMessageAttributes: md5OfAttributes(attributes),
      MD5OfMessageSystemAttributes: md5OfAttributes(input.MessageSystemAttributes),
      SequenceNumber: queue.fifo ? sequenceNumber(sent.sequence) : undefined,
    };
  };

  return {
    SendMessage: (input, context) => send(queues.of(input), input, context),

    SendMessageBatch(input, context) {
      const queue = queues.of(input);
      checkEntries(input.Entries);
      const size = input.Entries.reduce(
        (sum: number, entry: any) => sum + contentSize(entry.MessageBody ?? "", entry.MessageAttributes),
        0,
      );
      if (size > LARGEST_MESSAGE) throw batchRequestTooLong(LARGEST_MESSAGE, size);
      if (queue.fifo) for (const entry of input.Entries) checkPlace(queue, entry);
      return kernel.store.atomically(() =>
        runBatch(input.Entries, (entry: any) => {
          checkSize(entry, queue.settings.maximumMessageSize);
          return send(queue, entry, context);
        }),
      );
    },
  };
}

/** 20 digits that grow with the sequence, as FIFO queues show it. */
export function sequenceNumber(sequence: number): string {
  return String(18_800_000_000_000_000_000n + BigInt(sequence) * 256n);
}

/** A batch for a FIFO queue is refused whole where an entry has no place in it. */
function checkPlace(queue: Queue, entry: any): void {
  if (entry.MessageGroupId === undefined) {
    throw invalidParameter("The request must contain the parameter MessageGroupId.");
  }
  if (entry.MessageDeduplicationId === undefined && !queue.settings.contentBasedDeduplication) {
    throw invalidParameter(NO_DEDUPLICATION_ID);
  }
}

/** The same limit as for a single message, in a batch's own words. */
function checkSize(entry: any, limit: number): void {
  if (contentSize(entry.MessageBody ?? "", entry.MessageAttributes) > limit) {
    throw invalidParameter(
      `One or more parameters cannot be validated. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
}

/** Returns the deduplication id of a message. */
function checkFifo(queue: Queue, input: any): string {
  if (input.MessageGroupId === undefined) throw missingParameter("MessageGroupId");
  checkId(input.MessageGroupId, "MessageGroupId");
  if (input.MessageDeduplicationId !== undefined) {
    checkId(input.MessageDeduplicationId, "MessageDeduplicationId");
    return input.MessageDeduplicationId;
  }
  if (queue.settings.contentBasedDeduplication) return hash("sha256", input.MessageBody);
  throw invalidParameter(NO_DEDUPLICATION_ID);
}

/** A standard queue accepts a group id too: fair queues use it as the tenant of the message. */
function checkStandard(input: any): undefined {
  if (input.MessageDeduplicationId !== undefined) {
    throw invalidValue(
      input.MessageDeduplicationId,
      "MessageDeduplicationId",
      "The request includes a parameter that is not valid for this queue type.",
    );
  }
  if (input.MessageGroupId !== undefined) checkId(input.MessageGroupId, "MessageGroupId");
}

/** Refuses what is no id of a group, of a deduplication or of a receive attempt. */
export function checkId(value: string, parameter: string): void {
  if (!GROUP_OR_DEDUPLICATION_ID.test(value)) {
    throw invalidValue(
      value,
      parameter,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  }
}

function delayOf(queue: Queue, seconds: number | undefined): number {
  if (seconds === undefined) return queue.settings.delay;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_DELAY) {
    throw invalidValue(seconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
  }
  if (queue.fifo && seconds > 0) {
    throw invalidValue(
      seconds,
      "DelaySeconds",
      "The request include parameter that is not valid for this queue type.",
    );
  }
  return queue.fifo ? queue.settings.delay : seconds * 1000;
}

/** The account for its root, the id of a role with the session's name, otherwise the name of the user. */
function senderOf(kernel: Kernel, caller: string): string {
  const [, , , , account, resource = ""] = caller.split(":");
  if (resource === "root") return account!;
  const name = resource.slice(resource.indexOf("/") + 1);
  const role = kernel.roleId?.(caller);
  return role === undefined ? name : `${role}:${name}`;
}
