import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { OutboundError } from "../../../local/kernel/outbound.ts";
import { DEAD } from "../stand-ins.ts";
import { destinationCloud } from "./destination-cloud.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("the operations answer as they were recorded in an account", async () => {
  const { apiKey, events } = destinationCloud();
  const ConnectionArn = await apiKey();
  const created = await events("CreateApiDestination", {
    Name: "d",
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint: "https://example.com/api",
    Description: "Test API destination",
  });
  expect(Object.keys(created).sort()).toEqual([
    "ApiDestinationArn",
    "ApiDestinationState",
    "CreationTime",
    "LastModifiedTime",
  ]);
  const { ApiDestinationArn } = created;
  expect(ApiDestinationArn).toMatch(/:api-destination\/d\/[0-9a-f-]{36}$/);
  const settings = {
    ApiDestinationArn,
    ApiDestinationState: "ACTIVE",
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint: "https://example.com/api",
    InvocationRateLimitPerSecond: 300,
    Name: "d",
  };
  const described = await events("DescribeApiDestination", { Name: "d" });
  expect(described).toMatchObject({ ...settings, Description: "Test API destination" });
  const { ApiDestinations } = await events("ListApiDestinations", { ConnectionArn });
  expect(ApiDestinations).toMatchObject([settings]);
  expect(ApiDestinations[0]).not.toHaveProperty("Description");
  await events("UpdateApiDestination", { Name: "d", HttpMethod: "PUT" });
  expect(await events("DescribeApiDestination", { Name: "d" })).toMatchObject({
    ApiDestinationArn,
    HttpMethod: "PUT",
    Description: "Test API destination",
  });
  await events("DeauthorizeConnection", { Name: "key" });
  expect(await events("DescribeApiDestination", { Name: "d" })).toMatchObject({
    ApiDestinationState: "INACTIVE",
  });
  expect(await events("DeleteApiDestination", { Name: "d" })).toEqual({});
  await expect(events("DescribeApiDestination", { Name: "d" })).rejects.toThrow(
    "Failed to describe the api-destination(s). An api-destination 'd' does not exist.",
  );
});

test.each([
  [
    { HttpMethod: "INVALID" },
    "Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]",
  ],
  [{ ConnectionArn: "nothing" }, "Value 'nothing' at 'connectionArn' failed to satisfy constraint"],
  [{ InvocationEndpoint: "http://example.com/" }, "http://example.com/ is not called"],
  [{ InvocationRateLimitPerSecond: 0 }, "Member must have value greater than or equal to 1"],
])("a destination with %j is refused", async (changed, message) => {
  const { apiKey, rule } = destinationCloud();
  await expect(rule(await apiKey(), changed)).rejects.toThrow(message);
});

test("a target without a role is refused, and so are parameters for another kind of target", async () => {
  const { apiKey, rule, events } = destinationCloud();
  const ConnectionArn = await apiKey();
  await expect(rule(ConnectionArn, {}, { RoleArn: undefined })).rejects.toThrow("RoleArn is required");
  const Targets = [{ Id: "q", Arn: DEAD, HttpParameters: { PathParameterValues: ["a"] } }];
  await expect(events("PutTargets", { Rule: "r", Targets })).rejects.toThrow("HttpParameters");
});

test("an event reaches the endpoint with the service's headers and the connection's authorization", async () => {
  const { apiKey, rule, put, settle, reached } = destinationCloud();
  await rule(await apiKey());
  await put({ id: 7 });
  await settle();
  expect(reached).toHaveLength(1);
  const [{ method, url, headers, body }] = reached as [(typeof reached)[0]];
  expect([method, url]).toEqual(["POST", "https://api.example.com/orders"]);
  expect(headers).toEqual({
    "user-agent": "Amazon/EventBridge/ApiDestinations",
    range: "bytes=0-1048575",
    "accept-encoding": "gzip,deflate",
    "content-type": "application/json; charset=utf-8",
    "x-key": "k",
  });
  expect(JSON.parse(body!)).toMatchObject({ source: "shop", detail: { id: 7 } });
});

