import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import { githubPushes } from "../../examples/triggers/triggers.ts";
import { encryptWith } from "../../lib/constructs/encrypt-with.ts";
import { EventBus } from "../../lib/constructs/event-bus.ts";
import { StateTable } from "../../lib/constructs/state-table.ts";
import { Webhook } from "../../lib/constructs/triggers/webhook.ts";
import { Millrace, type MillraceProps } from "../../lib/millrace.ts";
import { catalogue, makeBook, sellBook } from "../end-to-end/dead-letters/app/books.ts";

type Resources = Record<string, { Type: string; Properties: any }>;

/** All resources of an app in which one is encrypted with a key, and those of the app without one. */
function deploy({ withKey, ...props }: Pick<MillraceProps, "stacks"> & { withKey: boolean }) {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-key-")) });
  const stack = new Stack(app, "Press");
  new Millrace(stack, "Millrace", {
    workflows: [makeBook, sellBook],
    reactions: [catalogue],
    ...props,
    handlers: join(import.meta.dirname, "../end-to-end/dead-letters/app"),
    ...(withKey && { encryptionKey: new Key(stack, "Key") }),
  });
  const stacks = app.node.findAll().filter((node): node is Stack => Stack.isStack(node));
  const resources = stacks.flatMap((one) =>
    Object.values(Template.fromStack(one).toJSON().Resources as Resources),
  );
  return (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
}

/** Where each type of resource says its key. */
const KEY_OF: Record<string, (properties: any) => unknown> = {
  "AWS::SQS::Queue": ({ KmsMasterKeyId }) => KmsMasterKeyId,
  "AWS::Logs::LogGroup": ({ KmsKeyId }) => KmsKeyId,
  "AWS::SecretsManager::Secret": ({ KmsKeyId }) => KmsKeyId,
  "AWS::DynamoDB::GlobalTable": ({ Replicas }) => Replicas[0].SSESpecification?.KMSMasterKeyId,
  "AWS::S3::Bucket": ({ BucketEncryption }) =>
    BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
};

/** As a template refers to it: in its own stack, by a parameter of a nested one, or by an export. */
const isKey = (value: unknown) =>
  /"Key[0-9A-F]{8}|referenceto\w*Key[0-9A-F]{8}|ExportsOutput\w*Key/.test(JSON.stringify(value) ?? "");

describe.each(["nested", "separate"] as const)("with a key, and %s stacks", (stacks) => {
  const all = deploy({ withKey: true, stacks });

  test.each(Object.entries(KEY_OF))("each %s is encrypted with it", (type, keyOf) => {
    expect(all(type)).not.toEqual([]);
    for (const properties of all(type))
      expect([properties, isKey(keyOf(properties))]).toEqual([properties, true]);
  });

  test("queues have no other encryption, and tables and buckets use KMS", () => {
    for (const queue of all("AWS::SQS::Queue")) expect(queue.SqsManagedSseEnabled).toBe(false);
    for (const { SSESpecification } of all("AWS::DynamoDB::GlobalTable"))
      expect(SSESpecification).toEqual({ SSEEnabled: true, SSEType: "KMS" });
    for (const { BucketEncryption } of all("AWS::S3::Bucket"))
      expect(BucketEncryption.ServerSideEncryptionConfiguration[0]).toMatchObject({
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" },
      });
  });

  test("each role may use it, through the services whose data is encrypted", () => {
    const uses = all("AWS::IAM::Policy").filter(({ PolicyDocument }) =>
      PolicyDocument.Statement.some(
        ({ Action, Resource, Condition }: any) =>
          [Action].flat().includes("kms:Decrypt") &&
          isKey(Resource) &&
          JSON.stringify(Condition.StringEquals["kms:ViaService"]).match(
            /dynamodb\.|s3\.|secretsmanager\.|sqs\./g,
          )?.length === 4,
      ),
    );
    const roles = new Set(uses.flatMap(({ Roles }) => Roles.map((role: unknown) => JSON.stringify(role))));
    expect(roles.size).toBeGreaterThan(10);
    const functions = all("AWS::Lambda::Function").map(({ Role }) =>
      JSON.stringify({ Ref: Role["Fn::GetAtt"][0] }),
    );
    expect(functions.filter((role) => !roles.has(role))).toEqual([]);
    const machines = all("AWS::StepFunctions::StateMachine").map(({ RoleArn }) =>
      JSON.stringify({ Ref: RoleArn["Fn::GetAtt"][0] }),
    );
    expect(machines.filter((role) => !roles.has(role))).toEqual([]);
  });

  test("its policy lets CloudWatch Logs and EventBridge of this account use it, once each", () => {
    const [{ KeyPolicy }] = all("AWS::KMS::Key") as [any];
    const services = KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service);
    expect(services).toMatchObject([
      {
        Sid: "Logs",
        Effect: "Allow",
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": expect.anything() } },
      },
      {
        Sid: "Events",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Principal: { Service: "events.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
  });
});

test("without a key, AWS's own keys encrypt, and no role uses KMS", () => {
  const all = deploy({ withKey: false });
  for (const [type, keyOf] of Object.entries(KEY_OF))
    for (const properties of all(type))
      expect([properties, keyOf(properties)]).toEqual([properties, undefined]);
  expect(JSON.stringify(all("AWS::IAM::Policy"))).not.toContain("kms:");
});

test("a trigger's function may use the key of the table", () => {
  const stack = new Stack(new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-key-")) }), "Hooks");
  const key = new Key(stack, "Key");
  const bus = new EventBus(stack, "Events", { archiveRetention: Duration.days(1) });
  const table = new StateTable(stack, "State", { retentionDays: 1, encryptionKey: key });
  new Webhook(stack, "GitHub", {
    trigger: githubPushes,
    millrace: { bus, table },
    handlers: join(import.meta.dirname, "../../examples/triggers"),
  });
  const policies = Object.entries(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
  const [, policy] = policies.find(([id]) => id.startsWith("GitHubHandler"))!;
  expect(JSON.stringify(policy)).toContain("kms:ViaService");
});

test("resources that are added below an encrypted construct later are encrypted too, and others are not", () => {
  const stack = new Stack(new App(), "Hooks");
  const covered = new Construct(stack, "Covered");
  encryptWith(covered, new Key(stack, "Key"));
  new Secret(covered, "Inside");
  new Secret(stack, "Outside");
  const secrets = Object.entries(Template.fromStack(stack).findResources("AWS::SecretsManager::Secret"));
  expect(secrets.map(([id, { Properties }]) => [id.slice(0, 6), isKey(Properties?.KmsKeyId)]).sort()).toEqual(
    [
      ["Covere", true],
      ["Outsid", false],
    ],
  );
});
