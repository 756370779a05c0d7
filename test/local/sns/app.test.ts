import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf, folder } from "../cloud/assembly.ts";

const open: Cloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

const arn = (name: string) => ({ "Fn::GetAtt": [name, "Arn"] });
const role = (...actions: string[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: { Statement: [] },
    ...(actions.length > 0 && {
      Policies: [
        {
          PolicyName: "own",
          PolicyDocument: { Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] },
        },
      ],
    }),
  },
});

/** As the CDK writes it: a topic whose queue admits it. */
const APP = {
  Topic: { Type: "AWS::SNS::Topic" },
  Queue: { Type: "AWS::SQS::Queue" },
  QueuePolicy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Queue" }],
      PolicyDocument: {
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arn("Queue"),
            Condition: { ArnEquals: { "aws:SourceArn": { Ref: "Topic" } } },
          },
        ],
      },
    },
  },
  Subscription: {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: { Ref: "Topic" },
      Protocol: "sqs",
      Endpoint: arn("Queue"),
      RawMessageDelivery: true,
      FilterPolicy: { kind: ["order"] },
    },
  },
};

async function start(resources: Record<string, unknown>, data?: string) {
  const reports: string[] = [];
  const assembly = assemblyOf({ ...APP, ...resources }, {});
  const cloud = await startCloud({ assembly, data, port: 0, report: (line) => reports.push(line) });
  open.push(cloud);
  const { kernel } = cloud;
  const ref = async (LogicalResourceId: string): Promise<string> => {
    const { StackName } = (await kernel.call("cloudformation", "ListStacks", {})).StackSummaries[0];
    const found = await kernel.call("cloudformation", "DescribeStackResource", {
      StackName,
      LogicalResourceId,
    });
    return found.StackResourceDetail.PhysicalResourceId;
  };
  const received = async (WaitTimeSeconds = 2, queue = "Queue"): Promise<string[]> => {
    const { Messages = [] } = await kernel.call("sqs", "ReceiveMessage", {
      QueueUrl: await ref(queue),
      WaitTimeSeconds,
      MaxNumberOfMessages: 10,
    });
    return Messages.map(({ Body }: { Body: string }) => Body);
  };
  /** What has arrived once a delivery was refused, which the local cloud reports. */
  const receivedAfterRefusal = async () => {
    await vi.waitUntil(() => reports.length > 0);
    return await received(0);
  };
  return { cloud, kernel, ref, received, receivedAfterRefusal, reports, TopicArn: await ref("Topic") };
}

const MessageAttributes = { kind: { DataType: "String", StringValue: "order" } };

test("a topic of the template delivers to its queue, by the subscription's filter", async () => {
  const { kernel, received, TopicArn, reports } = await start({});
  await kernel.call("sns", "Publish", { TopicArn, Message: "other" });
  await kernel.call("sns", "Publish", { TopicArn, Message: "order", MessageAttributes });
  expect(await received()).toEqual(["order"]);
  expect(reports).toEqual([]);
});

test("a topic that the queue's policy does not name delivers nothing", async () => {
  const { kernel, receivedAfterRefusal, reports, ref } = await start({
    Other: { Type: "AWS::SNS::Topic" },
    Wrong: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "Other" }, Protocol: "sqs", Endpoint: arn("Queue") },
    },
  });
  await kernel.call("sns", "Publish", { TopicArn: await ref("Other"), Message: "m" });
  expect(await receivedAfterRefusal()).toEqual([]);
  expect(reports).toEqual([expect.stringContaining("no resource-based policy allows")]);
});

test("a role needs sns:Publish", async () => {
  const { kernel, ref, TopicArn } = await start({ May: role("sns:Publish"), MayNot: role() });
  const publish = async (name: string) =>
    kernel.call(
      "sns",
      "Publish",
      { TopicArn, Message: "m" },
      { caller: `arn:aws:iam::000000000000:role/${await ref(name)}` },
    );
  await publish("May");
  await expect(publish("MayNot")).rejects.toThrow(
    `is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no identity-based policy allows the SNS:Publish action`,
  );
});

