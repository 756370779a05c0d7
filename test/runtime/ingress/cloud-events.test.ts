import { createHmac } from "node:crypto";
import { CloudEvent, HTTP } from "cloudevents";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { arrivalOfCloudEvent } from "../../../lambdas/runtime/ingress/cloud-event-arrivals.ts";
import { type IngressPorts, publishArrivals } from "../../../lambdas/runtime/ingress/ingress.ts";
import { answerPermission } from "../../../lambdas/runtime/ingress/permission.ts";
import { cloudEventRequests } from "../../../lambdas/runtime/ingress/read-cloud-events.ts";
import { receive } from "../../../lambdas/runtime/ingress/receive.ts";
import { type BusEvent, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import type { CloudEventsSpec } from "../../../lib/contract/trigger/cloud-events.ts";
import { defineCloudEvents, defineEvent, hmac } from "../../../lib/index.ts";

const Order = z.object({ order: z.string() });
const OrderPlaced = defineEvent("order.placed", { version: 2, schema: Order });
const OrderCancelled = defineEvent("order.cancelled", { version: 1, schema: Order });
const types = { "com.example.order.placed": OrderPlaced, "com.example.order.cancelled": OrderCancelled };
const signed = defineCloudEvents("shop", { types, signature: hmac({ header: "X-Signature" }) });
const open = defineCloudEvents("open-shop", { types, unsigned: "a sensor in our own network" });

let published: Envelope[];
let quarantined: QuarantineItem[];
let refused: string[];
beforeEach(() => {
  [published, quarantined, refused] = [[], [], []];
});

const ignore = () => {};
const log = { info: ignore, warn: (line: string) => void refused.push(line), error: ignore };
const metrics = { count: ignore, milliseconds: ignore };
const NOW = 1_700_000_000_000;

async function send(spec: CloudEventsSpec, body: string, headers: Record<string, string>, conversions = {}) {
  const ports: IngressPorts = {
    bus: {
      async publish(entries) {
        for (const { Source: source, DetailType, Detail, Time } of entries) {
          const event = { id: "bus", "detail-type": DetailType, source, time: Time.toISOString() };
          published.push(readEnvelope({ ...event, detail: JSON.parse(Detail) } as BusEvent));
        }
        return [];
      },
    },
    quarantine: { keep: async (item) => void quarantined.push(item) } as IngressPorts["quarantine"],
    now: () => NOW,
    log,
    metrics,
  };
  const lower = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  const mac = createHmac("sha256", "s1").update(body).digest("hex");
  const request = { id: "r1", headers: { ...lower, "x-signature": mac }, body: Buffer.from(body) };
  return await receive(request, spec, cloudEventRequests, {
    secrets: { valid: async () => ["s1"], readSince: async () => ["s1"] },
    accept: (occurrences) =>
      publishArrivals(
        occurrences.map((one) => ("findings" in one ? one : arrivalOfCloudEvent(one, spec, conversions))),
        { trigger: spec.name, retentionDays: 90 },
        ports,
      ),
    now: () => NOW,
    log,
    metrics,
  });
}

const placed = (more: object = {}) =>
  new CloudEvent({
    id: "e1",
    source: "/shops/7",
    type: "com.example.order.placed",
    data: { order: "o1" },
    time: "2026-11-22T10:00:00+01:00",
    subject: "o1",
    ...more,
  });
const structured = { "content-type": "application/cloudevents+json; charset=utf-8" };
const batched = { "content-type": "application/cloudevents-batch+json" };
const textOf = (event: CloudEvent<unknown>) => String(HTTP.structured(event).body);
const headersOf = (event: CloudEvent<unknown>) =>
  Object.fromEntries(Object.entries(HTTP.binary(event).headers).map(([name, text]) => [name, String(text)]));

describe("what the official SDK sends", () => {
  test.each([
    ["structured", signed, () => ({ body: textOf(placed()), headers: structured })],
    ["batched", signed, () => ({ body: `[${textOf(placed())}]`, headers: batched })],
    ["binary", open, () => ({ body: '{"order":"o1"}', headers: headersOf(placed()) })],
  ])("in %s mode is the event of its type, with its time and subject", async (_, spec, request) => {
    const { body, headers } = request();
    const answer = await send(spec, body, headers);
    expect(answer).toEqual({ status: 202, body: { events: [published[0]!.id] } });
    expect(published).toMatchObject([
      {
        name: "order.placed",
        version: 2,
        source: spec.name,
        data: { order: "o1" },
        time: "2026-11-22T09:00:00.000Z",
        subject: "o1",
        hops: 0,
      },
    ]);
    expect(quarantined).toEqual([]);
  });

  test("continues its sender's trace, and counts the events between", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await send(signed, textOf(placed({ traceparent, hops: 3 })), structured);
    await send(open, '{"order":"o1"}', headersOf(placed({ traceparent, hops: 3 })));
    await send(signed, textOf(placed({ id: "e2", traceparent: "nonsense" })), structured);
    expect(published.map(({ traceparent, hops }) => [traceparent, hops])).toEqual([
      [traceparent, 4],
      [traceparent, 4],
      [expect.not.stringContaining("nonsense"), 0],
    ]);
  });

  test("as bytes that are JSON is read; other data go to the conversion of their type", async () => {
    const bytes = Buffer.from('{"order":"o9"}').toString("base64");
    const event = { ...placed().toJSON(), data: undefined, data_base64: bytes };
    await send(signed, JSON.stringify(event), structured);
    const text = placed({ id: "e2", datacontenttype: "text/plain", data: "o2" });
    const conversions = {
      "com.example.order.placed": (data: unknown, { id }: { id: string }) => ({ order: `${data}-${id}` }),
    };
    await send(signed, textOf(text), structured, conversions);
    expect(published.map(({ data }) => data)).toEqual([{ order: "o9" }, { order: "o2-e2" }]);
  });
});

