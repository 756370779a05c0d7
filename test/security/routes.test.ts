import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { githubPushes } from "../../examples/triggers/triggers.ts";
import { api } from "../../lambdas/runtime/api/app.ts";
import type { SignIn } from "../../lambdas/runtime/api/ports.ts";
import { webhookRequests } from "../../lambdas/runtime/ingress/read-webhook.ts";
import { receive } from "../../lambdas/runtime/ingress/receive.ts";
import type { WebhookSpec } from "../../lib/contract/trigger/webhook.ts";
import { issued, run } from "../runtime/api/fixtures.ts";
import { testApi } from "../runtime/api/test-api.ts";
import { sharedTriggers } from "../shared-triggers.ts";
import { API_ROUTES, type ApiAttack } from "./api-routes.ts";

const ISSUER: SignIn = {
  by: "issuer",
  roleClaim: "groups",
  roles: { viewer: ["staff"], decider: ["editors"], operator: ["operators"] },
};
const DEEP = `{"why":"x","payload":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
const FORGED = Buffer.from('["zzzz","x"]').toString("base64url");

interface Asking {
  path: string;
  signIn?: SignIn;
  body?: unknown;
  headers?: Record<string, string | undefined>;
  authorizer?: { jwt: { claims: Record<string, unknown> } };
}

const as = (group: string) => ({ signIn: ISSUER, ...issued({ groups: [group] }) });

/** The requests of an attack on a route, and the status that refuses each. */
const MOUNTED: Record<ApiAttack, (route: string) => { status: number; asks: Asking[] }> = {
  "no credentials": (route) => ({
    status: 401,
    asks: [
      { path: `/api${filled(route)}`, headers: { authorization: undefined } },
      { path: `/api${filled(route)}`, headers: { authorization: "Bearer guessed" } },
      { path: `/iam${filled(route)}` },
      { path: `/api${filled(route)}`, signIn: ISSUER },
    ],
  }),
  "no role": (route) => ({ status: 403, asks: [{ path: `/api${filled(route)}`, ...as("visitors") }] }),
  "a viewer": (route) => ({
    status: 403,
    // A decision that others may make: an approval's route looks who decides.
    asks: [{ path: `/api${filled(route)}`, body: { decision: "approve", level: 0 }, ...as("staff") }],
  }),
  "a decider": (route) => ({ status: 403, asks: [{ path: `/api${filled(route)}`, ...as("editors") }] }),
  "no idempotency key": (route) => ({
    status: 400,
    asks: [{ path: `/api${filled(route)}`, headers: { "idempotency-key": undefined } }],
  }),
  "deep body": (route) => ({ status: 400, asks: [{ path: `/api${filled(route)}`, body: DEEP }] }),
  "forged cursor": (route) => ({
    status: 400,
    asks: [{ path: `/api${filled(route)}?cursor=${FORGED}` }],
  }),
  "too long a name": (route) => ({
    status: 400,
    asks: [{ path: `/api${filled(route, "x".repeat(1_001))}` }],
  }),
};

/** A route's path with something for each of its parameters. */
function filled(route: string, name = "make-film"): string {
  return route
    .replace(/^\w+ /, "")
    .replace(":of", "workflow")
    .replace(/:\w+(?:\{\.\+\})?/g, name);
}

/** What the app answers, whatever documents it. */
function routes(): string[] {
  const registered = api("api", testApi().ports).routes.filter(({ method }) => method !== "ALL");
  return [...new Set(registered.map(({ method, path }) => `${method} ${path}`))];
}

test("every route of the API has its attacks here, and no other has", () => {
  expect(routes().sort()).toEqual(Object.keys(API_ROUTES).sort());
});

const ATTACKS = Object.entries(API_ROUTES).flatMap(([route, attacks]) =>
  attacks.map((attack) => ({ route, attack })),
);

test.each(ATTACKS)("$route refuses: $attack", async ({ route, attack }) => {
  const { status, asks } = MOUNTED[attack](route);
  for (const { path, signIn, body, ...asking } of asks) {
    const { get, post, orders, sent } = testApi({
      ...(signIn && { signIn }),
      views: { runItem: async () => run() },
    });
    const valid = body ?? { why: "an attack" };
    const answer = route.startsWith("GET") ? await get(path, asking) : await post(path, valid, asking);
    expect([path, answer.status]).toEqual([path, status]);
    expect([...orders, ...sent]).toEqual([]);
  }
});

test("a route that changes something refuses all that read, and takes no change without a key", () => {
  for (const [route, attacks] of Object.entries(API_ROUTES))
    if (!route.startsWith("GET "))
      expect([route, attacks]).toEqual([
        route,
        expect.arrayContaining(["no credentials", "no role", "a viewer", "no idempotency key", "deep body"]),
      ]);
});

/** What API Gateway passes on to functions, and which authorizer it asks first. Without one, the function decides. */
const GATEWAY: Record<string, "NONE" | "AWS_IAM"> = {
  "GET /": "NONE",
  "GET /{proxy+}": "NONE",
  "GET /api/{proxy+}": "NONE",
  "POST /api/{proxy+}": "NONE",
  "GET /iam/{proxy+}": "AWS_IAM",
  "POST /iam/{proxy+}": "AWS_IAM",
  "POST /github-pushes": "NONE",
};

interface Webhook {
  trigger: WebhookSpec;
  sign(body: string, secret: string): Record<string, string>;
}

/** Every webhook by its route, and how its sender signs. */
const WEBHOOKS: Record<string, Webhook> = {
  "POST /github-pushes": {
    trigger: githubPushes,
    sign: (body, secret) => ({
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    }),
  },
};

test("every path that API Gateway passes on is here, and each webhook has its attacks", () => {
  const template = Template.fromJSON(
    JSON.parse(readFileSync(join(sharedTriggers(), "Triggers.template.json"), "utf8")),
  );
  const found = Object.values(template.findResources("AWS::ApiGatewayV2::Route"));
  expect(
    Object.fromEntries(found.map(({ Properties: of }) => [of.RouteKey, of.AuthorizationType ?? "NONE"])),
  ).toEqual(GATEWAY);
  // No way to a function past these routes.
  for (const type of ["AWS::Lambda::Url", "AWS::ApiGateway::RestApi"]) template.resourceCountIs(type, 0);
  const webhooks = Object.keys(GATEWAY).filter((route) => !/ \/(?:\{|api\/|iam\/|$)/.test(route));
  expect(webhooks).toEqual(Object.keys(WEBHOOKS));
}, 240_000);

const DEEP_BODY = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

describe.each(Object.entries(WEBHOOKS))("%s", (_, { trigger, sign }) => {
  test.each<[string, number, string, Record<string, string>]>([
    ["the sender's own request", 202, "{}", sign("{}", "secret")],
    ["no signature", 401, "{}", {}],
    ["another's signature", 401, "{}", sign("{}", "guessed")],
    ["another body under the signature", 401, '{"forged":true}', sign("{}", "secret")],
    ["an empty secret", 401, "{}", sign("{}", "")],
    ["too large a body", 413, "x".repeat(trigger.largest + 1), {}],
    ["a body that is nested too deep", 400, DEEP_BODY, sign(DEEP_BODY, "secret")],
  ])("%s is %i", async (_, status, body, headers) => {
    const accepted: unknown[] = [];
    const ignore = () => {};
    const answer = await receive({ id: "r", headers, body: Buffer.from(body) }, trigger, webhookRequests, {
      secrets: { valid: async () => ["secret"], readSince: async () => ["secret"] },
      async accept(occurrences) {
        accepted.push(...occurrences);
        return ["published"];
      },
      now: () => 1_700_000_000_000,
      log: { info: ignore, warn: ignore, error: ignore },
      metrics: { count: ignore, milliseconds: ignore },
    });
    expect([answer.status, accepted.length]).toEqual([status, status === 202 ? 1 : 0]);
  });
});
