import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { cloud, FUNCTION, GUARD, json, NOW } from "./harness.ts";

const SECONDS = NOW / 1000;
const key = generateKeyPairSync("rsa", { modulusLength: 2048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
let server: Server;
let issuer: string;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const keys = [
      { ...key.publicKey.export({ format: "jwk" }), kid: "k1" },
      { ...elliptic.publicKey.export({ format: "jwk" }), kid: "k2" },
    ];
    response.end(JSON.stringify(url === "/keys" ? { keys } : { jwks_uri: `${issuer}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

function token(
  claims: object,
  {
    privateKey = key.privateKey,
    kid = "k1",
    alg = "RS256",
  }: { privateKey?: KeyObject; kid?: string; alg?: string } = {},
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const valid = { iss: issuer, aud: "films", exp: SECONDS + 60, sub: "ada" };
  const signed = `${part({ alg, kid })}.${part({ ...valid, ...claims })}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

async function guarded(AuthorizationScopes?: string[]) {
  const local = cloud();
  const id = await local.api({
    routes: { "GET /": { AuthorizationType: "JWT", ...(AuthorizationScopes && { AuthorizationScopes }) } },
    authorizer: {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: issuer, Audience: ["films", "music"] },
    },
  });
  const get = (authorization?: string) =>
    local.send(id, "GET", "/", { headers: authorization === undefined ? {} : { authorization } });
  return { local, get };
}

test("a valid token lets the request pass, with its claims", async () => {
  const { local, get } = await guarded();
  expect((await get(`Bearer ${token({ groups: ["a", "b"], email_verified: true })}`)).status).toBe(200);
  expect((await get(token({ aud: ["other", "music"] }))).status).toBe(200);
  expect((await get(token({ aud: undefined, client_id: "films" }))).status).toBe(200);
  expect(local.events()[0].requestContext.authorizer).toEqual({
    jwt: {
      claims: {
        iss: issuer,
        aud: "films",
        exp: String(SECONDS + 60),
        sub: "ada",
        groups: "[a b]",
        email_verified: "true",
      },
      scopes: null,
    },
  });
});

test.each<[string, () => string | undefined]>([
  ["no token", () => undefined],
  ["no token at all", () => "Basic YTpi"],
  ["a token of another issuer", () => token({}, { privateKey: foreign.privateKey })],
  [
    "a token that was changed",
    () => token({}).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"eve"}').toString("base64url")}.`),
  ],
  ["a key that the issuer does not have", () => token({}, { kid: "k9" })],
  ["another kind of key", () => token({}, { kid: "k2" })],
  ["no signature", () => token({}, { alg: "none" })],
  ["an algorithm with a shared secret", () => token({}, { alg: "HS256" })],
  ["an algorithm of the prototype", () => token({}, { alg: "constructor" })],
  ["another issuer", () => token({ iss: "http://127.0.0.1:1" })],
  ["another audience", () => token({ aud: "games" })],
  ["a token that has expired", () => token({ exp: SECONDS })],
  ["a token that never expires", () => token({ exp: undefined })],
  ["a token that is not valid yet", () => token({ nbf: SECONDS + 1 })],
  ["a token from the future", () => token({ iat: SECONDS + 1 })],
])("%s is unauthorized", async (_, authorization) => {
  const { local, get } = await guarded();
  const response = await get(authorization());
  expect([response.status, json(response)]).toEqual([401, { message: "Unauthorized" }]);
  expect(response.headers["www-authenticate"]).toMatch(/^Bearer/);
  expect(local.calls).toEqual([]);
});

test("a route may ask for a scope", async () => {
  const { local, get } = await guarded(["films/write", "films/admin"]);
  expect((await get(token({ scope: "films/read" }))).status).toBe(403);
  expect((await get(token({ scope: "films/read films/write" }))).status).toBe(200);
  expect((await get(token({ scp: ["films/admin"] }))).status).toBe(200);
  expect(local.events()[0].requestContext.authorizer.jwt.scopes).toEqual(["films/read", "films/write"]);
});

test("an issuer that cannot be reached is an internal error, and reported", async () => {
  const local = cloud();
  const id = await local.api({
    routes: { "GET /": { AuthorizationType: "JWT" } },
    authorizer: {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "http://127.0.0.1:1", Audience: ["films"] },
    },
  });
  const response = await local.send(id, "GET", "/", { headers: { authorization: token({}) } });
  expect(response.status).toBe(500);
  expect(local.log.join()).toContain("the keys of http://127.0.0.1:1 cannot be had");
});

async function asked(answer: unknown, properties: object = {}) {
  const local = cloud();
  local.behaviour.answer = ({ input }) => {
    if (input.FunctionName === FUNCTION) return { Payload: '"in"' };
    if (answer instanceof Error) throw answer;
    return { Payload: JSON.stringify(answer) };
  };
  const id = await local.api({
    routes: { "GET /films/{id}": { AuthorizationType: "CUSTOM" }, "GET /open": {} },
    authorizer: {
      AuthorizerType: "REQUEST",
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${GUARD}/invocations`,
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.x-key", "$request.querystring.user"],
      ...properties,
    },
  });
  const get = (path: string, key = "k") => local.send(id, "GET", path, { headers: { "x-key": key } });
  const guards = () => local.calls.filter(({ input }) => input.FunctionName === GUARD);
  return { local, id, get, guards };
}

test("a function may authorize, and pass values to the integration", async () => {
  const { local, id, get, guards } = await asked({ isAuthorized: true, context: { tenant: "t1" } });
  const response = await get("/films/7?user=ada");
  expect(response.status).toBe(200);
  expect(JSON.parse(guards()[0]!.input.Payload)).toMatchObject({
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:us-east-1:000000000000:${id}/$default/GET/films/7`,
    identitySource: ["k", "ada"],
    routeKey: "GET /films/{id}",
    pathParameters: { id: "7" },
    requestContext: { http: { method: "GET" } },
  });
  expect(local.events()[1].requestContext.authorizer).toEqual({ lambda: { tenant: "t1" } });
});

test("a function may refuse; without its identity sources it is not called; an open route calls none", async () => {
  const { get, guards, local, id } = await asked({ isAuthorized: false });
  const refused = await get("/films/7?user=ada");
  expect([refused.status, json(refused)]).toEqual([403, { message: "Forbidden" }]);
  expect((await get("/films/7")).status).toBe(401);
  expect((await local.send(id, "GET", "/films/7?user=ada")).status).toBe(401);
  expect(guards()).toHaveLength(1);
  expect((await get("/open")).status).toBe(200);
});

test("the response of a function is cached as long as allowed, by identity", async () => {
  const { get, guards, local } = await asked({ isAuthorized: true }, { AuthorizerResultTtlInSeconds: 60 });
  await get("/films/7?user=ada");
  await get("/films/8?user=ada");
  expect(guards()).toHaveLength(1);
  await get("/films/7?user=ada", "other");
  expect(guards()).toHaveLength(2);
  local.clock.advanceTo(NOW + 60_000);
  await get("/films/7?user=ada");
  expect(guards()).toHaveLength(3);
});

test.each([
  { isAuthorized: "yes" },
  null,
  { policyDocument: {} },
  new ServiceError("ResourceNotFoundException", "Gone."),
])("an authorizer that does not decide is an internal error and is called again: %j", async (answer) => {
  const { get, guards, local } = await asked(answer, { AuthorizerResultTtlInSeconds: 60 });
  expect((await get("/films/7?user=ada")).status).toBe(500);
  expect((await get("/films/7?user=ada")).status).toBe(500);
  expect(guards()).toHaveLength(2);
  expect(local.log.join()).toContain(`the authorizer ${GUARD} gave no decision`);
});

test("a function may answer with a policy, which is evaluated for each route while it is cached", async () => {
  const Resource = "arn:aws:execute-api:us-east-1:000000000000:*/$default/GET/films/7";
  const policyDocument = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource }],
  };
  const { get, guards, local } = await asked(
    { principalId: "ada", policyDocument, context: { tenant: "t1" } },
    { EnableSimpleResponses: false, AuthorizerResultTtlInSeconds: 60 },
  );
  expect((await get("/films/7?user=ada")).status).toBe(200);
  expect(local.events()[1].requestContext.authorizer).toEqual({ lambda: { tenant: "t1" } });
  const refused = await get("/films/8?user=ada");
  expect([refused.status, json(refused)]).toEqual([403, { message: "Forbidden" }]);
  expect(guards()).toHaveLength(1);
});

