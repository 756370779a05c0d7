import { expect, test } from "vitest";
import { UserError } from "../../../../local/kernel/errors.ts";
import { answering, cloudForDeployments, made } from "./cloud.ts";

const done = answering(
  '{ Status: "SUCCESS", PhysicalResourceId: "thing-" + event.ResourceProperties.Name, Data: { Size: 3 } }',
);
const user = {
  User: {
    Type: "AWS::SQS::Queue",
    Properties: { QueueName: { "Fn::Sub": "${Thing}-of-size-${Thing.Size}" } },
  },
};

test("a function creates it, and references to it get its physical id and data", async () => {
  const deploy = cloudForDeployments({ Maker: done });
  const { cloud, received } = await deploy({ Thing: made({ Name: "a", Count: 2, On: true }), ...user });
  expect(received).toMatchObject([
    {
      RequestType: "Create",
      ResourceType: "Custom::Thing",
      LogicalResourceId: "Thing",
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/App\//),
      ResponseURL: expect.stringMatching(/^https:/),
      ResourceProperties: { Name: "a", Count: "2", On: "true" },
    },
  ]);
  expect(received[0]).not.toHaveProperty("PhysicalResourceId");
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  expect(QueueUrls).toEqual([expect.stringMatching(/\/thing-a-of-size-3$/)]);
});

