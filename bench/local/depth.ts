import { statSync } from "node:fs";
import { percentile, print, say, table } from "../figures.ts";
import { ratePerSecond, withEngines } from "./cloud.ts";

/**
 * One queue on disk, filled from 1,000 to 1,000,000 messages of 200 bytes, and what a ReceiveMessage of ten and the
 * DeleteMessageBatch after it take at each depth. What is received is sent again, so that the depth stays.
 */
const DEPTHS = [1_000, 10_000, 100_000, 1_000_000];
const RECEIVES = 500;
const BODY = "x".repeat(200);

const MIB = 2 ** 20;
const rows: string[][] = [];

await withEngines("disk", async (kernel, path) => {
  const { QueueUrl } = await kernel.call("sqs", "CreateQueue", { QueueName: "deep" });
  const Entries = Array.from({ length: 10 }, (_, position) => ({ Id: `${position}`, MessageBody: BODY }));
  const fill = (count: number) =>
    ratePerSecond(kernel, count / 10, 64, () =>
      kernel.call("sqs", "SendMessageBatch", { QueueUrl, Entries }),
    );
  let depth = 0;
  for (const wanted of DEPTHS) {
    const sent = 10 * (await fill(wanted - depth));
    depth = wanted;
    const receives: number[] = [];
    const deletes: number[] = [];
    for (let count = 0; count < RECEIVES; count++) {
      const began = performance.now();
      const { Messages } = await kernel.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
      const received = performance.now();
      const handles = Messages.map(({ ReceiptHandle }: any, position: number) => ({
        Id: `${position}`,
        ReceiptHandle,
      }));
      await kernel.call("sqs", "DeleteMessageBatch", { QueueUrl, Entries: handles });
      receives.push(received - began);
      deletes.push(performance.now() - received);
      await kernel.call("sqs", "SendMessageBatch", { QueueUrl, Entries });
      await kernel.store.flushed();
    }
    const size = statSync(path).size + statSync(`${path}-wal`).size;
    rows.push([
      depth.toLocaleString("en"),
      (percentile(receives, 50) * 1000).toFixed(0),
      (percentile(receives, 99) * 1000).toFixed(0),
      (percentile(deletes, 50) * 1000).toFixed(0),
      sent.toFixed(0),
      `${(process.memoryUsage.rss() / MIB).toFixed(0)} MB`,
      `${(size / MIB).toFixed(0)} MB`,
    ]);
    say(rows.at(-1)!.join("  "));
  }
});
print(
  table(
    [
      "messages",
      "receive ten, p50 µs",
      "p99 µs",
      "delete ten, p50 µs",
      "sent a second",
      "resident memory",
      "on disk",
    ],
    rows,
  ),
);
