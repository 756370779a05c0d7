import { expect, test } from "vitest";
import { authorizer } from "../../../local/iam/authorizer.ts";
import { Identities } from "../../../local/iam/identities.ts";
import { iamResources } from "../../../local/iam/resources.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { DeployedResource } from "../../../local/kernel/resource.ts";
import { Store } from "../../../local/kernel/store.ts";

const ACCOUNT = "000000000000";
const QUEUE_URL = `http://127.0.0.1:4566/${ACCOUNT}/orders`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:orders`;

/** Services that do nothing, before which calls are judged. */
async function cloud({ queuePolicy }: { queuePolicy?: unknown } = {}) {
  const kernel = new Kernel({
    clock: virtualClock(0),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:4566",
  });
  const done = () => ({});
  kernel.register({
    name: "sqs",
    operations: { SendMessage: done, SendMessageBatch: done },
    policyOf: (arn) => (arn === QUEUE && queuePolicy ? JSON.stringify(queuePolicy) : undefined),
  });
  kernel.register({
    name: "events",
    operations: { PutEvents: done, StartReplay: done, DescribeReplay: done },
  });
  kernel.register({ name: "s3", operations: { GetObject: done, PutObject: done, CopyObject: done } });
  kernel.register({ name: "states", operations: { SendTaskSuccess: done } });
  kernel.register({ name: "logs", operations: { PutLogEvents: done } });
  const identities = new Identities(kernel);
  kernel.authorizer = authorizer(kernel, identities, (arn) => arn === QUEUE);
  const providers = new Map(iamResources(identities).map((provider) => [provider.type, provider]));

  const bring = async (
    type: string,
    logicalId: string,
    properties: Record<string, unknown>,
  ): Promise<DeployedResource> =>
    providers
      .get(type)!
      .deploy(
        { type, path: `S/${logicalId}`, logicalId, generatedName: `S-${logicalId}`, properties },
        kernel,
        { path: (key) => key },
      );
  const grant = async (...Statement: unknown[]) => {
    const role = await bring("AWS::IAM::Role", "Role", {});
    await bring("AWS::IAM::Policy", "Policy", { PolicyDocument: { Statement }, Roles: [role.ref] });
    return String(role.attributes.Arn);
  };
  return { kernel, bring, grant, providers };
}

const allow = (Action: string | string[], Resource: string | string[], Condition?: unknown) => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
});
const send = { QueueUrl: QUEUE_URL, MessageBody: "x" };

test("a missing grant is refused in IAM's words", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(allow("sqs:ReceiveMessage", QUEUE));
  await expect(kernel.call("sqs", "SendMessage", send, { caller })).rejects.toMatchObject({
    code: "AccessDenied",
    status: 403,
    message: `User: ${caller} is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} because no identity-based policy allows the sqs:sendmessage action`,
  });
});

test("a grant allows the call, including batches", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(allow("sqs:SendMessage", QUEUE));
  await kernel.call("sqs", "SendMessage", send, { caller });
  await kernel.call("sqs", "SendMessageBatch", { QueueUrl: QUEUE_URL, Entries: [] }, { caller });
});

test("an explicit denial is named as one", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(allow("*", "*"), { Effect: "Deny", Action: "sqs:*", Resource: "*" });
  await expect(kernel.call("sqs", "SendMessage", send, { caller })).rejects.toThrow(
    "with an explicit deny in an identity-based policy",
  );
});

test("an unknown condition key is named if it decides", async () => {
  const { kernel, grant } = await cloud();
  const unknown = "the local cloud does not know sqs:Colour";
  const condition = { StringEquals: { "sqs:Colour": "red" } };
  const allowed = await grant(allow("sqs:*", QUEUE, condition));
  const implicit = kernel.call("sqs", "SendMessage", send, { caller: allowed });
  await expect(implicit).rejects.toThrow("no identity-based policy allows");
  await expect(implicit).rejects.toThrow(unknown);
  const denied = await grant(allow("*", "*"), {
    Effect: "Deny",
    Action: "sqs:*",
    Resource: "*",
    Condition: condition,
  });
  const explicit = kernel.call("sqs", "SendMessage", send, { caller: denied });
  await expect(explicit).rejects.toThrow("with an explicit deny in an identity-based policy");
  await expect(explicit).rejects.toThrow(unknown);
});

test("caller, resource, source and time are known for every call", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(
    allow("sqs:SendMessage", QUEUE, {
      StringEquals: {
        "aws:PrincipalArn": "arn:aws:iam::000000000000:role/S-Role",
        "aws:PrincipalAccount": "${aws:ResourceAccount}",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": "us-east-1",
      },
      Bool: { "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false" },
      Null: { "aws:SourceArn": "true", "aws:SourceAccount": "true", "aws:PrincipalOrgID": "true" },
      DateLessThan: { "aws:CurrentTime": "1970-01-02T00:00:00Z", "aws:EpochTime": "86400" },
    }),
  );
  await kernel.call("sqs", "SendMessage", send, { caller, sourceArn: "arn:aws:events:::rule/r" });
});

test("people, and roles that the app does not have, are not restricted", async () => {
  const { kernel } = await cloud();
  await kernel.call("sqs", "SendMessage", send);
  await kernel.call("sqs", "SendMessage", send, { caller: `arn:aws:iam::${ACCOUNT}:role/made-by-hand` });
});

test("inline, managed and AWS's own policies of a role apply; a removed one no longer does", async () => {
  const { kernel, bring, providers } = await cloud();
  const managed = await bring("AWS::IAM::ManagedPolicy", "Managed", {
    PolicyDocument: { Statement: [allow("events:PutEvents", "*")] },
  });
  const role = await bring("AWS::IAM::Role", "Role", {
    Policies: [
      { PolicyName: "inline", PolicyDocument: { Statement: allow("s3:GetObject", "arn:aws:s3:::b/*") } },
    ],
    ManagedPolicyArns: [managed.ref, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
  });
  const caller = role.attributes.Arn as string;
  await bring("AWS::IAM::Policy", "Policy", {
    PolicyDocument: { Statement: allow("sqs:*", QUEUE) },
    Roles: [role.ref],
  });
  await kernel.call("s3", "GetObject", { Bucket: "b", Key: "k" }, { caller });
  await kernel.call("events", "PutEvents", { Entries: [{}] }, { caller });
  await kernel.call("logs", "PutLogEvents", { logGroupName: "g", logStreamName: "s" }, { caller });
  await kernel.call("sqs", "SendMessage", send, { caller });
  providers.get("AWS::IAM::Policy")!.remove!("S-Policy", kernel);
  await expect(kernel.call("sqs", "SendMessage", send, { caller })).rejects.toThrow("not authorized");
  await bring("AWS::IAM::Role", "Role", {});
  await expect(kernel.call("s3", "GetObject", { Bucket: "b", Key: "k" }, { caller })).rejects.toThrow(
    "not authorized",
  );
});

test("each entry of PutEvents is authorized by its bus, source and detail type", async () => {
  const { kernel, grant } = await cloud();
  const bus = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/app`;
  const caller = await grant(
    allow("events:PutEvents", bus, { StringEquals: { "events:source": "app.relay" } }),
  );
  const put = (...Entries: unknown[]) => kernel.call("events", "PutEvents", { Entries }, { caller });
  const good = { EventBusName: "app", Source: "app.relay", DetailType: "d" };
  await put(good, { ...good, EventBusName: bus });
  await expect(put(good, { ...good, Source: "app.other" })).rejects.toThrow(
    `events:PutEvents on resource: ${bus}`,
  );
  await expect(put({ ...good, EventBusName: "default" })).rejects.toThrow("event-bus/default");
});

