import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context, SQSEvent } from "aws-lambda";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { Occurrence, Translate } from "../../../lib/contract/trigger/trigger.ts";
import type { WebhookSpec } from "../../../lib/contract/trigger/webhook.ts";
import { observe, writeMetrics } from "../aws/observe.ts";
import { messageQueue } from "../aws/queues/message-queue.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { rotatedSecret } from "../aws/secrets.ts";
import { setting } from "../environment.ts";
import { receive, type Secrets, type WebhookAnswer } from "../ingress/receive.ts";
import type { Log, Metrics } from "../ports.ts";
import { refusedPath } from "../request-path.ts";
import { openDoor } from "./open-ingress.ts";
import { queueHandler } from "./queue-handler.ts";

const NO_SECRETS: Secrets = { valid: async () => [], readSince: async () => [] };

/**
 * The Lambda handler of a webhook: `export const handler = webhook(githubPushes, (push) => ({ … }))`. It
 * answers 202 when the event is on the bus or, if the bus rejected it, in the function's own queue, which
 * this handler also reads.
 */
export function webhook<E extends EventContract>(
  spec: WebhookSpec<E>,
  translate?: Translate<any, InputOf<E["schema"]>>,
) {
  const { metrics, log, counters } = observe(spec.name);
  const door = openDoor(spec);
  const queueUrl = setting("queue");
  const kept = messageQueue(queueUrl);
  const secrets = spec.signature ? rotatedSecret(setting("secret")) : NO_SECRETS;

  const pass = async (occurrence: Occurrence, log: Log, metrics: Metrics) => {
    const [passage] = await door([{ ...occurrence, contract: spec.event, translate }], log, metrics);
    if (passage === "refused") throw new Error("The bus rejected the event.");
    return passage!;
  };

  const accept = async (occurrence: Occurrence) => {
    try {
      return await pass(occurrence, log, counters);
    } catch (error) {
      log.warn("The event is stored in the queue, since it could not be published immediately.", { error });
      await kept.send(occurrence);
      return "kept";
    }
  };

  const fromSender = middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()
    .use(writeMetrics(metrics))
    .handler(async ({ headers, body = "", isBase64Encoded, requestContext, rawPath }) => {
      const why = refusedPath(rawPath);
      if (why !== undefined) return jsonAnswer({ status: 400, body: { message: why } });
      const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
      const request = { id: requestContext.requestId, headers, body: bytes };
      const ports = { secrets, accept, now: Date.now, log, metrics: counters };
      return jsonAnswer(await receive(request, spec, ports));
    });

  const fromQueue = queueHandler(
    spec.name,
    () => sourceQueue(queueUrl),
    async ({ record, log, metrics }) => {
      await pass(JSON.parse(record.body) as Occurrence, log, metrics);
      return "finished";
    },
  );

  return async (event: SQSEvent | APIGatewayProxyEventV2, context: Context) =>
    "Records" in event ? await fromQueue(event, context) : await fromSender(event, context);
}

function jsonAnswer({ status, body }: WebhookAnswer): APIGatewayProxyResultV2 {
  return {
    statusCode: status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
