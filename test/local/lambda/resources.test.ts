import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lambdaResources } from "../../../local/lambda/resources.ts";
import { cloud } from "./cloud.ts";

const folder = mkdtempSync(join(tmpdir(), "asset-"));
afterAll(() => rmSync(folder, { recursive: true }));
const assets = { path: () => folder };

function template() {
  const it = cloud();
  const provider = (type: string) => lambdaResources.find((one) => one.type === `AWS::Lambda::${type}`)!;
  const deploy = (type: string, logicalId: string, properties: object, deployedAs?: string) =>
    provider(type).deploy(
      {
        type: `AWS::Lambda::${type}`,
        path: `App/${logicalId}`,
        logicalId,
        generatedName: `App-${logicalId}`,
        properties,
        deployedAs,
      },
      it.kernel,
      assets,
    );
  const worker = (more: object = {}) =>
    deploy("Function", "Worker", {
      Code: { S3Bucket: "assets", S3Key: "abc.zip" },
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Role: "arn:aws:iam::000000000000:role/worker",
      Timeout: 45,
      MemorySize: 512,
      ...more,
    });
  it.handlers.set("App-Worker", () => "ran");
  return { ...it, deploy, provider, worker };
}

test("a function of the template runs, and a second start changes nothing", async () => {
  const { worker, invoke, started } = template();
  const first = await worker();
  expect(first).toMatchObject({
    ref: "App-Worker",
    attributes: { Arn: "arn:aws:lambda:us-east-1:000000000000:function:App-Worker" },
  });
  await invoke("App-Worker");
  expect(await worker()).toEqual(first);
  expect((await invoke("App-Worker")).Payload).toBe("ran");
  expect(started).toHaveLength(1);
});

test("a function that left the template is removed", async () => {
  const { worker, provider, kernel, invoke } = template();
  const { ref } = await worker();
  await provider("Function").remove!(ref, kernel);
  await expect(invoke("App-Worker")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("a mapping keeps its identity from start to start and gets changed properties", async () => {
  const { worker, deploy, queue, call } = template();
  await worker();
  const { arn } = await queue("jobs");
  const properties = { FunctionName: "App-Worker", EventSourceArn: arn, BatchSize: 1 };
  const Tags = [{ Key: "team", Value: "film" }];
  const first = await deploy("EventSourceMapping", "Mapping", { ...properties, Tags });
  const Resource = first.attributes.EventSourceMappingArn;
  expect(await call("ListTags", { Resource })).toEqual({ Tags: { team: "film" } });
  const second = await deploy("EventSourceMapping", "Mapping", {
    ...properties,
    BatchSize: 5,
    ScalingConfig: { MaximumConcurrency: 4 },
  });
  expect(second.ref).toBe(first.ref);
  const third = await deploy("EventSourceMapping", "Mapping", properties);
  expect(third.ref).toBe(first.ref);
  const mapping = await call("GetEventSourceMapping", { UUID: first.ref });
  expect(mapping.BatchSize).toBe(1);
  expect(mapping.ScalingConfig).toBeUndefined();
  expect(await call("ListTags", { Resource })).toEqual({ Tags: {} });
});

test("versions, aliases, permissions, URLs and invoke configurations can be deployed again and again", async () => {
  const { worker, deploy, call, provider, kernel } = template();
  const FunctionName = (await worker()).ref;
  const types: [string, object][] = [
    ["Version", { FunctionName, Description: "the first" }],
    ["Alias", { FunctionName, FunctionVersion: "1", Name: "live" }],
    ["Permission", { FunctionName, Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com" }],
    ["Url", { TargetFunctionArn: FunctionName, AuthType: "NONE" }],
    ["EventInvokeConfig", { FunctionName, Qualifier: "$LATEST", MaximumRetryAttempts: 0 }],
  ];
  for (const [type, properties] of types) {
    const first = await deploy(type, type, properties);
    expect(await deploy(type, type, properties, first.ref)).toEqual(first);
    if (type !== "Version") await provider(type).remove!(first.ref, kernel);
  }
  expect(await call("GetFunctionConfiguration", { FunctionName, Qualifier: "1" })).toMatchObject({
    Description: "the first",
  });
  await expect(call("GetPolicy", { FunctionName })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test("reserved concurrency follows the template", async () => {
  const { worker, call } = template();
  await worker({ ReservedConcurrentExecutions: 3 });
  const get = () => call("GetFunctionConcurrency", { FunctionName: "App-Worker" });
  expect(await get()).toEqual({ ReservedConcurrentExecutions: 3 });
  await worker();
  expect(await get()).toEqual({});
});
