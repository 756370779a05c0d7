import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { eventsService } from "../../../local/events/service.ts";
import type { OutboundRequest, OutboundResponse } from "../../../local/kernel/outbound.ts";
import { pipesService } from "../../../local/pipes/service.ts";
import { secretsManagerService } from "../../../local/secretsmanager/service.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { amongStandIns } from "../stand-ins.ts";

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const RoleArn = "arn:aws:iam::000000000000:role/pipe";

/** A pipe from a queue, and an API destination that it may call; its connection has a query parameter. */
async function cloud() {
  const reports: string[] = [];
  const local = amongStandIns({}, { report: (line) => reports.push(line) });
  const { kernel } = local;
  for (const service of [sqsService, secretsManagerService, eventsService, pipesService])
    kernel.register(service(kernel));
  const sent: OutboundRequest[] = [];
  const answers: { next: () => Partial<OutboundResponse> } = { next: () => ({}) };
  kernel.outbound = async (request) => {
    sent.push(request);
    return { status: 200, headers: [], body: Buffer.alloc(0), ...answers.next() };
  };
  const { ConnectionArn } = await kernel.call("events", "CreateConnection", {
    Name: "c",
    AuthorizationType: "API_KEY",
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "k" },
      InvocationHttpParameters: { QueryStringParameters: [{ Key: "shared", Value: "connection" }] },
    },
  });
  const { ApiDestinationArn } = await kernel.call("events", "CreateApiDestination", {
    Name: "d",
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint: "https://api.example.com/*",
  });
  for (const QueueName of ["orders", "shipped"]) await kernel.call("sqs", "CreateQueue", { QueueName });
  kernel.service("pipes")!.start!();
  const QueueUrl = (name: string) => `${kernel.endpoint}/000000000000/${name}`;
  return {
    ...local,
    ApiDestinationArn,
    sent,
    answers,
    reports,
    pipe: (settings: object) =>
      kernel.call("pipes", "CreatePipe", { Name: "p", Source: arn("orders"), RoleArn, ...settings }),
    async send(...bodies: object[]) {
      for (const body of bodies) {
        const MessageBody = JSON.stringify(body);
        await kernel.call("sqs", "SendMessage", { QueueUrl: QueueUrl("orders"), MessageBody });
      }
      await local.settle();
    },
    async received(): Promise<string[]> {
      const input = { QueueUrl: QueueUrl("shipped"), MaxNumberOfMessages: 10 };
      const { Messages = [] } = await kernel.call("sqs", "ReceiveMessage", input);
      return Messages.map(({ Body }: { Body: string }) => Body);
    },
  };
}

/** As recorded in an account: parameters take their values from the event before the template. */
const HTTP_PARAMETERS = {
  PathParameterValues: ["$.body.route"],
  HeaderParameters: { "x-dynamic": "$.body.route" },
  QueryStringParameters: { shared: "pipe", dynamic: "$.body.query" },
};

test("a pipe calls its target with one event after the other, each as an object", async () => {
  const { pipe, send, sent, ApiDestinationArn } = await cloud();
  const TargetParameters = { InputTemplate: '{"id": <$.body.id>}', HttpParameters: HTTP_PARAMETERS };
  await pipe({ Target: ApiDestinationArn, TargetParameters });
  await send({ id: 1, route: "a", query: "q" }, { id: 2, route: "b", query: "r" });
  expect(sent.map(({ body }) => body)).toEqual(['{"id":1}', '{"id":2}']);
  expect(sent[0]!.url.href).toBe("https://api.example.com/a?shared=connection&dynamic=q");
  expect(Object.fromEntries(sent[0]!.headers)).toMatchObject({ "x-dynamic": "a", "x-key": "k" });
});

test.each([
  ["an object", '{"total":7}', ['{"total":7}']],
  ["a list", '[{"total":7},{"total":8}]', ['{"total":7}', '{"total":8}']],
  ["an empty list", "[]", []],
  ["an empty object", "{}", []],
  ["nothing", "", []],
])("an enrichment that answers %s", async (_what, answer, expected) => {
  const { pipe, send, sent, answers, received, ApiDestinationArn } = await cloud();
  answers.next = () => ({ body: Buffer.from(answer) });
  await pipe({
    Enrichment: ApiDestinationArn,
    EnrichmentParameters: { InputTemplate: '{"id": <$.body.id>}', HttpParameters: HTTP_PARAMETERS },
    Target: arn("shipped"),
  });
  await send({ id: 1, route: "original-route", query: "q" });
  expect(sent.map(({ url, body }) => [url.pathname, body])).toEqual([["/original-route", '{"id":1}']]);
  expect((await received()).sort()).toEqual(expected);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
])("a response that is compressed by %s is read", async (encoding, compress) => {
  const { pipe, send, answers, received, ApiDestinationArn } = await cloud();
  answers.next = () => ({ headers: [["Content-Encoding", encoding]], body: compress('{"total":7}') });
  await pipe({ Enrichment: ApiDestinationArn, Target: arn("shipped") });
  await send({});
  expect(await received()).toEqual(['{"total":7}']);
});

test("an endpoint that fails leaves the message in its queue for another attempt", async () => {
  const { pipe, send, sent, answers, advance, reports, ApiDestinationArn } = await cloud();
  await pipe({ Target: ApiDestinationArn });
  answers.next = () => ({ status: sent.length === 1 ? 503 : 200 });
  await send({});
  expect(reports).toEqual([expect.stringContaining("the endpoint answered with status 503")]);
  await advance(31_000);
  expect(sent).toHaveLength(2);
});

test("batches are refused, in the words of the service", async () => {
  const { pipe, ApiDestinationArn } = await cloud();
  const SourceParameters = { SqsQueueParameters: { BatchSize: 2 } };
  await expect(
    pipe({ Enrichment: ApiDestinationArn, Target: arn("shipped"), SourceParameters }),
  ).rejects.toThrow(
    "The configured batch size 2 is greater than the max supported batch size 1 for enrichment api-destination",
  );
  await expect(pipe({ Target: ApiDestinationArn, SourceParameters })).rejects.toThrow(
    "BatchSize 2 is not between",
  );
});
