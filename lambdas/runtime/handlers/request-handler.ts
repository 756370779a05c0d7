import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context, SQSEvent } from "aws-lambda";
import type { RequestTriggerSpec } from "../../../lib/contract/trigger/request.ts";
import type { Headers } from "../../../lib/contract/trigger/signature.ts";
import type { Occurrence, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import { setting } from "../aws/environment.ts";
import { observe, writeMetrics } from "../aws/observe.ts";
import { messageQueue } from "../aws/queues/message-queue.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { rotatedSecret } from "../aws/secrets.ts";
import type { Arrival } from "../ingress/ingress.ts";
import { type RequestKind, receive, type Secrets, type WebhookAnswer } from "../ingress/receive.ts";
import { refusedPath } from "../ingress/request-path.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { openIngress } from "./open-ingress.ts";
import { queueHandler } from "./queue-handler.ts";

const NO_SECRETS: Secrets = { valid: async () => [], readSince: async () => [] };

interface RequestHandling<Spec extends RequestTriggerSpec> {
  spec: Spec;
  kind: RequestKind<Spec>;
  /** The event that an occurrence becomes. */
  arrivalOf: (occurrence: Occurrence) => Arrival;
  /** Answers an OPTIONS request. */
  permit?: (headers: Headers) => WebhookAnswer;
}

/**
 * The Lambda handler of a URL. It answers 202 once events are on the bus, or, because the bus did not take them, in the
 * function's own queue, which it drains too.
 */
export function requestHandler<Spec extends RequestTriggerSpec>({
  spec,
  kind,
  arrivalOf,
  permit,
}: RequestHandling<Spec>) {
  const { metrics, log, counters } = observe(spec.name);
  const ingress = openIngress(spec);
  const queueUrl = setting("queue");
  const kept = messageQueue(queueUrl);
  const secrets = spec.signature ? rotatedSecret(setting("secret")) : NO_SECRETS;

  const pass = (occurrences: readonly (Occurrence | Unreadable)[], log: Log, metrics: Metrics) =>
    ingress(
      occurrences.map((one) => ("findings" in one ? one : arrivalOf(one))),
      log,
      metrics,
    );

  const accept = async (occurrences: readonly (Occurrence | Unreadable)[]) => {
    const outcomes = await pass(occurrences, log, counters).catch((error: unknown) => {
      log.warn("The event is stored in the queue, since it could not be published immediately.", {
        error: error as Error,
      });
      return occurrences.map(() => "refused" as const);
    });
    return await Promise.all(
      outcomes.map(async (outcome, at) => {
        if (outcome !== "refused") return outcome;
        await kept.send(occurrences[at]!);
        return "kept" as const;
      }),
    );
  };

  const fromSender = middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()
    .use(writeMetrics(metrics))
    .handler(async ({ headers, body = "", isBase64Encoded, requestContext, rawPath }) => {
      const why = refusedPath(rawPath);
      if (why !== undefined) return jsonAnswer({ status: 400, body: { message: why } });
      if (permit && requestContext.http.method === "OPTIONS") return jsonAnswer(permit(headers));
      const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
      const request = { id: requestContext.requestId, headers, body: bytes };
      const ports = { secrets, accept, now: Date.now, log, metrics: counters };
      return jsonAnswer(await receive(request, spec, kind, ports));
    });

  const fromQueue = queueHandler(
    spec.name,
    () => sourceQueue(queueUrl),
    async ({ record, log, metrics }) => {
      const [outcome] = await pass([JSON.parse(record.body) as Occurrence | Unreadable], log, metrics);
      if (outcome === "refused") throw new Error("The bus rejected the event.");
      return "finished";
    },
  );

  return async (event: SQSEvent | APIGatewayProxyEventV2, context: Context) =>
    "Records" in event ? await fromQueue(event, context) : await fromSender(event, context);
}

function jsonAnswer({ status, body, headers }: WebhookAnswer): APIGatewayProxyResultV2 {
  return {
    statusCode: status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
