import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Victim } from "./victim.ts";

const IDENTITY = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

export type Client = Awaited<ReturnType<typeof connect>>;

/** SDK clients that do not repeat by themselves, and a way to call until there is an answer. */
export async function connect(victim: Victim) {
  const endpoint = await victim.up();
  const options = { ...IDENTITY, endpoint, maxAttempts: 1 };
  const sqs = new SQSClient(options);
  const dynamodb = new DynamoDBClient(options);
  const events = new EventBridgeClient(options);
  const states = new SFNClient(options);
  return {
    endpoint,
    sqs,
    dynamodb,
    events,
    states,
    queue: (name: string) => `${endpoint}/000000000000/${name}`,
    /** Repeats a call whose connection broke, since its outcome is unknown. A refusal is thrown. */
    async answered<T>(call: () => Promise<T>): Promise<T> {
      for (;;) {
        await victim.up();
        try {
          return await call();
        } catch (error) {
          if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    },
    close() {
      for (const client of [sqs, dynamodb, events, states]) client.destroy();
    },
  };
}

/** CreateSchedule, whose client is not among this project's packages. */
export async function createSchedule(endpoint: string, name: string, input: object): Promise<void> {
  const response = await fetch(`${endpoint}/schedules/${name}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/scheduler/aws4_request",
    },
    body: JSON.stringify(input),
  });
  if (response.ok || response.status === 409) return;
  throw Object.assign(new Error(await response.text()), { $metadata: { httpStatusCode: response.status } });
}
