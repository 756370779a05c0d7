import { expect, test } from "vitest";
import { apigatewayResources } from "../../../local/apigateway/resources.ts";
import { cloud, FUNCTION, GUARD, ROLE } from "./harness.ts";

test("an API has an address on this machine that stays the same", async () => {
  const { deploy } = cloud();
  const properties = { Name: "films", ProtocolType: "HTTP" };
  const api = await deploy("Api", "Api", properties);
  expect(api.ref).toMatch(/^[a-z0-9]{10}$/);
  expect(api.attributes).toEqual({ ApiId: api.ref, ApiEndpoint: `http://127.0.0.1:4566/_api/${api.ref}` });
  expect((await cloud().deploy("Api", "Api", properties)).ref).toBe(api.ref);
  expect((await deploy("Api", "Other", properties)).ref).not.toBe(api.ref);
});

test("parts refer to each other by what they give", async () => {
  const { deploy } = cloud();
  const { ref: ApiId } = await deploy("Api", "Api", { Name: "films", ProtocolType: "HTTP" });
  const integration = {
    ApiId,
    IntegrationType: "AWS_PROXY",
    IntegrationUri: FUNCTION,
    PayloadFormatVersion: "2.0",
  };
  const { ref } = await deploy("Integration", "Integration", integration);
  expect((await deploy("Integration", "Integration", integration)).ref).toBe(ref);
  const route = await deploy("Route", "Route", { ApiId, RouteKey: "GET /", Target: `integrations/${ref}` });
  expect(route.attributes).toEqual({ RouteId: route.ref });
  expect((await deploy("Stage", "Stage", { ApiId, StageName: "$default", AutoDeploy: "true" })).ref).toBe(
    "$default",
  );
  expect((await deploy("Deployment", "Deployment", { ApiId })).ref).toMatch(/^[a-z0-9]{10}$/);
});

test("a start updates the API to its template: parts that the template no longer has are removed", async () => {
  const local = cloud();
  const id = await local.api({ routes: { "GET /a": {}, "GET /b": {} } });
  expect((await local.send(id, "GET", "/b")).status).toBe(200);
  await local.api({ routes: { "GET /a": {} } });
  expect((await local.send(id, "GET", "/a")).status).toBe(200);
  expect((await local.send(id, "GET", "/b")).status).toBe(404);
  apigatewayResources.find(({ type }) => type.endsWith("::Api"))!.remove!(id, local.kernel);
  expect((await local.send(id, "GET", "/a")).status).toBe(404);
});

const PROXY = { IntegrationType: "AWS_PROXY", PayloadFormatVersion: "2.0" };
const SUBTYPE = { ...PROXY, IntegrationSubtype: "SQS-SendMessage", CredentialsArn: ROLE };
const REQUEST = { AuthorizerType: "REQUEST", Name: "guard", AuthorizerUri: GUARD };

test.each<[string, object, string]>([
  ["Api", { Name: "a", ProtocolType: "WEBSOCKET" }, "HTTP, not WEBSOCKET"],
  ["Api", { Name: "a", ProtocolType: "HTTP", Body: {} }, "does not serve Body of apis"],
  ["Api", { Name: "a", ProtocolType: "HTTP", DisableExecuteApiEndpoint: true }, "DisableExecuteApiEndpoint"],
  ["Integration", { IntegrationType: "MOCK" }, "not MOCK"],
  [
    "Integration",
    { IntegrationType: "HTTP_PROXY", IntegrationUri: "https://x.example" },
    "IntegrationMethod",
  ],
  [
    "Integration",
    { IntegrationType: "HTTP_PROXY", IntegrationUri: "film" },
    "IntegrationUri film is no address",
  ],
  ["Integration", { ...PROXY, IntegrationUri: "arn:aws:sqs:us-east-1:000000000000:q" }, "IntegrationUri"],
  ["Integration", { ...PROXY, IntegrationUri: FUNCTION, PayloadFormatVersion: "1.0" }, "2.0, not 1.0"],
  [
    "Integration",
    { ...PROXY, IntegrationUri: FUNCTION, TimeoutInMillis: 30_001 },
    "between 50 ms and 30000 ms",
  ],
  ["Integration", { ...PROXY, IntegrationUri: FUNCTION, ConnectionType: "VPC_LINK" }, "VPC_LINK"],
  [
    "Integration",
    { ...PROXY, IntegrationUri: FUNCTION, RequestParameters: { "append:body": "x" } },
    "append:body",
  ],
  ["Integration", { ...SUBTYPE, IntegrationSubtype: "Kinesis-PutRecord" }, "Kinesis-PutRecord"],
  ["Integration", { ...SUBTYPE, IntegrationSubtype: "toString" }, "toString"],
  ["Integration", { ...SUBTYPE, CredentialsArn: undefined }, "needs a CredentialsArn"],
  [
    "Integration",
    { ...SUBTYPE, RequestParameters: { MessageBody: "$request.body" } },
    "QueueUrl is required",
  ],
  ["Integration", { ...SUBTYPE, RequestParameters: { Region: "eu-west-1" } }, "Region of SQS-SendMessage"],
  ["Route", { RouteKey: "FETCH /", Target: "integrations/i" }, "route key"],
  ["Route", { RouteKey: "GET /" }, "needs a Target"],
  ["Route", { RouteKey: "GET /", Target: "integrations/i", AuthorizationType: "KEY" }, "KEY of route GET /"],
  [
    "Route",
    { RouteKey: "GET /", Target: "integrations/i", AuthorizationType: "JWT" },
    "needs an AuthorizerId",
  ],
  ["Stage", { StageName: "a b" }, "no name of a stage"],
  [
    "Authorizer",
    {
      AuthorizerType: "JWT",
      Name: "guard",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://login.example/pool", Audience: ["a"] },
    },
    "https://login.example/pool, which is not on this machine",
  ],
  ["Authorizer", { ...REQUEST, AuthorizerPayloadFormatVersion: "1.0" }, "2.0, not 1.0"],
  [
    "Authorizer",
    {
      ...REQUEST,
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
    },
    "without an IdentitySource",
  ],
])("%s %j is refused by name", async (type, properties, message) => {
  const { deploy } = cloud();
  const { ref: ApiId } = await deploy("Api", "Api", { Name: "films", ProtocolType: "HTTP" });
  const given = type === "Api" ? properties : { ApiId, ...properties };
  await expect(deploy(type, "Refused", given)).rejects.toThrow(message);
});
