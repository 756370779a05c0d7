import { expect } from "vitest";
import type { Simulation } from "../../local/simulate.ts";

/** No message was given up, or is still on its way. */
export async function expectEmptyQueues(cloud: Simulation): Promise<void> {
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  for (const QueueUrl of QueueUrls as string[]) {
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    expect(Object.values(Attributes), QueueUrl).toEqual(["0", "0"]);
  }
}
