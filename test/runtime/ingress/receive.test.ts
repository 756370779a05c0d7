import { createHmac } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { webhookRequests } from "../../../lambdas/runtime/ingress/read-webhook.ts";
import { type ReceivePorts, receive } from "../../../lambdas/runtime/ingress/receive.ts";
import type { Occurrence } from "../../../lib/contract/trigger/trigger.ts";
import {
  defineEvent,
  defineWebhook,
  github,
  slack,
  standardWebhooks,
  stripe,
  type WebhookSpec,
} from "../../../lib/index.ts";

const event = defineEvent("thing.happened", { version: 1, schema: z.object({ id: z.string() }) });
const hub = defineWebhook("hub", { event, signature: github(), largest: 1_000 });

let now: number;
let lines: string[];
let counted: Record<string, number>;
let accepted: Occurrence[];
let accept: ReceivePorts["accept"];
let stored: string[];
let known: { values: string[]; readAt: number } | undefined;
let reads: number;

beforeEach(() => {
  [now, lines, counted, accepted, stored, known, reads] = [
    1_700_000_000_000,
    [],
    {},
    [],
    ["s1"],
    undefined,
    0,
  ];
  accept = async (occurrences) => {
    accepted.push(...(occurrences as Occurrence[]));
    return ["published"];
  };
});

const write = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);

function send(spec: WebhookSpec, body: string, headers: Record<string, string>, id = "r1") {
  return receive({ id, headers, body: Buffer.from(body) }, spec, webhookRequests, {
    secrets: {
      async valid(maxAge) {
        if (!known || now - known.readAt >= maxAge) {
          reads++;
          known = { values: [...stored], readAt: now };
        }
        return known.values;
      },
      async readSince(time) {
        if (known && known.readAt >= time) return known.values;
        reads++;
        known = { values: [...stored], readAt: now };
        return known.values;
      },
    },
    accept: (occurrences) => accept(occurrences),
    now: () => now,
    log: { info: write, warn: write, error: write },
    metrics: {
      count(name, value = 1) {
        counted[name] = (counted[name] ?? 0) + value;
      },
      milliseconds: () => {},
    },
  });
}

const mac = (text: string, secret = "s1") => createHmac("sha256", secret).update(text).digest("hex");
const hubHeaders = (body: string, secret?: string) => ({
  "x-hub-signature-256": `sha256=${mac(body, secret)}`,
});

test("an authentic request is answered with 202 and the event's id", async () => {
  const answer = await send(hub, '{"id":"a"}', hubHeaders('{"id":"a"}'));
  expect(answer).toEqual({ status: 202, body: { event: accepted[0]!.id } });
  expect(accepted).toMatchObject([{ payload: { id: "a" }, time: new Date(now).toISOString() }]);
});

test("an unsigned request is 401 and counted, and is never an event; neither secret nor signature is logged", async () => {
  const headers = hubHeaders('{"id":"a"}', "wrong");
  expect(await send(hub, '{"id":"a"}', headers)).toMatchObject({ status: 401 });
  expect(accepted).toEqual([]);
  expect(counted).toEqual({ WebhookRequestsRefused: 1 });
  expect(lines.join()).not.toContain(mac('{"id":"a"}', "wrong"));
  expect(lines.join()).not.toContain("s1");
});

test("a replay under another delivery id in the headers is the same event, since headers are not signed", async () => {
  for (const delivery of ["d1", "d2"]) {
    await send(hub, '{"id":"a"}', { ...hubHeaders('{"id":"a"}'), "x-github-delivery": delivery }, delivery);
  }
  await send(hub, '{"id":"b"}', hubHeaders('{"id":"b"}'));
  expect(new Set(accepted.map(({ id }) => id)).size).toBe(2);
  expect(accepted[0]!.id).toBe(accepted[1]!.id);
});

