import type { VirtualClock } from "../../../local/kernel/clock.ts";
import type { Random } from "../../../local/kernel/random.ts";
import type { Wiring } from "../wiring.ts";

export interface Message {
  id: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, any>;
  sent: number;
  receives: number;
  /** Handle of the delivery that hides it, and until when. */
  receipt: string | undefined;
  visibleAt: number;
}

/** What a function gets of a message. */
export interface Received {
  queue: Queue;
  message: Message;
  receipt: string;
  receives: number;
}

export type Queue = Wiring["queues"][number] & { messages: Map<string, Message> };

export interface QueueFaults {
  /** Milliseconds by which a message comes late. */
  late(queue: Queue, body: string): number;
  /** Whether it is delivered to a second function at the same time. */
  isDoubled(queue: Queue): boolean;
}

/** Queues of SQS in memory. */
export class MemoryQueues {
  readonly all: Map<string, Queue>;
  private readonly byArn: Map<string, Queue>;
  private readonly clock: VirtualClock;
  private readonly random: Random;
  private readonly faults: QueueFaults;
  /** Takes what has become visible. */
  onVisible: (queue: Queue) => void = () => {};
  private handles = 0;

  constructor(wiring: Wiring, clock: VirtualClock, random: Random, faults: QueueFaults) {
    this.all = new Map(wiring.queues.map((queue) => [queue.url, { ...queue, messages: new Map() }]));
    this.byArn = new Map([...this.all.values()].map((queue) => [queue.arn, queue]));
    this.clock = clock;
    this.random = random;
    this.faults = faults;
  }

  of(arn: string): Queue | undefined {
    return this.byArn.get(arn);
  }

  call(operation: string, input: any, role: string): any {
    const queue = this.all.get(input.QueueUrl);
    if (!queue) throw Object.assign(new Error("No such queue"), { name: "QueueDoesNotExist" });
    if (operation.endsWith("Batch")) {
      const { QueueUrl, Entries } = input;
      for (const entry of Entries) this.call(operation.replace("Batch", ""), { ...entry, QueueUrl }, role);
      return { Successful: Entries.map(({ Id }: any) => ({ Id })), Failed: [] };
    }
    if (operation === "SendMessage") {
      const { MessageBody, MessageAttributes = {}, MessageGroupId, DelaySeconds = queue.delay } = input;
      const attributes = Object.fromEntries(
        Object.entries<any>(MessageAttributes).map(([name, { DataType, StringValue }]) => [
          name,
          { dataType: DataType, stringValue: StringValue },
        ]),
      );
      const id = this.send(queue, MessageBody, DelaySeconds * 1000, MessageGroupId, attributes, role);
      return { MessageId: id };
    }
    if (operation === "ChangeMessageVisibility") {
      const [id] = input.ReceiptHandle.split("@");
      const message = queue.messages.get(id);
      if (message) this.show(queue, message, this.clock.now() + input.VisibilityTimeout * 1000);
      return {};
    }
    if (operation === "GetQueueAttributes")
      return { Attributes: { ApproximateNumberOfMessages: String(this.waitingIn(queue)) } };
    throw new Error(`The queues in memory have no ${operation}.`);
  }

  /** Messages that are not lost: those come back after days. */
  private waitingIn({ messages }: Queue): number {
    const soon = this.clock.now() + 24 * 3_600_000;
    return [...messages.values()].filter(({ visibleAt }) => visibleAt < soon).length;
  }

  send(
    queue: Queue,
    body: string,
    delay: number,
    group?: string,
    messageAttributes: Record<string, any> = {},
    role = "",
  ): string {
    const now = this.clock.now();
    const id = this.random.uuid();
    const message: Message = {
      id,
      body,
      attributes: {
        SentTimestamp: String(now),
        SenderId: `${role}:function`,
        ...(group && { MessageGroupId: group }),
      },
      messageAttributes,
      sent: now,
      receives: 0,
      receipt: undefined,
      visibleAt: 0,
    };
    queue.messages.set(id, message);
    this.show(queue, message, now + delay + this.faults.late(queue, body));
    return id;
  }

  private show(queue: Queue, message: Message, at: number): void {
    message.visibleAt = at;
    // Also where another poll of this very moment has taken it: that one was due to another message, which waits still.
    this.clock.at(at, () => {
      if (queue.messages.get(message.id) === message) this.onVisible(queue);
    });
  }

  /** Receives at most `most` visible messages; those that were received too often go to the dead-letter queue. */
  receive(queue: Queue, most: number): Received[] {
    const now = this.clock.now();
    const taken: Received[] = [];
    for (const message of [...queue.messages.values()]) {
      if (taken.length >= most) break;
      if (message.visibleAt > now) continue;
      if (queue.deadLetters && message.receives >= queue.deadLetters.after) {
        this.bury(queue, message);
        continue;
      }
      message.receives++;
      const receipt = `${message.id}@${++this.handles}`;
      message.receipt = receipt;
      if (!this.faults.isDoubled(queue)) this.show(queue, message, now + queue.visibility * 1000);
      else this.show(queue, message, now + 1 + Math.floor(this.random.fraction() * 2000));
      taken.push({ queue, message, receipt, receives: message.receives });
    }
    return taken;
  }

  delete({ queue, message }: Received): void {
    queue.messages.delete(message.id);
  }

  private bury(queue: Queue, message: Message): void {
    queue.messages.delete(message.id);
    const dead = this.byArn.get(queue.deadLetters!.arn)!;
    const attributes = { ...message.attributes, DeadLetterQueueSourceArn: queue.arn };
    const moved: Message = { ...message, attributes, receipt: undefined };
    dead.messages.set(message.id, moved);
    this.show(dead, moved, this.clock.now());
  }
}
