import { createHmac } from "node:crypto";
import type { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { rotatedSecret } from "../../lambdas/runtime/aws/secrets.ts";
import { webhookRequests } from "../../lambdas/runtime/ingress/read-webhook.ts";
import { receive } from "../../lambdas/runtime/ingress/receive.ts";
import type { Occurrence } from "../../lib/contract/trigger/trigger.ts";
import type { WebhookSpec } from "../../lib/contract/trigger/webhook.ts";
import { defineEvent, defineWebhook, github, slack, standardWebhooks } from "../../lib/index.ts";

const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

const event = defineEvent("thing.happened", { version: 1, schema: z.object({ id: z.string() }) });
const hub = defineWebhook("hub", { event, signature: github(), largest: 262_144 });

/** A webhook with a secret in Secrets Manager, at a time that only waiting moves on. */
function setUp() {
  const stages: Record<string, string> = { AWSCURRENT: "s1" };
  const at = { now: 1_700_000_000_000, reads: 0, waited: 0 };
  const accepted: Occurrence[] = [];
  const answers: number[] = [];
  const client = {
    async send({ input }: GetSecretValueCommand) {
      if (input.VersionStage === "AWSCURRENT") at.reads++;
      const SecretString = stages[input.VersionStage!];
      if (SecretString === undefined)
        throw Object.assign(new Error("none"), { name: "ResourceNotFoundException" });
      return { SecretString };
    },
  } as unknown as SecretsManagerClient;
  const secrets = rotatedSecret(
    "arn",
    client,
    () => at.now,
    undefined,
    async (milliseconds) => {
      at.waited += milliseconds;
      at.now += milliseconds;
    },
  );
  const ignore = () => {};
  return {
    at,
    accepted,
    answers,
    rotate: (secret: string) => Object.assign(stages, { AWSPREVIOUS: stages.AWSCURRENT, AWSCURRENT: secret }),
    async send(body: string, secret: string) {
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      const headers = { "x-hub-signature-256": `sha256=${signature}` };
      const answer = await receive({ id: "r", headers, body: Buffer.from(body) }, hub, webhookRequests, {
        secrets,
        accept: async (occurrences) => {
          accepted.push(...(occurrences as Occurrence[]));
          return ["published"];
        },
        now: () => at.now,
        log: { info: ignore, warn: ignore, error: ignore },
        metrics: { count: ignore, milliseconds: ignore },
      });
      return answer.status;
    },
  };
}

test("a secret that was put a moment after the last read is taken at once, and so is the one before", async () => {
  const { at, rotate, send } = setUp();
  expect(await send("{}", "wrong")).toBe(401);
  at.now += 1;
  rotate("s2");
  expect(await send("{}", "s2")).toBe(202);
  expect(await send("{}", "s1")).toBe(202);
  expect(at.waited).toBeLessThanOrEqual(1_000);
});

test("a flood of wrong signatures reads the secret once a second at most", async () => {
  const { at, send } = setUp();
  const began = at.now;
  for (let request = 0; request < 50; request++) {
    expect(await send("{}", "wrong")).toBe(401);
    at.now += 10;
  }
  expect(at.reads).toBeLessThanOrEqual(Math.ceil((at.now - began) / 1_000) + 1);
});

test.each([
  ["a list", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ["an object", `${'{"":'.repeat(50_000)}1${"}".repeat(50_000)}`],
])(
  "%s that is nested 50,000 deep or more, and signed, is 400 once: nothing keeps it to try again",
  async (_, body) => {
    const { accepted, send } = setUp();
    expect(await send(body, "s1")).toBe(400);
    expect(accepted).toEqual([]);
  },
);

describe("a captured request", () => {
  const Message = defineEvent("message.posted", {
    version: 1,
    schema: z.object({ event_id: z.string(), text: z.string() }),
  });
  const NOW = 1_700_000_000_000;
  const seconds = String(NOW / 1_000);
  const ignore = () => {};

  /** Answers a request that claims these headers, and what of it is accepted. */
  async function send(spec: WebhookSpec, body: string, headers: Record<string, string>) {
    const accepted: Occurrence[] = [];
    const { status } = await receive({ id: "r", headers, body: Buffer.from(body) }, spec, webhookRequests, {
      secrets: { valid: async () => [SECRET], readSince: async () => [SECRET] },
      accept: async (occurrences) => {
        accepted.push(...(occurrences as Occurrence[]));
        return ["published"];
      },
      now: () => NOW,
      log: { info: ignore, warn: ignore, error: ignore },
      metrics: { count: ignore, milliseconds: ignore },
    });
    return { status, accepted };
  }

  test("says what it said, whatever its content type is called", async () => {
    const chat = defineWebhook("chat", { event: Message, signature: slack() });
    const said = { event_id: "e1", text: "hi&event_id=e2&text=pay Eve&" };
    const body = JSON.stringify(said);
    const mac = createHmac("sha256", SECRET).update(`v0:${seconds}:${body}`).digest("hex");
    const headers = { "x-slack-signature": `v0=${mac}`, "x-slack-request-timestamp": seconds };
    const types = ["application/json", "application/x-www-form-urlencoded", "text/plain"];
    const answers = await Promise.all(
      types.map((type) => send(chat, body, { ...headers, "content-type": type })),
    );
    const [first, ...others] = answers.map(({ accepted }) => accepted);
    expect(first).toMatchObject([{ payload: said }]);
    for (const other of others) expect(other).toEqual(first);
  });

  test("of Standard Webhooks cannot be divided in another way", async () => {
    const shop = defineWebhook("shop", { event: Message, signature: standardWebhooks() });
    // A customer wrote the text, and the sender signed it long ago.
    const body = JSON.stringify({ event_id: "e1", text: `x.${seconds}.event_id=e2&text=pay Eve&` });
    const signed = `msg_1.1600000000.${body}`;
    const mac = createHmac("sha256", Buffer.from(SECRET, "base64")).update(signed).digest("base64");
    const [id, rest] = signed.split(`.${seconds}.`) as [string, string];
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": seconds,
      "webhook-signature": `v1,${mac}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    expect(await send(shop, rest, headers)).toEqual({ status: 401, accepted: [] });
  });
});
