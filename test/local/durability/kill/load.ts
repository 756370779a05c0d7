import { setTimeout as pause } from "node:timers/promises";
import { PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendTaskSuccessCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { type Client, createSchedule } from "./client.ts";

/** Ids of what was acknowledged, by kind; and what came out of queues. */
export class Ledger {
  readonly acknowledged = new Map<Kind, Set<string>>(KINDS.map((kind) => [kind, new Set()]));
  /** Of each id, the MessageIds under which it came. */
  readonly received = new Map<Kind, Map<string, Set<string>>>(KINDS.map((kind) => [kind, new Map()]));
  /** MessageIds whose deletion was acknowledged. */
  readonly deleted = new Set<string>();
  /** What was delivered again though its deletion was acknowledged, or was accepted twice under a condition. */
  readonly doubled: string[] = [];
  /** Ids of each message group in the order in which they were first received. */
  readonly order = new Map<string, number[]>();

  acknowledge(kind: Kind, id: string): void {
    this.acknowledged.get(kind)!.add(id);
  }

  receive(kind: Kind, id: string, messageId: string): void {
    const ids = this.received.get(kind)!;
    if (this.deleted.has(messageId)) this.doubled.push(`${kind} ${id} after its deletion`);
    ids.set(id, (ids.get(id) ?? new Set()).add(messageId));
  }
}

export const KINDS = [
  "message",
  "ordered",
  "item",
  "transaction",
  "event",
  "execution",
  "schedule",
  "tick",
] as const;
export type Kind = (typeof KINDS)[number];

const named = (error: unknown, name: string) => (error as Error).name === name;

/** Producers and consumers that continue over every kill. */
export class Load {
  private readonly client: Client;
  private readonly ledger: Ledger;
  private readonly fraction: () => number;
  private producing = true;
  private consuming = true;
  private readonly producers: Promise<void>[];
  private readonly consumers: Promise<void>[];

  constructor(client: Client, ledger: Ledger, fraction: () => number) {
    this.client = client;
    this.ledger = ledger;
    this.fraction = fraction;
    this.producers = [
      this.produce("message", 10, (id) => this.message(id)),
      this.produce("ordered", 10, (id, n) => this.ordered(id, n)),
      this.produce("item", 15, (id) => this.item(id)),
      this.produce("transaction", 15, (id) => this.transaction(id)),
      this.produce("event", 25, (id) => this.event(id)),
      this.produce("execution", 60, (id) => this.execution(id)),
      this.produce("schedule", 100, (id) => this.schedule(id)),
    ];
    this.consumers = [
      this.consume("plain", (message) => this.take("message", message)),
      this.consume("ordered.fifo", (message) => this.takeOrdered(message)),
      this.consume("tokens", (message) => this.succeed(message)),
      this.consume("due", (message) => this.take("schedule", message)),
      this.consume("ticks", (message) => this.takeTick(message)),
    ];
  }

  /** Lets what was begun be acknowledged, and begins nothing more. */
  async stopProducing(): Promise<void> {
    this.producing = false;
    await Promise.all(this.producers);
  }

  async stop(): Promise<void> {
    this.consuming = false;
    await Promise.all([...this.producers, ...this.consumers]);
  }

  private async produce(kind: Kind, milliseconds: number, make: (id: string, n: number) => Promise<unknown>) {
    for (let n = 0; this.producing; n++) {
      const id = `${kind}-${n}`;
      await make(id, n);
      this.ledger.acknowledge(kind, id);
      await pause(milliseconds);
    }
  }

  private async consume(name: string, take: (message: Message) => Promise<void>): Promise<void> {
    const { sqs, queue, answered } = this.client;
    const request = { QueueUrl: queue(name), MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    while (this.consuming) {
      const { Messages = [] } = await answered(() => sqs.send(new ReceiveMessageCommand(request)));
      for (const message of Messages) {
        await take(message);
        // One in five is left to its visibility timeout.
        if (name === "plain" && this.fraction() < 0.2) continue;
        if (await this.remove(name, message)) this.ledger.deleted.add(message.MessageId!);
      }
    }
  }

  /** Whether the message is gone; of a FIFO queue it is delivered again if the handle expired while the endpoint was down. */
  private async remove(name: string, { ReceiptHandle }: Message): Promise<boolean> {
    const { sqs, queue, answered } = this.client;
    try {
      await answered(() => sqs.send(new DeleteMessageCommand({ QueueUrl: queue(name), ReceiptHandle })));
      return true;
    } catch (error) {
      if (/receipt handle has expired/i.test((error as Error).message)) return false;
      throw error;
    }
  }

  private message(id: string) {
    const { sqs, queue, answered } = this.client;
    return answered(() => sqs.send(new SendMessageCommand({ QueueUrl: queue("plain"), MessageBody: id })));
  }

  private ordered(id: string, n: number) {
    const { sqs, queue, answered } = this.client;
    const message = { MessageBody: id, MessageGroupId: `${n % 4}`, MessageDeduplicationId: id };
    return answered(() => sqs.send(new SendMessageCommand({ QueueUrl: queue("ordered.fifo"), ...message })));
  }

  /** Two who want the same: one of them gets it. */
  private async item(id: string) {
    const { dynamodb, answered } = this.client;
    const put = {
      TableName: "items",
      Item: { id: { S: id } },
      ConditionExpression: "attribute_not_exists(id)",
    };
    const race = async () => {
      try {
        await answered(() => dynamodb.send(new PutItemCommand(put)));
        return 1;
      } catch (error) {
        if (named(error, "ConditionalCheckFailedException")) return 0;
        throw error;
      }
    };
    const won = (await race()) + (await race());
    if (won > 1) this.ledger.doubled.push(`${id}: its condition held twice`);
  }

  /** Counts one up, however often it must be repeated: that is what the token is for. */
  private transaction(id: string) {
    const { dynamodb, answered } = this.client;
    const count = {
      TableName: "counters",
      Key: { id: { S: "all" } },
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    };
    const put = { TableName: "counters", Item: { id: { S: id } } };
    return answered(() =>
      dynamodb.send(
        new TransactWriteItemsCommand({
          ClientRequestToken: id,
          TransactItems: [{ Update: count }, { Put: put }],
        }),
      ),
    );
  }

  private event(id: string) {
    const { events, answered } = this.client;
    const entry = { EventBusName: "app", Source: "app", DetailType: "sent", Detail: JSON.stringify({ id }) };
    return answered(() => events.send(new PutEventsCommand({ Entries: [entry] })));
  }

  private execution(id: string) {
    const { states, answered } = this.client;
    const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:machine";
    const input = JSON.stringify({ items: [1, 2] });
    return answered(() => states.send(new StartExecutionCommand({ stateMachineArn, name: id, input })));
  }

  private schedule(id: string) {
    const { endpoint, answered } = this.client;
    // A moment that has passed when the request arrives would never come.
    const soon = () => new Date(Date.now() + 5000).toISOString().slice(0, 19);
    return answered(() =>
      createSchedule(endpoint, id, {
        ScheduleExpression: `at(${soon()})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: "arn:aws:sqs:us-east-1:000000000000:due",
          RoleArn: "arn:aws:iam::000000000000:role/everything",
          Input: id,
        },
      }),
    );
  }

  private async take(kind: Kind, { Body, MessageId }: Message) {
    this.ledger.receive(kind, Body!, MessageId!);
  }

  private async takeOrdered({ Body, MessageId }: Message) {
    const seen = this.ledger.received.get("ordered")!.has(Body!);
    this.ledger.receive("ordered", Body!, MessageId!);
    const n = Number(Body!.split("-")[1]);
    const group = `${n % 4}`;
    if (!seen) this.ledger.order.set(group, [...(this.ledger.order.get(group) ?? []), n]);
  }

  private async takeTick({ Body, MessageId }: Message) {
    const { time } = JSON.parse(Body!);
    this.ledger.acknowledge("tick", time);
    this.ledger.receive("tick", time, MessageId!);
  }

  /** Answers a task; one that was answered before the connection broke is done. */
  private async succeed({ Body }: Message) {
    const { states, answered } = this.client;
    const { token } = JSON.parse(Body!);
    try {
      await answered(() => states.send(new SendTaskSuccessCommand({ taskToken: token, output: "{}" })));
    } catch (error) {
      if (!named(error, "TaskTimedOut") && !named(error, "InvalidToken")) throw error;
    }
  }
}
