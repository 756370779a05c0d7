import { expect, test } from "vitest";
import { TEMPLATE_LIMITS } from "../../../aws-limits/template-limits.ts";
import { startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";
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
  ...{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" },
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

test("an event pattern of 2,049 characters, as accounts have it by default", async () => {
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
