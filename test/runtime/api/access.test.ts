import { describe, expect, test } from "vitest";
import type { ApiPorts, SignIn } from "../../../lambdas/runtime/api/ports.ts";
import { tokenCheck } from "../../../lambdas/runtime/api/token.ts";
import { issued, TOKEN } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const WHY = { why: "a test" };
const PAUSE = "/api/workflows/make-film/pause";
const ISSUER: SignIn = {
  by: "issuer",
  roleClaim: "groups",
  roles: { viewer: ["everyone"], decider: ["editors"], operator: ["operators"] },
};

describe("by the deployment's token", () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ["no token", { authorization: undefined }, "The request has no token"],
    ["another token", { authorization: "Bearer guessed" }, "is not valid"],
    ["another scheme", { authorization: `Basic ${TOKEN}` }, "The request has no token"],
    ["a token that begins as the right one", { authorization: `Bearer ${TOKEN}x` }, "is not valid"],
    ["an empty token", { authorization: "Bearer " }, "The request has no token"],
  ])("%s is refused, whatever the route", async (_, headers, says) => {
    const { get, post, orders } = testApi();
    for (const path of ["/api/session", "/api/openapi.json", "/api/nothing"]) {
      const answer = await get(path, { headers });
      expect(answer).toMatchObject({ status: 401, json: { error: { code: "unauthenticated" } } });
      expect(answer.json.error.message).toContain(says);
    }
    expect((await post(PAUSE, WHY, { headers })).status).toBe(401);
    expect(orders).toEqual([]);
  });

  test("the token in an address is not accepted", async () => {
    expect(
      (await testApi().get(`/api/session?token=${TOKEN}`, { headers: { authorization: undefined } })).status,
    ).toBe(401);
  });

  test("the token grants the operator role, under the token's name", async () => {
    const { get, post, orders } = testApi();
    expect((await get("/api/session")).json).toEqual({
      name: "token",
      role: "operator",
      can: { decide: true, operate: true },
      app: { name: "Films", region: "eu-central-1", deployedOn: "aws" },
    });
    expect((await post(PAUSE, { ...WHY, by: "another user" })).status).toBe(200);
    expect(orders).toEqual([
      { action: "pause", target: { workflow: "make-film" }, why: "a test", by: "token", key: "k1" },
    ]);
  });

  test("answers must not be cached by proxies", async () => {
    const { headers } = await testApi().get("/api/session");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("by an issuer", () => {
  const as = (claims: Record<string, unknown>) => ({
    ...testApi({ signIn: ISSUER }),
    asking: issued(claims),
  });

  test.each([
    ["viewer", { groups: "everyone" }, [403, 403]],
    ["decider", { groups: ["everyone", "editors"] }, [403, 404]],
    ["operator", { groups: ["operators"] }, [200, 404]],
  ])(
    "a %s may do what the role allows, and sends commands under the subject",
    async (role, held, [order, decision]) => {
      const { get, post, orders, asking } = as(held);
      expect((await get("/api/session", asking)).json).toMatchObject({ name: "s-1", role });
      expect((await post(PAUSE, WHY, asking)).status).toBe(order);
      const decide = await post("/api/approvals/r/editor", { decision: "approve", level: 1 }, asking);
      expect(decide.status).toBe(decision);
      expect(orders.map(({ by }) => by)).toEqual(order === 200 ? ["s-1"] : []);
    },
  );

  test.each([
    ["a claim that gives no role", { groups: "visitors" }],
    ["no such claim", { roles: "operators" }],
    ["a role's name inside of another", { groups: ["not-operators", "operators2"] }],
  ])("%s is forbidden", async (_, claims) => {
    const { get, asking } = as(claims);
    expect(await get("/api/session", asking)).toMatchObject({
      status: 403,
      json: { error: { code: "forbidden" } },
    });
  });

  test("a request that API Gateway has not checked is refused, even with the token of another mode", async () => {
    expect((await testApi({ signIn: ISSUER }).get("/api/session")).status).toBe(401);
  });
});

describe("by IAM", () => {
  const authorizer = { iam: { userArn: "arn:aws:sts::1:assumed-role/ops/ada" } };

  test("the caller's ARN is the operator", async () => {
    const { get, post, orders } = testApi();
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
    expect((await get("/iam/session", { headers, authorizer })).json).toMatchObject({
      name: authorizer.iam.userArn,
      role: "operator",
    });
    expect((await post(PAUSE.replace("api", "iam"), WHY, { headers, authorizer })).status).toBe(200);
    expect(orders).toMatchObject([{ by: authorizer.iam.userArn }]);
  });

  test("the token does not work there, and a signature does not work under /api", async () => {
    expect((await testApi().get("/iam/session")).status).toBe(401);
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
    expect((await testApi().get("/api/session", { headers, authorizer })).status).toBe(401);
  });
});

test("the token is read again if one does not match, but not for each such request", async () => {
  const reads: number[] = [];
  let value = "first";
  const isToken: ApiPorts["isToken"] = tokenCheck({
    async valid(maxAge) {
      reads.push(maxAge);
      return maxAge <= 10_000 ? [value] : ["first"];
    },
  });
  expect(await isToken("first")).toBe(true);
  expect(reads).toHaveLength(1);
  value = "second";
  expect(await isToken("second")).toBe(true);
  expect(await isToken("third")).toBe(false);
  expect(Math.min(...reads)).toBeGreaterThan(0);
});
