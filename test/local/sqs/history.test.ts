import { expect, test } from "vitest";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { sqsService } from "../../../local/sqs/service.ts";

const GROUPS = ["a", "b", "c"];
const STEPS = 600;

/** Uses a queue at random for a while; `seen` is called for each receive and delete. */
async function live(
  seed: number,
  fifo: boolean,
  seen: (what: "receive" | "delete", message: any, batch: number) => void,
) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const kernel = new Kernel({
    clock,
    random: seededRandom(seed),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:4566",
  });
  kernel.register(sqsService(kernel));
  const sqs = (operation: string, input: object) => kernel.call("sqs", operation, input);
  const { QueueUrl } = await sqs("CreateQueue", {
    QueueName: fifo ? "q.fifo" : "q",
    Attributes: { VisibilityTimeout: "10", ...(fifo && { FifoQueue: "true" }) },
  });
  const choose = seededRandom(`choices ${seed}`);
  const below = (limit: number) => Math.floor(choose.fraction() * limit);
  const held: any[] = [];
  let sent = 0;
  let batch = 0;

  const steps = [
    async () => {
      const group = { MessageGroupId: GROUPS[below(GROUPS.length)], MessageDeduplicationId: `${sent}` };
      await sqs("SendMessage", { QueueUrl, MessageBody: `${sent++}`, ...(fifo && group) });
    },
    async () => {
      const input = { QueueUrl, MaxNumberOfMessages: 1 + below(10), AttributeNames: ["All"] };
      batch++;
      for (const message of (await sqs("ReceiveMessage", input)).Messages ?? []) {
        seen("receive", message, batch);
        held.push({ ...message, until: clock.now() + 10_000 });
      }
    },
    async () => {
      const [message] = held.splice(below(held.length), 1);
      if (!message || message.until <= clock.now()) return;
      await sqs("DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle });
      seen("delete", message, batch);
    },
    async () => {
      const message = held[below(held.length)];
      if (!message || message.until <= clock.now()) return;
      const VisibilityTimeout = below(3) * 5;
      message.until = clock.now() + VisibilityTimeout * 1000;
      await sqs("ChangeMessageVisibility", {
        QueueUrl,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout,
      });
    },
    async () => {
      const until = clock.now() + below(8000);
      while (clock.now() < until) clock.advanceTo(until);
    },
  ];
  for (let step = 0; step < STEPS; step++) await steps[below(steps.length)]!();
  const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
  const counted = ["", "NotVisible", "Delayed"].map((kind) =>
    Number(Attributes[`ApproximateNumberOfMessages${kind}`]),
  );
  const { rows } = kernel.store.get("SELECT count(*) AS rows FROM sqs_message")!;
  return { sent, counted: counted.reduce((sum, count) => sum + count), rows };
}

test.each([1, 2, 3, 4, 5])("a standard queue neither loses nor invents a message (seed %i)", async (seed) => {
  const deleted = new Set<string>();
  const { sent, counted, rows } = await live(seed, false, (what, message) => {
    expect(deleted.has(message.MessageId)).toBe(false);
    if (what === "delete") deleted.add(message.MessageId);
  });
  expect([counted, rows]).toEqual([sent - deleted.size, sent - deleted.size]);
});

test.each([1, 2, 3, 4, 5])(
  "a FIFO queue gives out each group in order, one receive at a time (seed %i)",
  async (seed) => {
    const lastReceive = new Map<string, Map<number, number>>(GROUPS.map((group) => [group, new Map()]));
    const newest = new Map<string, number>();
    let deleted = 0;
    const { sent, counted } = await live(seed, true, (what, message, batch) => {
      const body = Number(message.Body);
      const name = message.Attributes.MessageGroupId;
      const group = lastReceive.get(name)!;
      if (what === "delete") {
        group.delete(body);
        deleted++;
        return;
      }
      if (!group.has(body)) expect(body).toBeGreaterThan(newest.get(name) ?? -1);
      newest.set(name, Math.max(body, newest.get(name) ?? -1));
      // What is before it in the group and not deleted came with this very receive.
      for (const [other, received] of group) if (other < body) expect(received).toBe(batch);
      group.set(body, batch);
    });
    expect(counted).toBe(sent - deleted);
  },
);

test("the same seed gives the same history", async () => {
  const history = async () => {
    const lines: string[] = [];
    await live(7, true, (what, message, now) =>
      lines.push(`${now} ${what} ${message.MessageId} ${message.ReceiptHandle}`),
    );
    return lines;
  };
  expect(await history()).toEqual(await history());
});