const RULE = {
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      EventPattern: { source: ["shop"] },
      Targets: [
        {
          Id: "t",
          Arn: { Ref: "Topic" },
          InputPath: "$.detail",
          DeadLetterConfig: { Arn: arn("Undelivered") },
        },
      ],
    },
  },
  Undelivered: { Type: "AWS::SQS::Queue" },
  UndeliveredPolicy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Undelivered" }],
      PolicyDocument: {
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arn("Undelivered"),
          },
        ],
      },
    },
  },
  NoFilter: {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: { Ref: "Topic" },
      Protocol: "sqs",
      Endpoint: arn("Queue"),
      RawMessageDelivery: true,
    },
  },
  Subscription: { Type: "AWS::SNS::TopicPolicy", Properties: { Topics: [], PolicyDocument: {} } },
};
const lets = (Service: string) => ({
  TopicPolicy: {
    Type: "AWS::SNS::TopicPolicy",
    Properties: {
      Topics: [{ Ref: "Topic" }],
      PolicyDocument: {
        Statement: [
          { Effect: "Allow", Principal: { Service }, Action: "sns:Publish", Resource: { Ref: "Topic" } },
        ],
      },
    },
  },
});
const event = { Entries: [{ Source: "shop", DetailType: "order", Detail: '{"n":1}' }] };

test("a rule delivers to a topic whose policy admits EventBridge", async () => {
  const { kernel, received } = await start({ ...RULE, ...lets("events.amazonaws.com") });
  await kernel.call("events", "PutEvents", event);
  expect(await received()).toEqual(['{"n":1}']);
});

test("a rule does not deliver to a topic with another policy, or with none", async () => {
  for (const policy of [lets("s3.amazonaws.com"), {}]) {
    const { kernel, received } = await start({ ...RULE, ...policy });
    await kernel.call("events", "PutEvents", event);
    expect(await received(2, "Undelivered")).toEqual([expect.stringContaining('"n":1')]);
    expect(await received(0)).toEqual([]);
  }
});

test("a state machine publishes with its role", async () => {
  const machine = (Role: string) => ({
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      RoleArn: arn(Role),
      DefinitionString: JSON.stringify({
        StartAt: "Publish",
        States: {
          Publish: {
            Type: "Task",
            Resource: "arn:aws:states:::sns:publish",
            Parameters: { "TopicArn.$": "$.topic", Message: { n: 1 }, MessageAttributes },
            End: true,
          },
        },
      }),
    },
  });
  const { kernel, ref, received, TopicArn } = await start({
    May: role("sns:Publish"),
    MayNot: role(),
    Good: machine("May"),
    Bad: machine("MayNot"),
  });
  const run = async (name: string) => {
    const input = JSON.stringify({ topic: TopicArn });
    const { executionArn } = await kernel.call("states", "StartExecution", {
      stateMachineArn: await ref(name),
      input,
    });
    for (;;) {
      const described = await kernel.call("states", "DescribeExecution", { executionArn });
      if (described.status !== "RUNNING") return described;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const good = await run("Good");
  expect(JSON.parse(good.output)).toMatchObject({
    MessageId: expect.any(String),
    SdkHttpMetadata: { HttpStatusCode: 200 },
  });
  expect(await received()).toEqual(['{"n":1}']);
  expect(await run("Bad")).toMatchObject({ status: "FAILED", error: "SNS.AuthorizationErrorException" });
});

test("the next start keeps the topic and takes over changed subscriptions", async () => {
  const data = join(folder(), "data");
  const first = await start({}, data);
  await first.cloud.close();
  const { Subscription } = APP;
  const changed = {
    ...Subscription,
    Properties: { ...Subscription.Properties, FilterPolicy: { kind: ["other"] } },
  };
  const second = await start({ Subscription: changed }, data);
  for (const kind of ["order", "other"])
    await second.kernel.call("sns", "Publish", {
      TopicArn: second.TopicArn,
      Message: kind,
      MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
    });
  expect(await second.received()).toEqual(["other"]);
  await second.cloud.close();
  const third = await start({ Subscription: { Type: "AWS::SQS::Queue" } }, data);
  expect((await third.kernel.call("sns", "ListSubscriptions", {})).Subscriptions).toEqual([]);
});