test("path values, parameters of target and connection, and the transformed input make the request", async () => {
  const { connection, rule, put, settle, reached } = destinationCloud();
  const parameter = (Key: string, Value: string) => ({ Key, Value });
  const ConnectionArn = await connection("basic", "BASIC", {
    BasicAuthParameters: { Username: "user", Password: "pass" },
    InvocationHttpParameters: {
      HeaderParameters: [parameter("X-Tenant", "of connection"), parameter("Host", "evil")],
      QueryStringParameters: [parameter("q", "of connection")],
      BodyParameters: [parameter("token", "t")],
    },
  });
  await rule(
    ConnectionArn,
    { InvocationEndpoint: "https://api.example.com/*/orders/*?fixed=1", HttpMethod: "PUT" },
    {
      InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate: '{"order": <id>}' },
      HttpParameters: {
        PathParameterValues: ["eu", "$.detail.id"],
        HeaderParameters: {
          "x-tenant": "of target",
          "x-own": "$.detail.kind",
          "content-type": "application/vnd.order+json",
          "user-agent": "mine",
        },
        QueryStringParameters: { q: "of target", kind: "$.detail.kind" },
      },
    },
  );
  await put({ id: "a/b", kind: "new & old" });
  await settle();
  const [{ method, url, headers, body }] = reached as [(typeof reached)[0]];
  expect(method).toBe("PUT");
  expect(url).toBe("https://api.example.com/eu/orders/a%2Fb?fixed=1&q=of%20connection&kind=new%20%26%20old");
  expect(headers).toMatchObject({
    authorization: `Basic ${Buffer.from("user:pass").toString("base64")}`,
    "x-tenant": "of connection",
    "x-own": "new & old",
    "content-type": "application/vnd.order+json",
    "user-agent": "Amazon/EventBridge/ApiDestinations",
  });
  expect(headers).not.toHaveProperty("host");
  expect(JSON.parse(body!)).toEqual({ order: "a/b", token: "t" });
});

test.each([401, 407, 409, 429, 500, 503])(
  "status %i is retried until the endpoint accepts the event",
  async (status) => {
    const { apiKey, rule, put, advance, reached, answers } = destinationCloud();
    await rule(await apiKey());
    answers.next = () => ({ status: reached.length < 3 ? status : 204 });
    await put();
    await advance(HOUR);
    expect(reached).toHaveLength(3);
  },
);

test.each([302, 400, 403, 404, 410])("status %i ends in the dead-letter queue at once", async (status) => {
  const { apiKey, rule, put, advance, reached, answers, calls } = destinationCloud();
  await rule(await apiKey(), {}, { DeadLetterConfig: { Arn: DEAD } });
  answers.next = () => ({ status });
  await put();
  await advance(HOUR);
  expect(reached).toHaveLength(1);
  const { MessageAttributes } = calls[0]!.input;
  expect(MessageAttributes.ERROR_CODE.StringValue).toBe("SDK_CLIENT_ERROR");
  expect(MessageAttributes.ERROR_MESSAGE.StringValue).toBe(
    `Unable to invoke ApiDestination endpoint: the endpoint answered with status ${status}.`,
  );
  expect(MessageAttributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
});

test.each([
  ["timeout", "Timeout calling endpoint for API Destination: socket closed."],
  ["unreachable", "API destination endpoint cannot be reached."],
] as const)("an endpoint with %s is retried as often as the policy says", async (reason, message) => {
  const { apiKey, rule, put, advance, reached, answers, calls } = destinationCloud();
  const RetryPolicy = { MaximumRetryAttempts: 2 };
  await rule(await apiKey(), {}, { DeadLetterConfig: { Arn: DEAD }, RetryPolicy });
  answers.next = () => {
    throw new OutboundError(reason, "gone");
  };
  await put();
  await advance(HOUR);
  expect(reached).toHaveLength(3);
  const { MessageAttributes } = calls[0]!.input;
  expect(MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: "SDK_CLIENT_ERROR" },
    EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
    RETRY_ATTEMPTS: { StringValue: "2" },
  });
  expect(MessageAttributes.ERROR_MESSAGE.StringValue).toContain(
    `Unable to invoke ApiDestination endpoint: ${message}`,
  );
});

test.each([
  ["a number", () => "900"],
  ["a date", (now: number) => new Date(now + 15 * MINUTE).toUTCString()],
])("Retry-After as %s postpones the next attempt", async (_form, value) => {
  const { apiKey, rule, put, advance, reached, answers, clock } = destinationCloud();
  await rule(await apiKey());
  answers.next = () =>
    reached.length === 1 ? { status: 503, headers: [["Retry-After", value(clock.now())]] } : {};
  await put();
  await advance(HOUR);
  const [first, second] = reached;
  expect(second!.time - first!.time).toBeGreaterThanOrEqual(15 * MINUTE - 1000);
  expect(reached).toHaveLength(2);
});

