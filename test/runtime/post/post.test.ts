import { HTTP } from "cloudevents";
import { describe, expect, test } from "vitest";
import { verify } from "../../../lambdas/runtime/ingress/verify.ts";
import { cloudEventRequest } from "../../../lambdas/runtime/post/cloud-event-request.ts";
import { post } from "../../../lambdas/runtime/post/post.ts";
import { toCloudEvent } from "../../../lib/contract/cloud-event.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import { standardWebhooks } from "../../../lib/contract/trigger/signature.ts";

const NOW = Date.parse("2026-11-22T10:00:00.000Z");
const envelope: Omit<Envelope, "data"> = {
  id: "e1",
  name: "order.placed",
  version: 2,
  time: "2026-11-22T09:00:00.000Z",
  source: "shop",
  subject: 'café "1"',
  correlation: "c1",
  hops: 3,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
const event = toCloudEvent(envelope, { order: "o1" });

test.each(["structured", "binary"] as const)("the official SDK reads what is written in %s mode", (mode) => {
  const { headers, body } = cloudEventRequest(event, mode);
  const read = HTTP.toEvent({ headers, body }) as any;
  // The SDK does not decode headers.
  expect(decodeURIComponent(read.subject)).toBe('café "1"');
  expect({ ...read.toJSON(), subject: event.subject, hops: 3, contractversion: 2 }).toEqual(event);
  expect(Object.values(headers).join("")).toMatch(/^[\x20-\x7e]*$/);
});

test("an event without a subject or a trace has no such attribute", () => {
  const { subject: _, traceparent: __, ...rest } = envelope;
  expect(toCloudEvent(rest, {})).not.toHaveProperty("subject");
  expect(toCloudEvent({ ...rest, subject: "" }, {})).not.toHaveProperty("subject");
  expect(toCloudEvent(rest, {})).not.toHaveProperty("traceparent");
});

describe("the answer decides how the event is handled", () => {
  const answered = (status: number, headers: Record<string, string> = {}) =>
    post(event, "structured", new AbortController().signal, {
      url: "https://shop.example.com/events?key=private",
      secrets: async () => ["whsec_c2VjcmV0"],
      fetch: async () => new Response(status === 204 ? null : "answer", { status, headers }),
      now: () => NOW,
    }).then(
      () => "delivered",
      (error: { policy?: string; after?: number; message: string }) => error,
    );

  test.each([
    [200, {}, "delivered"],
    [204, {}, "delivered"],
    [302, { location: "/elsewhere" }, { policy: "give-up", name: "DeliveryRefused" }],
    [400, {}, { policy: "give-up", name: "DeliveryRefused" }],
    [410, {}, { policy: "give-up", name: "DestinationGone" }],
    [408, {}, { name: "Error" }],
    [500, {}, { name: "Error" }],
    [503, {}, { name: "Error" }],
    [429, {}, { policy: "wait", after: undefined }],
    [429, { "retry-after": "60" }, { policy: "wait", after: 60_000 }],
    [503, { "retry-after": "Sun, 22 Nov 2026 10:05:00 GMT" }, { policy: "wait", after: 300_000 }],
    [503, { "retry-after": "soon" }, { name: "Error" }],
  ])("%i %j", async (status, headers, expected) => {
    const outcome = await answered(status, headers as Record<string, string>);
    if (typeof expected === "string") expect(outcome).toBe(expected);
    else expect(outcome).toMatchObject(expected);
    // The caller that reads the dead letter need not know what the URL keeps secret.
    expect(JSON.stringify((outcome as Error).message ?? "")).not.toContain("private");
  });
});

test("the id that is signed has no dot, so that a receiver can divide it from the time and the body", async () => {
  const requests: Request[] = [];
  await post({ ...event, id: "e1.1700000000.{}" }, "structured", new AbortController().signal, {
    url: "https://shop.example.com/events",
    secrets: async () => ["whsec_c2VjcmV0"],
    fetch: async (url, init) => {
      requests.push(new Request(url, init));
      return new Response();
    },
    now: () => NOW,
  });
  const [{ headers }] = requests as [Request];
  expect(headers.get("webhook-id")).toBe("e1%2E1700000000%2E{}");
  const body = Buffer.from(await requests[0]!.arrayBuffer());
  const request = { headers: Object.fromEntries(headers), body };
  expect(verify(request, standardWebhooks(), ["whsec_c2VjcmV0"], NOW)).toMatchObject({ authentic: true });
});
