import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { snsService } from "../../../local/sns/service.ts";
import { serve } from "../../../local/wire/server.ts";
import { amongStandIns } from "../stand-ins.ts";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Received {
  headers: IncomingMessage["headers"];
  body: string;
}

/** An endpoint on this machine, which answers with `status`. */
async function endpoint() {
  const received: Received[] = [];
  const state = { status: 200 };
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(state.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => void server.close());
  return { received, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

/** The engine behind a port. */
async function cloud() {
  const reports: string[] = [];
  const { kernel, clock, settle } = amongStandIns({}, { report: (line) => reports.push(line) });
  kernel.register(snsService(kernel));
  const { url, close } = await serve(kernel, { port: 0 });
  Object.assign(kernel, { endpoint: url });
  open.push(close);
  kernel.service("sns")!.start!();
  /** A call as SDKs make it. */
  const query = async (form: Record<string, string>): Promise<string> => {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ ...form, Version: "2010-03-31" }),
    });
    return answer.text();
  };
  return { kernel, clock, reports, settle, query };
}

const TopicArn = "arn:aws:sns:us-east-1:000000000000:orders";

test("an HTTP endpoint on this machine confirms its subscription, and receives what is published", async () => {
  const { url, received } = await endpoint();
  const { kernel, settle, query } = await cloud();
  await query({ Action: "CreateTopic", Name: "orders" });
  const answer = await query({ Action: "Subscribe", TopicArn, Protocol: "http", Endpoint: url });
  expect(answer).toContain("<SubscriptionArn>pending confirmation</SubscriptionArn>");
  await settle();
  await query({ Action: "Publish", TopicArn, Message: "before" });
  await settle();
  expect(received.map(({ headers }) => headers["x-amz-sns-message-type"])).toEqual([
    "SubscriptionConfirmation",
  ]);
  const { SubscribeURL, Token } = JSON.parse(received[0]!.body);
  expect(SubscribeURL).toContain(Token);
  expect(await (await fetch(SubscribeURL)).text()).toContain(
    "<ConfirmSubscriptionResult><SubscriptionArn>arn:",
  );
  const { Subscriptions } = await kernel.call("sns", "ListSubscriptions", {});
  expect(Subscriptions[0].SubscriptionArn).toMatch(/^arn:/);

  await query({
    Action: "Publish",
    TopicArn,
    Message: "paid",
    "MessageAttributes.entry.1.Name": "kind",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "order",
  });
  await settle();
  expect(received[1]!.headers).toMatchObject({
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-topic-arn": TopicArn,
    "content-type": "text/plain; charset=UTF-8",
  });
  expect(JSON.parse(received[1]!.body)).toMatchObject({
    Message: "paid",
    MessageAttributes: { kind: { Type: "String", Value: "order" } },
  });

  const { UnsubscribeURL } = JSON.parse(received[1]!.body);
  await fetch(UnsubscribeURL);
  expect((await kernel.call("sns", "ListSubscriptions", {})).Subscriptions).toEqual([]);
});

test("an address of a message cannot call other operations", async () => {
  const { kernel, query } = await cloud();
  await query({ Action: "CreateTopic", Name: "orders" });
  await fetch(`${kernel.endpoint}/_sns/?Action=DeleteTopic&TopicArn=${TopicArn}&Version=2010-03-31`);
  expect((await kernel.call("sns", "ListTopics", {})).Topics).toHaveLength(1);
});

test("an endpoint elsewhere is not called: its subscription waits", async () => {
  const { kernel, settle, reports } = await cloud();
  await kernel.call("sns", "CreateTopic", { Name: "orders" });
  await kernel.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "https",
    Endpoint: "https://example.com/hook",
  });
  await kernel.call("sns", "Publish", { TopicArn, Message: "m" });
  await settle();
  const { Subscriptions } = await kernel.call("sns", "ListSubscriptions", {});
  expect(Subscriptions[0].SubscriptionArn).toBe("PendingConfirmation");
  expect(reports).toEqual([]);
});

test("the delivery policy decides how a failed request is repeated; a 4xx is not", async () => {
  const { url, received, state } = await endpoint();
  const { kernel, settle, clock, reports } = await cloud();
  await kernel.call("sns", "CreateTopic", { Name: "orders" });
  const DeliveryPolicy = JSON.stringify({
    healthyRetryPolicy: { numRetries: 2, minDelayTarget: 5, maxDelayTarget: 5 },
    requestPolicy: { headerContentType: "application/json" },
  });
  const Attributes = { DeliveryPolicy, RawMessageDelivery: "true" };
  await kernel.call("sns", "Subscribe", { TopicArn, Protocol: "http", Endpoint: url, Attributes });
  await settle();
  const { Token } = JSON.parse(received.pop()!.body);
  await kernel.call("sns", "ConfirmSubscription", { TopicArn, Token });
  const publish = async () => {
    received.length = 0;
    await kernel.call("sns", "Publish", { TopicArn, Message: "m" });
    for (let n = 0; n < 5; n++) {
      await settle();
      clock.advanceTo(clock.now() + 6000);
    }
    await settle();
  };
  state.status = 500;
  await publish();
  expect(
    received.map(({ body, headers }) => [body, headers["content-type"], headers["x-amz-sns-rawdelivery"]]),
  ).toEqual(Array(3).fill(["m", "application/json", "true"]));
  state.status = 403;
  await publish();
  expect(received).toHaveLength(1);
  expect(reports).toHaveLength(2);
});