test("a replay needs its archive, its bus and its own name", async () => {
  const { kernel, grant } = await cloud();
  const arn = (resource: string) => `arn:aws:events:us-east-1:${ACCOUNT}:${resource}`;
  const caller = await grant(
    allow("events:StartReplay", [arn("archive/a"), arn("event-bus/app"), arn("replay/ours-*")]),
    allow("events:DescribeReplay", arn("replay/ours-*")),
  );
  const start = (ReplayName: string, archive: string, bus: string) => {
    const input = { ReplayName, EventSourceArn: arn(archive), Destination: { Arn: arn(bus) } };
    return kernel.call("events", "StartReplay", input, { caller });
  };
  await start("ours-1", "archive/a", "event-bus/app");
  await expect(start("theirs", "archive/a", "event-bus/app")).rejects.toThrow("replay/theirs");
  await expect(start("ours-1", "archive/b", "event-bus/app")).rejects.toThrow("archive/b");
  await expect(start("ours-1", "archive/a", "event-bus/other")).rejects.toThrow("event-bus/other");
  const describe = (ReplayName: string) =>
    kernel.call("events", "DescribeReplay", { ReplayName }, { caller });
  await describe("ours-1");
  await expect(describe("theirs")).rejects.toThrow("replay/theirs");
});

