import { createHash } from "node:crypto";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation } from "../kernel/service.ts";
import type { Deliveries } from "./deliveries.ts";
import { invalidParameter, notServed } from "./errors.ts";
import { type Message, readAttributes } from "./message.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Topic, Topics } from "./topics.ts";

const LARGEST = 262_144;
const MOST_ENTRIES = 10;
const DEDUPLICATION = 5 * 60_000;
const ID = /^[\w-]{1,80}$/;

interface Published {
  MessageId: string;
  SequenceNumber?: string;
}

/** Publish and PublishBatch. */
export function publishOperations(
  kernel: Kernel,
  topics: Topics,
  subscriptions: Subscriptions,
  deliveries: Deliveries,
): Record<string, Operation> {
  /** Writes a delivery for each endpoint whose filter matches. */
  const accept = (topic: Topic, input: any, trace: string | undefined): Published => {
    const message = readMessage(kernel, topic, input, trace);
    return kernel.store.atomically(() => {
      const earlier = message.deduplication && duplicateOf(kernel, topic, message.deduplication);
      if (earlier) return earlier;
      if (topic.fifo) message.sequence = topics.nextSequence(topic);
      const answer: Published = {
        MessageId: message.id,
        ...(message.sequence && { SequenceNumber: message.sequence }),
      };
      if (message.deduplication) remember(kernel, topic, message.deduplication, answer);
      const receivers = subscriptions
        .of(topic.name)
        .filter(({ token, filter }) => token === undefined && (filter?.(message) ?? true));
      deliveries.add(receivers, message);
      return answer;
    });
  };

  return {
    Publish(input, { traceHeader }: CallContext) {
      if (input.PhoneNumber !== undefined) throw notServed("messages to phone numbers");
      if (input.TopicArn === undefined && String(input.TargetArn).includes(":endpoint/")) {
        throw notServed("messages to mobile devices");
      }
      const topic = topics.existing(input.TopicArn ?? input.TargetArn);
      if (sizeOf(input) > LARGEST) throw invalidParameter("Message too long");
      return accept(topic, input, traceHeader);
    },

    PublishBatch(input, { traceHeader }: CallContext) {
      const topic = topics.existing(input.TopicArn);
      const entries: any[] = input.PublishBatchRequestEntries ?? [];
      checkBatch(entries);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const entry of entries) {
        try {
          Successful.push({ Id: entry.Id, ...accept(topic, entry, traceHeader) });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  };
}

function checkBatch(entries: any[]): void {
  const refuse = (code: string, message: string) => new ServiceError(code, message);
  if (entries.length === 0) {
    throw refuse("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (entries.length > MOST_ENTRIES) {
    throw refuse("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.");
  }
  const ids = entries.map(({ Id }) => String(Id ?? ""));
  if (!ids.every((id) => ID.test(id))) {
    throw refuse(
      "InvalidBatchEntryId",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw refuse("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST) {
    throw refuse(
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit.",
    );
  }
}

function readMessage(kernel: Kernel, topic: Topic, input: any, trace: string | undefined): Message {
  const { Message: body, Subject: subject, MessageStructure } = input;
  if (typeof body !== "string" || body === "") throw invalidParameter("Empty message");
  if (subject !== undefined && !/^[^\s\p{Cc}][^\n\r\p{Cc}]{0,99}$/u.test(String(subject))) {
    throw invalidParameter("Subject");
  }
  if (MessageStructure !== undefined && MessageStructure !== "json")
    throw invalidParameter("MessageStructure");
  const bodies = MessageStructure === "json" ? readBodies(body) : undefined;
  return {
    id: kernel.random.uuid(),
    topicArn: topic.arn,
    subject,
    body: bodies?.default ?? body,
    bodies,
    attributes: readAttributes(input.MessageAttributes),
    time: kernel.clock.now(),
    trace,
    ...order(topic, input, body),
  };
}

/** The texts by protocol. */
function readBodies(text: string): Record<string, string> {
  let bodies: any;
  try {
    bodies = JSON.parse(text);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  if (typeof bodies?.default !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return Object.fromEntries(Object.entries(bodies).filter(([, body]) => typeof body === "string")) as any;
}

function order(topic: Topic, input: any, body: string): Pick<Message, "group" | "deduplication"> {
  const { MessageGroupId: group, MessageDeduplicationId: given } = input;
  if (!topic.fifo) {
    if (given !== undefined) {
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    }
    return group === undefined ? {} : { group };
  }
  if (!group) throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  const byContent = topic.attributes.ContentBasedDeduplication === "true";
  if (given === undefined && !byContent) {
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { group, deduplication: given ?? createHash("sha256").update(body).digest("hex") };
}

function duplicateOf({ store, clock }: Kernel, topic: Topic, id: string): Published | undefined {
  store.run("DELETE FROM sns_deduplication WHERE until <= ?", clock.now());
  const row = store.get<{ answer: string }>(
    "SELECT answer FROM sns_deduplication WHERE topic = ? AND id = ?",
    topic.name,
    id,
  );
  return row && JSON.parse(row.answer);
}

function remember({ store, clock }: Kernel, topic: Topic, id: string, answer: Published): void {
  store.run(
    "INSERT INTO sns_deduplication VALUES (?, ?, ?, ?)",
    topic.name,
    id,
    clock.now() + DEDUPLICATION,
    JSON.stringify(answer),
  );
}

/** Bytes of the message and its attributes, as the quota counts them. */
function sizeOf({ Message: body = "", MessageAttributes = {} }: any): number {
  const ofAttributes = Object.entries<any>(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "", BinaryValue = "" }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + BinaryValue.length,
    0,
  );
  return Buffer.byteLength(String(body)) + ofAttributes;
}
