import { CloudEvent, HTTP } from "cloudevents";
import { afterEach, expect, test } from "vitest";
import { cloudEventsAssembly, type SimulatedCloudEvents, simulateCloudEvents } from "./simulated-app.ts";

cloudEventsAssembly();
let app: SimulatedCloudEvents;
afterEach(() => app.cloud.close());

const TYPE = { "content-type": "application/cloudevents+json" };
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const placed = (id = "e1", order = "o1") =>
  String(
    HTTP.structured(
      new CloudEvent({
        id,
        source: "/shop",
        type: "com.example.order.placed",
        subject: order,
        traceparent,
        time: "2025-12-31T23:00:00Z",
        data: { order, cents: 900 },
      }),
    ).body,
  );

test("a CloudEvent is received, and its result is sent once as a CloudEvent of the same trace", async () => {
  app = await simulateCloudEvents(() => ({ status: 204 }));
  const first = await app.post(placed());
  expect(first).toMatchObject({ status: 202, body: { events: [expect.any(String)] } });
  expect((await app.post(placed(), TYPE, "msg_2")).body).toEqual(first.body);
  await app.cloud.advance("1 hour");
  const [event, ...more] = app.delivered();
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    specversion: "1.0",
    type: "order.confirmed",
    source: "confirm-order",
    data: { order: "o1" },
    contractversion: 1,
    correlationid: first.body.events[0],
    causationid: first.body.events[0],
  });
  expect(event.traceparent.slice(0, 36)).toBe(traceparent.slice(0, 36));
  expect(app.received[0]!.headers["webhook-id"]).toBe(event.id);
});

test("a batch comes in as its events; conversions see extensions, and what breaks its contract is kept", async () => {
  app = await simulateCloudEvents(() => ({ status: 200 }));
  const cancelled = { type: "com.example.order.cancelled", source: "/shop", specversion: "1.0" };
  const batch = [
    { ...cancelled, id: "c1", reason: "sold out", data: { order: "o2" } },
    { ...cancelled, id: "c2", reason: "sold out", data: { order: 7 } },
    { ...cancelled, id: "c3", type: "com.example.unknown" },
  ];
  const answer = await app.post(JSON.stringify(batch), {
    "content-type": "application/cloudevents-batch+json",
  });
  expect(answer.body.events).toHaveLength(3);
  await app.cloud.advance("10 minutes");
  expect(app.delivered().map(({ type, data }) => [type, data])).toEqual([
    ["order.cancelled", { order: "o2", why: "sold out" }],
  ]);
  const kept = await app.items("quarantine");
  expect(kept.map(({ reason }) => reason).sort()).toEqual(["contract", "not-an-event"]);
});

test("a receiver that fails gets the same event again by the retry policy; one that is busy says when", async () => {
  const answers = [503, 500, 429, 200];
  app = await simulateCloudEvents((_, before) => ({
    status: answers[before] ?? 200,
    ...(answers[before] === 429 && { headers: { "retry-after": "300" } }),
  }));
  await app.post(placed());
  await app.cloud.advance("1 hour");
  const times = app.received.map(({ at }) => at);
  expect(times).toHaveLength(4);
  expect(times[3]! - times[2]!).toBeGreaterThanOrEqual(300_000);
  expect(new Set(app.delivered().map(({ id }) => id)).size).toBe(1);
});

test("what a receiver refuses is dead-lettered at once, and can be redriven", async () => {
  let status = 400;
  app = await simulateCloudEvents(() => ({ status }));
  await app.post(placed());
  await app.cloud.advance("1 hour");
  expect(app.received).toHaveLength(1);
  const [letter] = await app.items("dead-letter");
  expect(JSON.stringify(letter)).toContain("DeliveryRefused");
  expect(JSON.stringify(letter)).toContain("shop.example.com answered 400");
  status = 200;
  await app.command({
    action: "redrive",
    target: { subscriber: "confirmations" },
    by: "ada",
    why: "fixed",
    key: "k1",
  });
  await app.cloud.advance("1 hour");
  expect(app.received.length).toBe(2);
});

test("a receiver that is down opens the breaker: events wait, none is dead-lettered, all arrive later", async () => {
  let status = 500;
  app = await simulateCloudEvents(() => ({ status }));
  for (let order = 0; order < 12; order++) await app.post(placed(`e${order}`, `o${order}`));
  await app.cloud.advance("3 minutes");
  const tries = app.received.length;
  status = 200;
  await app.cloud.advance("6 hours");
  const arrived = app.delivered().slice(tries);
  expect(new Set(arrived.map(({ data }) => data.order)).size).toBe(12);
  expect(tries).toBeLessThan(12 * 4);
}, 60_000);

test("a function that dies after the request sends the same event again, under the same id", async () => {
  app = await simulateCloudEvents(() => ({ status: 200 }), {
    faults: {
      calls: [{ kind: "crash-after", operation: "outside:POST https://shop.example.com/events", on: 1 }],
    },
  });
  await app.post(placed());
  await app.cloud.advance("1 hour");
  const ids = app.delivered().map(({ id }) => id);
  expect(ids).toHaveLength(2);
  expect(ids[1]).toBe(ids[0]);
});

test("a secret that is rotated signs along with the one before it", async () => {
  app = await simulateCloudEvents(() => ({ status: 200 }));
  const { SigningSecret } = await app.cloud.outputs("CloudEvents");
  const SecretString = Buffer.from("another secret of some length!").toString("base64");
  await app.cloud.call("secretsmanager", "PutSecretValue", { SecretId: SigningSecret, SecretString });
  await app.post(placed());
  await app.cloud.advance("10 minutes");
  expect(app.delivered()).toHaveLength(1);
  expect(app.received[0]!.headers["webhook-signature"]!.split(" ")).toHaveLength(2);
});

test("a sender may ask for permission over the API; in binary mode, a signed event is refused with the reason", async () => {
  app = await simulateCloudEvents(() => ({ status: 200 }));
  const asked = await app.request("OPTIONS", "", { "webhook-request-origin": "shop.example.com" });
  expect(asked).toMatchObject({ status: 200, headers: { "webhook-allowed-origin": "shop.example.com" } });
  expect(await app.request("OPTIONS", "", { "webhook-request-origin": "other" })).toMatchObject({
    status: 403,
  });
  const { headers, body } = HTTP.binary(HTTP.toEvent({ headers: TYPE, body: placed() }) as CloudEvent);
  const refused = await app.post(String(body), headers as Record<string, string>);
  expect(refused).toMatchObject({
    status: 415,
    body: { message: expect.stringContaining("webhook-signature does not sign") },
  });
});