test("a negative Retry-After ends the retries", async () => {
  const { apiKey, rule, put, advance, reached, answers, log } = destinationCloud();
  await rule(await apiKey());
  answers.next = () => ({ status: 503, headers: [["retry-after", "-1"]] });
  await put();
  await advance(HOUR);
  expect(reached).toHaveLength(1);
  expect(log).toEqual([expect.stringContaining("The target has no dead-letter queue")]);
});

test("a destination is invoked as often as its rate allows, and waiting is no attempt", async () => {
  const { apiKey, rule, put, advance, reached, clock, calls } = destinationCloud();
  const target = { DeadLetterConfig: { Arn: DEAD }, RetryPolicy: { MaximumRetryAttempts: 0 } };
  await rule(await apiKey(), { InvocationRateLimitPerSecond: 3 }, target);
  const began = clock.now();
  await put({}, 10);
  await advance(MINUTE);
  expect(reached.map(({ time }) => Math.floor((time - began) / 1000))).toEqual([
    0, 0, 0, 1, 1, 1, 2, 2, 2, 3,
  ]);
  expect(calls).toEqual([]);
});

test("what waits longer than an event may age goes to the dead-letter queue", async () => {
  const { apiKey, rule, put, advance, reached, calls } = destinationCloud();
  const target = { DeadLetterConfig: { Arn: DEAD }, RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
  await rule(await apiKey(), { InvocationRateLimitPerSecond: 1 }, target);
  for (let at = 0; at < 7; at++) await put({}, 10);
  await advance(5 * MINUTE);
  expect(reached).toHaveLength(61);
  expect(calls).toHaveLength(9);
  expect(calls[0]!.input.MessageAttributes.EXHAUSTED_RETRY_CONDITION.StringValue).toBe(
    "MaximumEventAgeInSeconds",
  );
});

test("a token is kept until it expires or is refused", async () => {
  const { connection, rule, put, advance, settle, reached, answers } = destinationCloud();
  let tokens = 0;
  let refused: string | undefined;
  answers.next = ({ url, headers }) => {
    if (url.includes("/token")) {
      return { body: Buffer.from(`{"access_token":"${++tokens}","expires_in":600}`) };
    }
    return { status: headers.authorization === refused ? 401 : 200 };
  };
  await rule(
    await connection("oauth", "OAUTH_CLIENT_CREDENTIALS", {
      OAuthParameters: {
        AuthorizationEndpoint: "https://id.example.com/token",
        ClientParameters: { ClientID: "client", ClientSecret: "hush" },
        HttpMethod: "POST",
      },
    }),
  );
  const used = () =>
    reached.filter(({ url }) => !url.includes("/token")).map(({ headers }) => headers.authorization);
  await put();
  await put();
  await settle();
  await advance(8 * MINUTE);
  await put();
  await settle();
  expect(used()).toEqual(["Bearer 1", "Bearer 1", "Bearer 1"]);
  await advance(MINUTE + 1000);
  await put();
  await settle();
  expect(used().at(-1)).toBe("Bearer 2");
  refused = "Bearer 2";
  await put();
  await advance(MINUTE);
  expect(used().slice(-2)).toEqual(["Bearer 2", "Bearer 3"]);
});

test("a destination that was deleted is not retried", async () => {
  const { apiKey, rule, put, advance, reached, events, calls } = destinationCloud();
  await rule(await apiKey(), {}, { DeadLetterConfig: { Arn: DEAD } });
  await events("DeleteApiDestination", { Name: "shop" });
  await put();
  await advance(HOUR);
  expect(reached).toEqual([]);
  expect(calls[0]!.input.MessageAttributes.ERROR_CODE.StringValue).toBe("NO_RESOURCE");
});

test("a compressed response that unfolds beyond the limit is refused", async () => {
  const { apiKey, rule, events, answers } = destinationCloud();
  const ApiDestinationArn = await rule(await apiKey());
  const answered = (encoding: string, body: Buffer) => {
    answers.next = () => ({ headers: [["Content-Encoding", encoding]], body });
    return events("InvokeApiDestination", { ApiDestinationArn, Body: "{}" });
  };
  expect(await answered("gzip", gzipSync("ok"))).toEqual({ Body: "ok" });
  const large = Buffer.alloc(65 * 2 ** 20);
  const refused = { code: "SDK_CLIENT_ERROR", message: expect.stringContaining("cannot be decompressed") };
  await expect(answered("gzip", gzipSync(large))).rejects.toMatchObject(refused);
  await expect(answered("deflate", deflateSync(large))).rejects.toMatchObject(refused);
  await expect(answered("deflate", deflateRawSync(large))).rejects.toMatchObject(refused);
});