describe("identity", () => {
  test("is source and id: again, later, under other headers and in a batch, it is the same event", async () => {
    await send(signed, textOf(placed()), structured);
    await send(signed, textOf(placed()), { ...structured, "ce-id": "other", "x-request": "2" });
    await send(signed, `[${textOf(placed({ id: "e2" }))},${textOf(placed())}]`, batched);
    await send(signed, textOf(placed({ source: "/shops/8" })), structured);
    const ids = published.map(({ id }) => id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[3]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test("does not mix up a source and an id that join to the same text", async () => {
    const event = placed().toJSON();
    await send(signed, JSON.stringify({ ...event, source: "/a\nb", id: "c" }), structured);
    await send(signed, JSON.stringify({ ...event, source: "/a", id: "b\nc" }), structured);
    expect(published[0]!.id).not.toBe(published[1]!.id);
  });

  test("cannot be changed by headers: binary mode is 415 where a signature covers the body alone", async () => {
    const answer = await send(signed, '{"order":"o1"}', headersOf(placed()));
    expect(answer).toMatchObject({ status: 415, body: { message: expect.stringContaining("X-Signature") } });
    expect(refused.join()).toContain("binary mode");
    expect([published, quarantined]).toEqual([[], []]);
  });

  test("of an unsigned event in binary mode is what its headers say, percent-decoded", async () => {
    const headers = { ...headersOf(placed()), "ce-subject": "caf%C3%A9", "ce-source": '"/shops/7"' };
    await send(open, '{"order":"o1"}', headers);
    await send(open, '{"order":"o1"}', headersOf(placed()));
    expect(published.map(({ subject }) => subject)).toEqual(["café", "o1"]);
    expect(published[1]!.id).toBe(published[0]!.id);
  });
});

describe("what is wrong", () => {
  const without = (name: string) => JSON.stringify({ ...placed().toJSON(), [name]: undefined });

  test.each([
    ["id", without("id")],
    ["source", without("source")],
    ["type", without("type")],
    ["specversion", without("specversion")],
    ["specversion", JSON.stringify({ ...placed().toJSON(), specversion: "0.3" })],
    ["time", JSON.stringify({ ...placed().toJSON(), time: "yesterday" })],
    ["subject", JSON.stringify({ ...placed().toJSON(), subject: 7 })],
    ["data_base64", JSON.stringify({ ...placed().toJSON(), data_base64: "e30=" })],
    ["type", textOf(placed({ type: "com.example.unknown" }))],
    ["type", textOf(placed({ type: "toString" }))],
    ["", "[]"],
    ["", "{broken"],
  ])("rests in quarantine with the attribute: %s", async (path, body) => {
    expect(await send(signed, body, structured)).toMatchObject({ status: 202 });
    expect(published).toEqual([]);
    expect(quarantined).toMatchObject([{ reason: "not-an-event", subscriber: "shop" }]);
    expect(quarantined[0]!.findings.map((finding) => finding.path)).toEqual([path]);
  });

  test("with the data rests in quarantine under the contract, with the field", async () => {
    await send(signed, textOf(placed({ data: { order: 7 } })), structured);
    await send(signed, textOf(placed({ id: "e2", data: undefined })), structured);
    expect(quarantined.map(({ name, reason, findings }) => [name, reason, findings[0]!.path])).toEqual([
      ["order.placed", "contract", "order"],
      ["order.placed", "contract", "order"],
    ]);
  });

  test("in data that came as bytes and are nested too deeply rests in quarantine", async () => {
    const bytes = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const event = placed({ data: undefined, data_base64: Buffer.from(bytes).toString("base64") }).toJSON();
    await send(signed, `[${JSON.stringify(event)},${textOf(placed({ id: "e2" }))}]`, batched);
    expect([published.length, quarantined.length]).toEqual([1, 1]);
    expect(quarantined[0]!.findings).toMatchObject([{ path: "data_base64" }]);
  });

  test("in one event of a batch does not hold up the others", async () => {
    const body = `[${textOf(placed())},{"specversion":"1.0"},${textOf(placed({ id: "e2" }))}]`;
    const { body: answer } = await send(signed, body, batched);
    expect((answer as { events: string[] }).events).toHaveLength(3);
    expect([published.length, quarantined.length]).toEqual([2, 1]);
  });

  test.each([
    [400, batched, "{}"],
    [415, { "content-type": "application/json" }, "{}"],
    [415, { "content-type": "application/cloudevents+avro" }, "{}"],
    [400, structured, `${"[".repeat(200)}${"]".repeat(200)}`],
  ])("in the request is %i, and stores nothing", async (status, headers, body) => {
    expect(await send(signed, body, headers as Record<string, string>)).toMatchObject({ status });
    expect([published, quarantined]).toEqual([[], []]);
  });

  test("in the definition is named", () => {
    expect(() => defineCloudEvents("shop", { types: {}, unsigned: "why not" })).toThrow(/"types" is empty/);
    expect(() => defineCloudEvents("shop", { types } as any)).toThrow(/would accept requests from anyone/);
  });
});

test("types that no contract names are ignored where the definition says so", async () => {
  const spec = defineCloudEvents("few", { types, unsigned: "a test", otherTypes: "ignore" });
  expect(await send(spec, textOf(placed({ type: "other" })), structured)).toMatchObject({ status: 202 });
  expect([published, quarantined]).toEqual([[], []]);
});

test("a sender that asks for permission gets it where its origin is named", () => {
  const spec = defineCloudEvents("shop", { types, unsigned: "a test", origins: ["grid.example.com"] });
  expect(spec.methods).toEqual(["POST", "OPTIONS"]);
  expect(open.methods).toEqual(["POST"]);
  const ask = (headers: Record<string, string>) => answerPermission(headers, spec);
  const allowed = ask({ "webhook-request-origin": "grid.example.com", "webhook-request-rate": "120" });
  expect(allowed).toMatchObject({
    status: 200,
    headers: { "WebHook-Allowed-Origin": "grid.example.com", "WebHook-Allowed-Rate": "120" },
  });
  expect(ask({ "webhook-request-origin": "evil.example.com" })).toMatchObject({ status: 403 });
  expect(ask({ "webhook-request-origin": "evil.example.com" }).headers).toBeUndefined();
  expect(ask({})).toMatchObject({ status: 400 });
});