test("copying an object needs both objects", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(allow("s3:PutObject", "arn:aws:s3:::to/*"));
  await expect(
    kernel.call("s3", "CopyObject", { Bucket: "to", Key: "k", CopySource: "from/a%20b" }, { caller }),
  ).rejects.toThrow('s3:GetObject on resource: "arn:aws:s3:::from/a b"');
});

test("putting an object with tags needs the permission to tag it", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(allow("s3:PutObject", "arn:aws:s3:::to/*"));
  await expect(
    kernel.call("s3", "PutObject", { Bucket: "to", Key: "k", Body: "", Tagging: "a=b" }, { caller }),
  ).rejects.toThrow('s3:PutObjectTagging on resource: "arn:aws:s3:::to/k"');
});

test("a service is authorized by the policy of the resource that the app deployed", async () => {
  const caller = "events.amazonaws.com";
  const policy = {
    Statement: {
      Effect: "Allow",
      Principal: { Service: caller },
      Action: "sqs:SendMessage",
      Resource: QUEUE,
      Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:events:::rule/r" } },
    },
  };
  const granted = await cloud({ queuePolicy: policy });
  await granted.kernel.call("sqs", "SendMessage", send, { caller, sourceArn: "arn:aws:events:::rule/r" });
  for (const sourceArn of ["arn:aws:events:::rule/other", undefined]) {
    await expect(granted.kernel.call("sqs", "SendMessage", send, { caller, sourceArn })).rejects.toThrow(
      "because no resource-based policy allows",
    );
  }
  const missing = await cloud({
    queuePolicy: { Statement: { ...policy.Statement, Principal: { Service: "sns.amazonaws.com" } } },
  });
  await expect(missing.kernel.call("sqs", "SendMessage", send, { caller })).rejects.toThrow(
    "because no resource-based policy allows",
  );
  await missing.kernel.call("sqs", "SendMessage", { ...send, QueueUrl: `${QUEUE_URL}-by-hand` }, { caller });
});

test("a resource's policy may grant to a role, and may deny what the role's own policies allow", async () => {
  const grants = await cloud({
    queuePolicy: {
      Statement: {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/S-Role` },
        Action: "sqs:*",
      },
    },
  });
  const caller = await grants.grant();
  await grants.kernel.call("sqs", "SendMessage", send, { caller });
  const denies = await cloud({
    queuePolicy: { Statement: { Effect: "Deny", Principal: "*", Action: "sqs:*" } },
  });
  const allowed = await denies.grant(allow("sqs:*", "*"));
  await expect(denies.kernel.call("sqs", "SendMessage", send, { caller: allowed })).rejects.toThrow(
    "with an explicit deny in a resource-based policy",
  );
});

test("a task token does not name its state machine: the action decides", async () => {
  const { kernel, grant } = await cloud();
  const caller = await grant(
    allow("states:SendTaskSuccess", "arn:aws:states:us-east-1:000000000000:stateMachine:m"),
  );
  await kernel.call("states", "SendTaskSuccess", { taskToken: "t" }, { caller });
});

test.each([
  [
    "a condition operator",
    { PolicyDocument: { Statement: allow("*", "*", { StringResembles: { k: "v" } }) } },
    "AWS::IAM::Policy",
    "StringResembles",
  ],
  [
    "a managed policy",
    { ManagedPolicyArns: ["arn:aws:iam::aws:policy/Unheard"] },
    "AWS::IAM::Role",
    "policy/Unheard",
  ],
])("%s that is not supported is refused by name", async (_, properties, type, name) => {
  const { bring } = await cloud();
  const attempt = bring(type, "R", properties);
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(name);
});
