import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { answerEvent } from "../../lambdas/runtime/api/http-event.ts";
import type { Bindings } from "../../lambdas/runtime/api/operation.ts";
import type { SignIn } from "../../lambdas/runtime/api/ports.ts";
import { issued } from "../runtime/api/fixtures.ts";
import { testApi } from "../runtime/api/test-api.ts";

describe("a path that resolves to another route", () => {
  /** API Gateway has decoded the path once, and authorized it as it was sent. */
  async function ask(rawPath: string) {
    const reached: string[] = [];
    const app = new Hono<{ Bindings: Bindings }>();
    app.all("*", (context) => {
      reached.push(context.req.path);
      return context.json({});
    });
    const event = {
      rawPath,
      rawQueryString: "",
      headers: {},
      isBase64Encoded: false,
      requestContext: { domainName: "x.execute-api", http: { method: "POST", path: rawPath } },
    } as unknown as APIGatewayProxyEventV2;
    return { ...(await answerEvent(event, app)), reached };
  }

  test.each([
    "/iam/approvals/../workflows/make-film/pause",
    "/iam/approvals/x/../../workflows/make-film/pause",
    "/iam/approvals/./../workflows/make-film/pause",
    "/iam/approvals/..",
    "/iam/approvals/.",
    "/../iam/workflows/make-film/pause",
    "/iam/approvals/%2e%2e/workflows/make-film/pause",
    "/iam/approvals/%2E./workflows/make-film/pause",
    "/iam/approvals/%2e%2e%2fworkflows%2fmake-film%2fpause",
    "/iam/approvals%2F..%2Fworkflows/make-film/pause",
    "/iam/approvals/x%5c..%5cworkflows",
    "/iam/approvals/..\\workflows\\make-film\\pause",
    "/iam//workflows/make-film/pause",
    "//iam/workflows/make-film/pause",
    "/iam/workflows//make-film/pause",
    "/api/approvals/../workflows/make-film/pause",
    "/assets/../api/session",
  ])("%s is 400, and reaches none", async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ statusCode: 400, reached: [] });
    expect(JSON.parse(answer.body!)).toMatchObject({ error: { code: "bad-request", path: "path" } });
  });

  test.each([
    "/",
    "/iam/approvals/run-1/scenes[3]/editor",
    "/assets/index-a1.b2.js",
    "/api/events/film.wanted",
  ])("%s is taken", async (path) =>
    expect(await ask(path)).toMatchObject({ statusCode: 200, reached: [path] }),
  );
});

describe("a token of the issuer that says more than it may", () => {
  const signIn: SignIn = {
    by: "issuer",
    roleClaim: "groups",
    roles: { viewer: ["staff"], decider: ["editors"], operator: ["operators"] },
  };
  const session = (asking: ReturnType<typeof issued>) => testApi({ signIn }).get("/api/session", asking);

  test.each([
    ["a group with a space", ["not operators"]],
    ["a group that looks like a list", ["[operators]"]],
    ["a text that looks like a list", "[operators]"],
    ["a text of several words", "staff operators"],
    ["a text with commas", "staff,operators"],
    ["a list within a list", [["operators"]]],
    ["an object", { operators: true }],
  ])("%s gives no role", async (_, groups) => {
    expect((await session(issued({ groups }))).status).toBe(403);
  });

  test.each([
    ["no subject", issued({ groups: ["operators"], sub: undefined, email: "ada@example.com" })],
    ["an empty subject", issued({ groups: ["operators"], sub: "" })],
    ["a subject that is no text", issued({ groups: ["operators"], sub: ["ada"] })],
  ])("%s is no one", async (_, asking) => {
    expect((await session(asking)).status).toBe(401);
  });

  test.each([
    ["that is not verified", { email: "ada@example.com" }, "s-1"],
    ["that is not verified", { email: "ada@example.com", email_verified: false }, "s-1"],
    ["that a text calls verified", { email: "ada@example.com", email_verified: "true" }, "s-1"],
    ["that is verified", { email: "ada@example.com", email_verified: true }, "ada@example.com (s-1)"],
    ["and a user name of their own choice", { preferred_username: "root", username: "root" }, "s-1"],
  ])("an e-mail address %s names %j as the subject", async (_, claims, name) => {
    expect((await session(issued({ groups: ["staff"], ...claims }))).json).toMatchObject({ name });
  });

  test("another token than API Gateway has verified is refused", async () => {
    const verified = issued({ groups: ["staff"] });
    const { headers } = issued({ groups: ["operators"], sub: "s-2" });
    expect((await session({ ...verified, headers })).status).toBe(401);
  });

  test("two tokens in one header are refused", async () => {
    const one = issued({ groups: ["staff"] });
    const other = issued({ groups: ["operators"] }).headers.authorization;
    const headers = { authorization: `${other}, ${one.headers.authorization}` };
    expect((await session({ ...one, headers })).status).toBe(401);
  });
});

describe("what no answer gave, and what no form sends", () => {
  const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test.each([
    ["null", forge(null)],
    ["a number", forge(7)],
    ["too little", forge(["2026-01-01T00:00:00.000Z"])],
    ["an empty time", forge(["", "x"])],
    ["another time", forge(["zzzz", "x"])],
    ["an empty key", forge(["2026-01-01T00:00:00.000Z", ""])],
    ["a key that no table takes", forge(["2026-01-01T00:00:00.000Z", "x".repeat(1_025)])],
    ["deep nesting", Buffer.from("[".repeat(100_000)).toString("base64url")],
    ["no text", "%00%ff"],
  ])("a cursor of %s is 400", async (_, cursor) => {
    const answer = await testApi().get(`/api/runs?cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "bad-request" } } });
  });

  test.each([
    ["a list", `{"why":"x","payload":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["an object", `{"why":"x","payload":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
  ])("%s that is nested 100,000 deep is 400, and starts nothing", async (_, body) => {
    const { post, orders, sent } = testApi();
    for (const path of ["/api/events", "/api/runs", "/api/workflows/make-film/pause"])
      expect(await post(path, body)).toMatchObject({ status: 400, json: { error: { path: "body" } } });
    expect([...orders, ...sent]).toEqual([]);
  });
});