test("a sender that signs a retry again sends a duplicate, by the delivery's id in the body", async () => {
  const pay = defineWebhook("pay", { event, signature: stripe() });
  for (const at of [0, 60]) {
    now = 1_700_000_000_000 + at * 1000;
    const seconds = 1_700_000_000 + at;
    const headers = { "stripe-signature": `t=${seconds},v1=${mac(`${seconds}.{"id":"evt_1"}`)}` };
    expect(await send(pay, '{"id":"evt_1"}', headers)).toMatchObject({ status: 202 });
  }
  expect(accepted.map(({ id }) => id)).toEqual([accepted[0]!.id, accepted[0]!.id]);
});

test("by Standard Webhooks, a delivery is known by its id, which is signed, whenever it is sent again", async () => {
  const spec = defineWebhook("standard", { event, signature: standardWebhooks() });
  stored = [`whsec_${Buffer.from("a key of some bytes").toString("base64")}`];
  const sign = (id: string, at: number) =>
    createHmac("sha256", "a key of some bytes").update(`${id}.${at}.{}`).digest("base64");
  const headers = (id: string, at: number, signature: string) => ({
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1a,other v1,${signature}`,
  });
  for (const at of [1_700_000_000, 1_700_000_060]) {
    now = at * 1000;
    expect(await send(spec, "{}", headers("msg_1", at, sign("msg_1", at)))).toMatchObject({ status: 202 });
  }
  const at = 1_700_000_060;
  expect(await send(spec, "{}", headers("msg_2", at, sign("msg_1", at)))).toMatchObject({ status: 401 });
  expect(await send(spec, "{}", headers("msg_2", at, sign("msg_2", at)))).toMatchObject({ status: 202 });
  const [first, again, other] = accepted.map(({ id }) => id);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("a new secret is accepted at once, the previous one still matches, and wrong signatures do not read it each time", async () => {
  await send(hub, "{}", hubHeaders("{}"));
  stored = ["s2", "s1"];
  now += 60_000;
  expect(await send(hub, "{}", hubHeaders("{}", "s2"))).toMatchObject({ status: 202 });
  expect(await send(hub, "{}", hubHeaders("{}", "s1"))).toMatchObject({ status: 202 });
  expect(reads).toBe(2);
  for (let time = 0; time < 20; time++) await send(hub, "{}", hubHeaders("{}", "wrong"));
  expect(reads).toBe(2);
});

test("a body that is too large is 413 before it is parsed", async () => {
  const body = "x".repeat(1_001);
  expect(await send(hub, body, hubHeaders(body))).toMatchObject({ status: 413 });
  expect([accepted, reads]).toEqual([[], 0]);
});

test("if it cannot be stored anywhere, the sender is asked to retry", async () => {
  accept = () => Promise.reject(new Error("no bus, no queue"));
  expect(await send(hub, "{}", hubHeaders("{}"))).toMatchObject({ status: 503 });
});

test("Slack's first request is answered with its challenge and is no event", async () => {
  const chat = defineWebhook("chat", { event, signature: slack() });
  const body = '{"type":"url_verification","challenge":"abc"}';
  const headers = {
    "x-slack-request-timestamp": "1700000000",
    "x-slack-signature": `v0=${mac(`v0:1700000000:${body}`)}`,
  };
  expect(await send(chat, body, headers)).toEqual({ status: 200, body: { challenge: "abc" } });
  expect(accepted).toEqual([]);
});

test("a form's fields are the payload; text that is not JSON stays text, so that quarantine shows it", async () => {
  const form = { ...hubHeaders("id=a&more=b"), "content-type": "application/x-www-form-urlencoded" };
  await send(hub, "id=a&more=b", form);
  await send(hub, "{broken", hubHeaders("{broken"));
  expect(accepted.map(({ payload }) => payload)).toEqual([{ id: "a", more: "b" }, "{broken"]);
});

test("a webhook that would accept any request says why, or is refused", async () => {
  expect(() => defineWebhook("open", { event } as any)).toThrow(/would accept requests from anyone/);
  expect(() => defineWebhook("open", { event, unsigned: " " })).toThrow(/would accept requests from anyone/);
  const open = defineWebhook("open", { event, unsigned: "the sender is a thermometer in our own net" });
  await send(open, "{}", {}, "r1");
  await send(open, "{}", {}, "r2");
  expect(new Set(accepted.map(({ id }) => id)).size).toBe(2);
});