test("one function that makes several is started once", async () => {
  const counting = answering(
    '{ Status: "SUCCESS", PhysicalResourceId: String((globalThis.count = (globalThis.count ?? 0) + 1)), Data: {} }',
  );
  const deploy = cloudForDeployments({ Maker: counting });
  const queue = { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Sub": "${First}-${Second}" } } };
  const { cloud } = await deploy({ First: made(), Second: made({}, { DependsOn: "First" }), Queue: queue });
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  expect(QueueUrls).toEqual([expect.stringMatching(/\/1-2$/)]);
});

test("it is called for a change, with the earlier properties, and not if nothing has changed", async () => {
  const deploy = cloudForDeployments({
    Maker: answering('{ Status: "SUCCESS", PhysicalResourceId: "the-one", Data: { Size: 3 } }'),
  });
  await deploy({ Thing: made({ Name: "a" }) });
  const same = await deploy({ Thing: made({ Name: "a" }), ...user });
  expect(same.received).toEqual([]);
  const { received } = await deploy({ Thing: made({ Name: "b" }) });
  expect(received).toMatchObject([
    {
      RequestType: "Update",
      PhysicalResourceId: "the-one",
      ResourceProperties: { Name: "b" },
      OldResourceProperties: { Name: "a" },
    },
  ]);
});

test("another physical id replaces it: the earlier one is deleted after everything else, with its own properties", async () => {
  const deploy = cloudForDeployments({ Maker: done });
  await deploy({ Thing: made({ Name: "a" }) });
  const second = await deploy({ Thing: made({ Name: "b" }), Other: made({ Name: "other" }) });
  expect(second.received).toMatchObject([
    { RequestType: "Update", PhysicalResourceId: "thing-a" },
    { RequestType: "Create", LogicalResourceId: "Other" },
    { RequestType: "Delete", PhysicalResourceId: "thing-a", ResourceProperties: { Name: "a" } },
  ]);
  const third = await deploy({ Thing: made({ Name: "b" }) });
  expect(third.received).toMatchObject([{ RequestType: "Delete", PhysicalResourceId: "thing-other" }]);
});

test("it is deleted before its function, and retained where the template says so", async () => {
  const deploy = cloudForDeployments({ Maker: done });
  const retained = made({ Name: "kept" }, { DeletionPolicy: "Retain" });
  await deploy({ Thing: made({ Name: "a" }), Kept: retained });
  const { received } = await deploy({}, {});
  expect(received).toMatchObject([{ RequestType: "Delete", PhysicalResourceId: "thing-a" }]);
});

test("a function that refuses stops the deployment with its reason, and the earlier state is not changed", async () => {
  const deploy = cloudForDeployments({
    Maker: answering(
      'event.ResourceProperties.Name === "bad" ? { Status: "FAILED", Reason: "It is in use." } : { Status: "SUCCESS", PhysicalResourceId: "p" }',
    ),
  });
  await deploy({ Thing: made({ Name: "a" }), Gone: made({ Name: "gone" }) });
  const attempt = deploy({ Thing: made({ Name: "bad" }) });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow("App/Thing (Custom::Thing): Update failed: It is in use.");
  const { received } = await deploy({ Thing: made({ Name: "a" }), Gone: made({ Name: "gone" }) });
  expect(received).toEqual([]);
});

test.each([
  [
    "a crash",
    { code: 'export const handler = () => { throw new Error("broken") }' },
    "failed without a response: Error: broken",
  ],
  ["silence", { code: "export const handler = () => {}" }, "sent no response within 7 seconds"],
  ["no physical id", answering('{ Status: "SUCCESS" }'), "Invalid PhysicalResourceId"],
  ["an unknown status", answering('{ Status: "FINE" }'), 'Status is "FINE"'],
  [
    "4 KB",
    answering('{ Status: "SUCCESS", PhysicalResourceId: "p", Data: { A: "a".repeat(4096) } }'),
    "too long",
  ],
])("%s is a failure that is named", async (_, Maker, reason) => {
  const deploy = cloudForDeployments({ Maker });
  await expect(deploy({ Thing: made({ ServiceTimeout: 7 }) })).rejects.toThrow(reason);
});

test("a function may take time, and respond by node:https as AWS's own libraries do", async () => {
  const deploy = cloudForDeployments({
    Maker: {
      code: `import https from "node:https";
        export const handler = async (event) => {
          await new Promise((resolve) => setTimeout(resolve, 5000));
          const { hostname, pathname } = new URL(event.ResponseURL);
          const body = JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "slow" });
          const headers = { "content-type": "", "content-length": body.length };
          await new Promise((resolve, reject) => https.request({ hostname, port: 443, path: pathname, method: "PUT", headers }, resolve).on("error", reject).end(body));
        };`,
    },
  });
  const { cloud } = await deploy({ Thing: made() });
  const { StackResourceDetail } = await cloud.call("cloudformation", "DescribeStackResource", {
    StackName: "App",
    LogicalResourceId: "Thing",
  });
  expect(StackResourceDetail.PhysicalResourceId).toBe("slow");
  expect(cloud.now() - Date.parse("2026-01-01T00:00:00Z")).toBe(5000);
});

test("a function without a response is reported after ten seconds, with what is waited for", async () => {
  const waiting = (seconds: number) => ({
    code: `export const handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));
      await fetch(event.ResponseURL, { method: "PUT", body: '{"Status":"SUCCESS","PhysicalResourceId":"p"}' });
    };`,
  });
  expect((await cloudForDeployments({ Maker: waiting(9) })({ Thing: made() })).reports).toEqual([]);
  expect((await cloudForDeployments({ Maker: waiting(11) })({ Thing: made() })).reports).toEqual([
    expect.stringMatching(
      /^Thing \(Custom::Thing\): no response to its Create for 10 seconds; waiting up to 3600 seconds for arn:aws:lambda:\S+Maker/,
    ),
  ]);
});

test("no SDK is installed on this machine for the CDK's AwsCustomResource", async () => {
  const { received } = await cloudForDeployments({ Maker: done })({
    Thing: made({ InstallLatestAwsSdk: true }),
  });
  expect(received).toMatchObject([{ ResourceProperties: { InstallLatestAwsSdk: "false" } }]);
});

test("a Delete that fails is reported, and not repeated", async () => {
  const deploy = cloudForDeployments({
    Maker: answering(
      '{ Status: event.RequestType === "Delete" ? "FAILED" : "SUCCESS", Reason: "Not empty.", PhysicalResourceId: "p" }',
    ),
  });
  await deploy({ Thing: made() });
  const second = await deploy({});
  expect(second.reports).toEqual([
    "App/Thing (Custom::Thing) is left behind, since its Delete failed: Not empty.",
  ]);
  expect((await deploy({})).reports).toEqual([]);
});

test("neither the type nor the function of it may change", async () => {
  const deploy = cloudForDeployments({ Maker: done, Other: done });
  await deploy({ Thing: made({ Name: "a" }) });
  const other = made({ Name: "a", ServiceToken: { "Fn::GetAtt": ["Other", "Arn"] } });
  await expect(deploy({ Thing: other })).rejects.toThrow("Modifying service token is not allowed");
  await expect(deploy({ Thing: made({ Name: "a" }, { Type: "Custom::Toy" }) })).rejects.toThrow(
    "Update of resource type is not permitted: it was Custom::Thing",
  );
});
