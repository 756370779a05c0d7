import { LambdaClient } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { App } from "aws-cdk-lib";
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { beforeAll, vi } from "vitest";
import { CloudEvents } from "../../../examples/cloud-events/stack.ts";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { type Outside, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";

let assembly: string;

/** Synthesizes the example of CloudEvents, once for the tests of a file. */
export function cloudEventsAssembly(): void {
  beforeAll(() => {
    assembly = sharedAssembly("cloud-events", (outdir) => {
      const app = new App({ outdir });
      new CloudEvents(app, "CloudEvents");
      return app;
    });
  }, 240_000);
}

const STRUCTURED = { "content-type": "application/cloudevents+json" };

type Received = Parameters<Outside>[0] & { at: number };
type Answers = (request: Received, before: number) => Awaited<ReturnType<Outside>>;

/** The example in a simulation, with the shop that it sends to: `answers` says what that answers. */
export async function simulateCloudEvents(answers: Answers, options: Partial<SimulationOptions> = {}) {
  const received: Received[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    outside(request) {
      const one = { ...request, at: cloud.now() };
      return answers(one, received.push(one) - 1);
    },
    ...options,
  });
  const outputs = await cloud.outputs("CloudEvents");
  const secretOf = async (SecretId: string | undefined): Promise<string> =>
    (await cloud.call("secretsmanager", "GetSecretValue", { SecretId })).SecretString;
  const [webhookSecret, signingSecret] = [
    await secretOf(outputs.WebhookSecret),
    await secretOf(outputs.SigningSecret),
  ];

  async function request(method: string, body: string, headers: Record<string, string>) {
    const url = new URL(outputs.WebhookUrl!);
    const answer = cloud.kernel.service("apigateway")!.http!({
      method,
      path: url.pathname,
      query: url.searchParams,
      search: "",
      headers: { host: url.host, ...headers },
      body: Buffer.from(body),
      caller: "anonymous",
      requestId: "request",
    });
    await cloud.settle();
    const { status, headers: answered, body: text } = await answer;
    return { status, headers: answered, body: JSON.parse(String(text)) };
  }

  return {
    cloud,
    received,
    request,
    async command(command: Command): Promise<void> {
      const done = controlFunction(outputs.MillraceControl!, cloud.client(LambdaClient))(command);
      await cloud.settle();
      await done;
    },
    /** Posts CloudEvents as the shop does, signed by the library of Standard Webhooks. */
    async post(body: string, headers: Record<string, string> = STRUCTURED, id = "msg_1") {
      const at = new Date(cloud.now());
      return await request("POST", body, {
        ...headers,
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(webhookSecret).sign(id, at, body),
      });
    },
    /** What the shop got, read by the official SDK once the library of Standard Webhooks has verified it. */
    delivered: () => received.map((one) => verified(one, signingSecret)),
    /** What the table has of a kind. */
    async items(kind: string): Promise<any[]> {
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: outputs.MillraceTable });
      const items = (Items as any[]).map((item) => unmarshall(item));
      return items.filter((item) => item.kind === kind);
    },
  };
}

export type SimulatedCloudEvents = Awaited<ReturnType<typeof simulateCloudEvents>>;

function verified({ headers, body, at }: Received, secret: string) {
  vi.useFakeTimers({ now: at, toFake: ["Date"] });
  try {
    new Webhook(secret).verify(body, headers);
  } finally {
    vi.useRealTimers();
  }
  return HTTP.toEvent({ headers, body: String(body) }) as any;
}