test("a policy that denies wins over one that allows", async () => {
  const statement = (Effect: string) => ({ Effect, Action: "execute-api:*", Resource: "*" });
  const policyDocument = { Statement: [statement("Allow"), statement("Deny")] };
  const { get } = await asked({ principalId: "ada", policyDocument }, { EnableSimpleResponses: false });
  expect((await get("/films/7?user=ada")).status).toBe(403);
});

test("a route with AWS_IAM requires a signature of an identity that may invoke it", async () => {
  const local = cloud();
  const id = await local.api({ routes: { "GET /": { AuthorizationType: "AWS_IAM" } } });
  const credential =
    "AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/execute-api/aws4_request, Signature=0";
  const get = async (headers: Record<string, string>) =>
    (await local.send(id, "GET", "/", { headers })).status;
  expect(await get({})).toBe(403);
  expect(await get({ authorization: credential })).toBe(200);
  // The signature is not checked: a page could write any.
  expect(await get({ authorization: credential, origin: "https://evil.example" })).toBe(403);
  expect(await get({ authorization: credential, "sec-fetch-site": "same-origin" })).toBe(403);
  expect(local.events()[0].requestContext.authorizer.iam).toEqual({
    accessKey: "KEY",
    accountId: "000000000000",
    userArn: "arn:aws:iam::000000000000:root",
  });
  local.kernel.authorizer = (_context, service, operation, input) => {
    expect([service, operation]).toEqual(["execute-api", "Invoke"]);
    expect(input.Resource).toBe(`arn:aws:execute-api:us-east-1:000000000000:${id}/$default/GET/`);
    throw new ServiceError("AccessDeniedException", "no");
  };
  expect(await get({ authorization: credential })).toBe(403);
});
