import { afterEach, expect, test } from "vitest";
import { localAddresses } from "../../../local/assembly/addresses.ts";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";

const open: Cloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

/** As the CDK writes `HttpApi.url`. */
const url = {
  "Fn::Join": [
    "",
    [
      "https://",
      { Ref: "Api" },
      ".execute-api.",
      { Ref: "AWS::Region" },
      ".",
      { Ref: "AWS::URLSuffix" },
      "/orders",
    ],
  ],
};

test("an API's address that the template composes is replaced by the local one", async () => {
  const assembly = assemblyOf(
    {
      Setting: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Name: "/app/api", Value: url } },
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "shop", ProtocolType: "HTTP" } },
      Stage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true },
      },
    },
    { Url: { Value: url } },
  );
  const cloud = await startCloud({ assembly, data: undefined, port: 0 });
  open.push(cloud);
  const { kernel } = cloud;
  const { Items } = await kernel.call("apigateway", "GetApis", {});
  const expected = `${Items[0].ApiEndpoint}/orders`;
  const { Stacks } = await kernel.call("cloudformation", "DescribeStacks", {});
  expect(Stacks[0].Outputs[0].OutputValue).toBe(expected);
  const { Parameter } = await kernel.call("ssm", "GetParameter", { Name: "/app/api" });
  expect(Parameter.Value).toBe(expected);
  const answer = await fetch(expected);
  expect([answer.status, await answer.json()]).toEqual([404, { message: "Not Found" }]);
});

test("addresses of other APIs, and all other values, are not changed", () => {
  const api = { ref: "mine", attributes: { ApiEndpoint: "http://127.0.0.1:1/_api/mine" } };
  const local = localAddresses(new Map([["App/Api", api]]), "us-east-1");
  const address = (id: string, region = "us-east-1") => `https://${id}.execute-api.${region}.amazonaws.com`;
  expect(local([{ a: `${address("mine")}/x ${address("mine")}` }, address("other"), 7, null])).toEqual([
    { a: "http://127.0.0.1:1/_api/mine/x http://127.0.0.1:1/_api/mine" },
    address("other"),
    7,
    null,
  ]);
  expect(local(address("mine", "eu-west-1"))).toBe(address("mine", "eu-west-1"));
});
