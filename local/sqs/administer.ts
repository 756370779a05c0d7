import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import {
  type Attributes,
  admitsSource,
  checkKnown,
  defaultAttributes,
  parseRedrivePolicy,
  withAttributes,
  written,
} from "./attributes.ts";
import {
  invalidParameter,
  invalidValue,
  missingParameter,
  purgeQueueInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
} from "./errors.ts";
import type { Messages } from "./messages.ts";
import { page } from "./page.ts";
import type { Queue, Queues } from "./queues.ts";

const PURGE_INTERVAL = 60_000;

/** The operations that create, list, configure and delete queues. */
export function administerOperations(
  kernel: Kernel,
  queues: Queues,
  messages: Messages,
): Record<string, Operation> {
  const checkRedrive = (name: string, fifo: boolean, changes: Attributes) => {
    if (!changes.RedrivePolicy) return;
    const refuse = (reason: string) => invalidValue(changes.RedrivePolicy, "RedrivePolicy", reason);
    const target = queues.withArn(parseRedrivePolicy(changes.RedrivePolicy).deadLetterTargetArn);
    if (!target) throw refuse("Dead letter target does not exist.");
    if (target.fifo !== fifo) throw refuse("Dead-letter queue must be same type of queue as the source.");
    if (!admitsSource(target.attributes.RedriveAllowPolicy, queues.arnOf(name))) {
      throw refuse("Queue is not allowed to use the specified dead-letter queue by its RedriveAllowPolicy.");
    }
  };

  return {
    CreateQueue(input) {
      const { QueueName: name, Attributes: given = {}, tags = input.Tags ?? {} } = input;
      if (!name) throw missingParameter("QueueName");
      const existing = queues.named(name);
      if (existing) {
        for (const [attribute, value] of Object.entries(given)) {
          checkKnown(attribute);
          if (existing.attributes[attribute] !== written(attribute, String(value)))
            throw queueNameExists(attribute);
        }
        return { QueueUrl: existing.url };
      }
      const wanted =
        given.FifoQueue !== undefined && written("FifoQueue", String(given.FifoQueue)) === "true";
      const fifo = wanted || String(name).endsWith(".fifo");
      checkName(name, fifo);
      if (fifo && given.FifoQueue === undefined) throw invalidParameter(NAME_RULE);
      const attributes = withAttributes(fifo, defaultAttributes(fifo), given);
      checkRedrive(name, fifo, given);
      if (queues.wasDeletedRecently(name)) throw queueDeletedRecently();
      return { QueueUrl: queues.create(name, attributes, tags).url };
    },

    GetQueueUrl(input) {
      if (!input.QueueName) throw missingParameter("QueueName");
      const owner = input.QueueOwnerAWSAccountId ?? kernel.account;
      const queue = owner === kernel.account ? queues.named(input.QueueName) : undefined;
      if (!queue) throw queueDoesNotExist();
      return { QueueUrl: queue.url };
    },

    ListQueues(input) {
      const prefix = input.QueueNamePrefix ?? "";
      const names = queues.all().map((queue) => queue.name);
      const { items, next } = page(names.filter((name) => name.startsWith(prefix)).sort(), input);
      return {
        ...(items.length > 0 && { QueueUrls: items.map((name) => queues.named(name)!.url) }),
        NextToken: next,
      };
    },

    DeleteQueue(input) {
      const queue = queues.of(input);
      kernel.store.atomically(() => {
        messages.purge(queue);
        kernel.store.run("DELETE FROM sqs_receive_attempt WHERE queue = ?", queue.id);
        queues.delete(queue);
      });
      messages.wakes.now(queue);
      return {};
    },

    PurgeQueue(input) {
      const queue = queues.of(input);
      if (queue.purgedAt !== undefined && kernel.clock.now() - queue.purgedAt < PURGE_INTERVAL) {
        throw purgeQueueInProgress(queue.name);
      }
      kernel.store.atomically(() => {
        messages.purge(queue);
        queues.setPurged(queue);
      });
      return {};
    },

    GetQueueAttributes(input) {
      const queue = queues.of(input);
      const names: string[] = input.AttributeNames ?? [];
      for (const name of names) checkKnown(name);
      if (names.length === 0) return {};
      const all = describe(kernel, queue, messages);
      const chosen = names.includes("All")
        ? all
        : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
      return Object.keys(chosen).length > 0 ? { Attributes: chosen } : {};
    },

    SetQueueAttributes(input) {
      const queue = queues.of(input);
      if (!input.Attributes) throw missingParameter("Attribute.Name");
      const attributes = withAttributes(queue.fifo, queue.attributes, input.Attributes);
      checkRedrive(queue.name, queue.fifo, input.Attributes);
      queues.setAttributes(queue, attributes);
      return {};
    },

    TagQueue(input) {
      const queue = queues.of(input);
      const tags = { ...queue.tags, ...input.Tags };
      if (Object.keys(tags).length > 50)
        throw invalidParameter(`Too many tags added for queue ${queue.name}.`);
      queues.setTags(queue, tags);
      return {};
    },

    UntagQueue(input) {
      const queue = queues.of(input);
      const gone = new Set(input.TagKeys ?? []);
      queues.setTags(queue, Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !gone.has(key))));
      return {};
    },

    ListQueueTags(input) {
      const { tags } = queues.of(input);
      return Object.keys(tags).length > 0 ? { Tags: tags } : {};
    },
  };
}

const NAME_RULE =
  "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length";

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[\w-]{1,75}\.fifo$/.test(name)) throw invalidParameter(NAME_RULE);
  if (!fifo && !/^[\w-]{1,80}$/.test(name)) {
    throw invalidParameter(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
}

function describe(kernel: Kernel, queue: Queue, messages: Messages): Attributes {
  messages.dropExpired(queue);
  const depth = messages.depth.read(queue.id, kernel.clock.now());
  return {
    ...queue.attributes,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    QueueArn: queue.arn,
  };
}
