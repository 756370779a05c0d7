import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetRoutesCommand,
  NotFoundException,
} from "@aws-sdk/client-apigatewayv2";
import { expect, test } from "vitest";
import { ACTOR, functionOf, served } from "../cloud/served.ts";

const { client } = await served({
  Role: ACTOR,
  Echo: functionOf(
    `exports.handler = async ({ rawPath, queryStringParameters }) => ({ path: rawPath, query: queryStringParameters });`,
    { FunctionName: "echo" },
  ),
  Permission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: "Echo" },
      Principal: "apigateway.amazonaws.com",
    },
  },
});
const gateway = new ApiGatewayV2Client(client);

test("an HTTP API is made, answers through its function, and goes again", async () => {
  const { ApiId, ApiEndpoint, CreatedDate } = await gateway.send(
    new CreateApiCommand({ Name: "shop", ProtocolType: "HTTP" }),
  );
  expect(CreatedDate).toBeInstanceOf(Date);
  const { IntegrationId } = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
      IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:echo",
    }),
  );
  const RouteKey = "GET /orders/{id}";
  await gateway.send(new CreateRouteCommand({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` }));
  await gateway.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
  const { Items } = await gateway.send(new GetRoutesCommand({ ApiId }));
  expect(Items!.map(({ RouteKey }) => RouteKey)).toEqual([RouteKey]);

  const response = await fetch(`${ApiEndpoint}/orders/7?full=yes`);
  expect([response.status, await response.json()]).toEqual([
    200,
    { path: "/orders/7", query: { full: "yes" } },
  ]);
  expect((await fetch(`${ApiEndpoint}/none`)).status).toBe(404);

  await gateway.send(new DeleteApiCommand({ ApiId }));
  await expect(gateway.send(new GetApiCommand({ ApiId }))).rejects.toThrow(NotFoundException);
});
