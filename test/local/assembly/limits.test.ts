import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TEMPLATE_LIMITS } from "../../../aws-limits/template-limits.ts";
import { TEXT_LENGTHS } from "../../../aws-limits/text-lengths.ts";
import { readTemplate } from "../../../local/assembly/assembly.ts";
import { plan } from "../../../local/assembly/plan.ts";
import type { Template } from "../../../local/assembly/template.ts";
import { startCloud } from "../../../local/cloud.ts";
import { sqsResources } from "../../../local/sqs/resources.ts";
import { assemblyOf, folder } from "../cloud/assembly.ts";
import { ACTOR, functionOf } from "../cloud/resources.ts";

// The service's own words, as people report them; a deployment shows them with the resource.

/** "deployed", or the message of the refusal. */
async function deployed(resources: Record<string, unknown>): Promise<string> {
  try {
    const cloud = await startCloud({ assembly: assemblyOf(resources), data: undefined, port: 0 });
    await cloud.close();
    return "deployed";
  } catch (error) {
    return (error as Error).message;
  }
}

const statement = (more: object = {}) => ({
  Effect: "Allow",
  Principal: "*",
  Action: "sqs:SendMessage",
  Resource: "*",
  ...more,
});
const policyOf = (Statement: object[]) => ({
  Queue: { Type: "AWS::SQS::Queue" },
  Policy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: { Queues: [{ Ref: "Queue" }], PolicyDocument: { Version: "2012-10-17", Statement } },
  },
});
const statements = (count: number) => Array.from({ length: count }, (_, at) => statement({ Sid: `s${at}` }));
const sized = (bytes: number) => {
  const of = (padding: number) => [statement({ Sid: "s".repeat(padding) })];
  const size = (padding: number) =>
    Buffer.byteLength(JSON.stringify({ Version: "2012-10-17", Statement: of(padding) }));
  return of(bytes - size(0));
};

test.each([
  ["20 statements", statements(20), /^deployed$/],
  ["21 statements", statements(21), /21 statements were found in the submitted policy, max allowed is 20/],
  ["8,192 bytes", sized(8_192), /^deployed$/],
  ["8,193 bytes", sized(8_193), /Submitted policy is over max allowed size\./],
  [
    "8 actions in a statement",
    [statement({ Action: Array.from({ length: 8 }, () => "sqs:SendMessage") })],
    /8 actions were found in a statement from the submitted policy, max allowed is 7/,
  ],
])("a queue's policy with %s", async (_, Statement, says) => {
  expect(await deployed(policyOf(Statement))).toMatch(says);
});

const rule = (length: number) => {
  const pattern = (padding: number) => ({ source: ["x".repeat(padding)] });
  return {
    Type: "AWS::Events::Rule",
    Properties: { EventPattern: pattern(length - JSON.stringify(pattern(0)).length) },
  };
};

test("an event pattern of 2,049 characters, the default limit of accounts", async () => {
  expect(await deployed({ Rule: rule(2_048) })).toBe("deployed");
  expect(await deployed({ Rule: rule(2_049) })).toContain(
    "The requested resource exceeds the maximum number allowed.",
  );
});

test("the 301st rule of a bus", async () => {
  const rules = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`Rule${at}`, rule(100)]));
  expect(await deployed(rules(TEMPLATE_LIMITS.rulesOfBus.most))).toBe("deployed");
  expect(await deployed(rules(TEMPLATE_LIMITS.rulesOfBus.most + 1))).toContain(
    "The requested resource exceeds the maximum number allowed.",
  );
});

test("a function's environment of more than 4 KB", async () => {
  const withEnvironment = (bytes: number) => {
    const { Type, Properties } = functionOf("exports.handler = async () => {}") as any;
    const padding = bytes - Buffer.byteLength(JSON.stringify({ TEXT: "" }));
    return {
      Role: ACTOR,
      Function: {
        Type,
        Properties: { ...Properties, Environment: { Variables: { TEXT: "x".repeat(padding) } } },
      },
    };
  };
  expect(await deployed(withEnvironment(4_096))).toBe("deployed");
  expect(await deployed(withEnvironment(4_097))).toContain(
    "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ",
  );
});

const queues = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`Queue${at}`, { Type: "AWS::SQS::Queue" }]));
const texts = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`Out${at}`, { Value: "text" }]));

/** The message of a plan that is refused, or "planned". */
function planned(template: Template, nested: Template[] = []): string {
  const children = nested.map((_, at) => [
    `Nested${at}`,
    { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: `https://s3/${at}` } },
  ]);
  const Resources = { ...template.Resources, ...Object.fromEntries(children) };
  try {
    plan({
      account: "000000000000",
      region: "us-east-1",
      providers: sqsResources,
      stacks: [{ name: "App", template: { ...template, Resources }, dependsOn: [] }],
      template: (key) => nested[Number(key)]!,
    });
    return "planned";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[string, Template, string]>([
  ["500 resources", { Resources: queues(500) }, "planned"],
  [
    "501 resources",
    { Resources: queues(501) },
    "App: Template format error: Number of resources, 501, is greater than maximum allowed, 500.",
  ],
  ["200 outputs", { Outputs: texts(200) }, "planned"],
  [
    "201 outputs",
    { Outputs: texts(201) },
    "App: Template format error: Number of outputs, 201, is greater than maximum allowed, 200.",
  ],
  [
    "a description of 1,025 bytes",
    { Description: "d".repeat(1_025) },
    "App: Template format error: 'Description' length is greater than 1024.",
  ],
])("a template with %s", (_, template, says) => {
  expect(planned(template)).toContain(says);
});

test("nested stacks with more than 2,500 resources together", () => {
  const nested = (last: number) => [500, 500, 500, 500, last].map((count) => ({ Resources: queues(count) }));
  // The five nested stacks are resources too.
  expect(planned({}, nested(495))).toBe("planned");
  expect(planned({}, nested(496))).toContain(
    "App: resources that one operation on nested stacks creates, updates or deletes: 2501, at most 2500.",
  );
});

test("a template of more than 1,000,000 bytes", () => {
  const write = (bytes: number) => {
    const file = join(folder(), "template.json");
    const empty = JSON.stringify({ Description: "" }).length;
    writeFileSync(file, JSON.stringify({ Description: "d".repeat(bytes - empty) }));
    return file;
  };
  expect(readTemplate(write(1_000_000)).Description).toContain("ddd");
  expect(() => readTemplate(write(1_000_001))).toThrow("Template may not exceed 1000000 bytes in size.");
});

test.each(
  Object.entries(TEXT_LENGTHS).flatMap(([type, properties]) =>
    Object.entries(properties).map(([property, limit]) => ({ type, property, ...TEMPLATE_LIMITS[limit] })),
  ),
)("$property of $type has $most $unit at most, before anything is created", async (limited) => {
  const { type, property, most } = limited;
  const resources = (length: number) => ({
    It: { Type: type, Properties: { [property]: "n".repeat(length) } },
  });
  const refusal = `App/It (${type}): Properties validation failed for resource It with message: #/${property}: expected maxLength: ${most}, actual: ${most + 1}.`;
  expect(await deployed(resources(most + 1))).toContain(refusal);
  expect(await deployed(resources(most))).not.toContain("Properties validation failed");
});
