import { Capture, Match, Template } from "aws-cdk-lib/assertions";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { beforeAll, describe, expect, test } from "vitest";
import { milliseconds } from "../../lib/contract/duration.ts";
import { ENVIRONMENT } from "../../lib/contract/environment.ts";
import { workflows } from "../../workflows/index.ts";
import { build, synthesize } from "./app.ts";

let parent: Template;
let workflow: Template;
beforeAll(() => {
  ({ template: parent, workflow } = synthesize());
});

type Resources = Record<string, { Type: string; Properties: any; DependsOn?: string[] }>;
const each = (type: string) =>
  [parent, workflow].flatMap((template) => Object.values(template.findResources(type) as Resources));

test("every queue is encrypted and takes messages of 1 MiB; those with a consumer have a dead-letter queue that keeps longer", () => {
  for (const { Properties } of each("AWS::SQS::Queue")) {
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MaximumMessageSize: 1_048_576 });
    expect(Properties.MessageRetentionPeriod).toBe(Properties.RedrivePolicy ? 604_800 : 1_209_600);
    expect(Properties.RedrivePolicy?.maxReceiveCount ?? 10).toBeGreaterThanOrEqual(10);
  }
  expect(each("AWS::SQS::Queue").filter(({ Properties }) => Properties.RedrivePolicy)).toHaveLength(17);
});

test("every queue has an alarm for its oldest message, and each alarm of queues says what to do", () => {
  const watched = each("AWS::CloudWatch::Alarm").filter(({ Properties }) =>
    ["ApproximateAgeOfOldestMessage", "DeadLetters"].includes(Properties.MetricName),
  );
  const ages = watched.filter(({ Properties }) => Properties.MetricName === "ApproximateAgeOfOldestMessage");
  expect(ages).toHaveLength(each("AWS::SQS::Queue").length);
  for (const { Properties } of watched)
    expect(Properties.AlarmDescription).toMatch(/fix (the cause|its errors)/i);
});

/** The function that drains the dead letters of all stacks. */
const collector = () =>
  each("AWS::Lambda::Function").find(({ Properties }) => /^Stores dead letters/.test(Properties.Description));

test("a queue's visibility is six times its function's timeout", () => {
  for (const template of [parent, workflow]) {
    const all = template.toJSON().Resources as Resources;
    const mappings = Object.values(all).filter(
      ({ Type, Properties }) =>
        Type === "AWS::Lambda::EventSourceMapping" &&
        Properties.FunctionResponseTypes &&
        !Properties.StartingPosition,
    );
    for (const { Properties } of mappings) {
      const queue = all[Properties.EventSourceArn["Fn::GetAtt"][0]]!;
      const consumer = (all[Properties.FunctionName.Ref] ?? collector())!;
      expect(queue.Properties.VisibilityTimeout).toBe(6 * consumer.Properties.Timeout);
    }
    expect(mappings.length).toBeGreaterThan(0);
  }
});

test("every mapping reports batch item failures, and steps are limited in concurrency", () => {
  for (const { Properties } of each("AWS::Lambda::EventSourceMapping")) {
    expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
  }
  workflow.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BatchSize: 1,
    ScalingConfig: { MaximumConcurrency: 20 },
  });
});

test("every function runs on Node 24 on arm64 with tracing, a log group of its own and a retention for it", () => {
  for (const { Properties } of each("AWS::Lambda::Function")) {
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: expect.anything() },
    });
  }
  for (const { Properties } of each("AWS::Logs::LogGroup")) expect(Properties.RetentionInDays).toBe(30);
  // And one for the state machine, one for that which undoes its effects, one for the API's requests.
  expect(each("AWS::Logs::LogGroup")).toHaveLength(each("AWS::Lambda::Function").length + 3);
});

test("the table is on demand, restorable, expiring and streamed, with five indexes", () => {
  parent.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
    GlobalSecondaryIndexes: ["list", "found", "keyed", "due", "unpublished"].map((IndexName) =>
      Match.objectLike({ IndexName }),
    ),
  });
});

test("the relay reads a shard batch by batch with bounded retries, bisects, and stores failing records in the bucket", () => {
  parent.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BatchSize: 250,
    ParallelizationFactor: 1,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10,
    StartingPosition: "TRIM_HORIZON",
    DestinationConfig: {
      OnFailure: {
        Destination: Match.objectLike({ "Fn::GetAtt": [Match.stringLikeRegexp("Artifacts"), "Arn"] }),
      },
    },
  });
});

test("the bus has an archive; a rule per trigger event leads to the intake queue with a dead-letter queue", () => {
  parent.hasResourceProperties("AWS::Events::Archive", { RetentionDays: 90 });
  workflow.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: { "detail-type": ["video.requested"] },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});

describe("the state machine", () => {
  test("is a standard one, traced and logged under /aws/vendedlogs/", () => {
    workflow.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineName: "Millrace_produce-video",
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: "ERROR" },
    });
    workflow.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: "/aws/vendedlogs/states/Millrace_produce-video",
    });
  });

  test("may send to its steps' queues, and those of approvals and waits, and to no other; it may run parts of lists", () => {
    const policies = Object.entries(workflow.findResources("AWS::IAM::Policy") as Resources);
    const [own, ...others] = policies.filter(([id]) => id.startsWith("CoordinatorRole"));
    expect(others).toEqual([]);
    const statements = own![1].Properties.PolicyDocument.Statement.filter(
      ({ Action }: { Action: string[] }) => !/^(xray|logs):/.test([Action].flat()[0]!),
    );
    expect(statements).toMatchObject([
      { Action: "sqs:SendMessage" },
      { Action: "s3:GetObject" },
      { Action: "states:StartExecution" },
      { Action: ["states:DescribeExecution", "states:StopExecution"] },
    ]);
    expect(statements[0].Resource).toHaveLength(12);
  });
});

describe("least privilege", () => {
  /** Statements of the role of the function with this description. */
  function granted(
    template: Template,
    description: string,
  ): { Action: string | string[]; Resource: unknown }[] {
    const role = new Capture();
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: description,
      Role: { "Fn::GetAtt": [role, "Arn"] },
    });
    const policies = Object.values(template.findResources("AWS::IAM::Policy") as Resources);
    return policies
      .filter(({ Properties }) =>
        Properties.Roles.some((entry: { Ref: string }) => entry.Ref === role.asString()),
      )
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  }
  const actions = (template: Template, description: string, service: string) =>
    [...new Set<string>(granted(template, description).flatMap(({ Action }) => Action))]
      .filter((action) => action.startsWith(`${service}:`))
      .sort();

  test("a worker reads, queries and updates items, answers its state machine, and drains its own queue", () => {
    expect(actions(workflow, "produce-video: write-script", "dynamodb")).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PartiQLInsert",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]);
    expect(actions(workflow, "produce-video: write-script", "states")).toEqual([
      "states:SendTaskFailure",
      "states:SendTaskSuccess",
    ]);
  });

  test("a worker reads and writes large values of its workflow's runs, and files only as its step declares", () => {
    const objects = (step: string) =>
      granted(workflow, `produce-video: ${step}`)
        .filter(({ Action }) => [Action].flat().some((action) => action.startsWith("s3:")))
        .map(({ Action, Resource }) => [JSON.stringify(Resource).match(/\/[^"]*\*/)?.[0], Action]);
    const payloads = ["/produce-video/*/payload/*", ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"]];
    expect(objects("write-script")).toEqual([payloads]);
    expect(objects("draw-picture")).toEqual([["/produce-video/*", "s3:PutObject"], payloads]);
    expect(objects("render-film")).toEqual([
      ["/produce-video/*", ["s3:GetObject", "s3:PutObject"]],
      payloads,
    ]);
  });

  test("intake puts and updates runs, and starts one state machine", () => {
    expect(actions(workflow, "produce-video: event → run", "dynamodb")).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:PartiQLInsert",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ]);
    expect(actions(workflow, "produce-video: event → run", "states")).toEqual([
      "states:StartExecution",
      "states:StopExecution",
    ]);
  });

  test("control starts compensations, and no run, and publishes nothing: it writes, and the relay publishes", () => {
    const control = "Carries out operator actions";
    expect(actions(parent, control, "states")).toEqual([
      "states:DescribeExecution",
      "states:SendTaskFailure",
      "states:StartExecution",
      "states:StopExecution",
    ]);
    const starts = granted(parent, control).filter(({ Action }) => Action === "states:StartExecution");
    expect(starts.map(({ Resource }) => JSON.stringify(Resource))).toEqual([
      expect.stringMatching(/stateMachine:Millrace_\*_undo"/),
    ]);
    expect(actions(parent, control, "events")).toEqual(["events:CancelReplay", "events:StartReplay"]);
    expect(actions(workflow, "produce-video: write-script", "sqs")).toContain("sqs:SendMessage");
  });

  test("only the relay and the reconciler may publish Millrace's own events; the console only the app's events", () => {
    const publishers = Object.values(parent.findResources("AWS::IAM::Policy") as Resources).filter(
      ({ Properties }) => JSON.stringify(Properties.PolicyDocument).includes("events:PutEvents"),
    );
    expect(publishers).toHaveLength(3);
    const limited = publishers.filter(({ Properties }) =>
      Properties.PolicyDocument.Statement.some(
        ({ Condition }: any) => Condition?.StringEquals?.["events:source"] === "millrace.console",
      ),
    );
    expect(limited).toHaveLength(1);
    expect(JSON.stringify(workflow.findResources("AWS::IAM::Policy"))).not.toContain("events:PutEvents");
  });

  test("a producer may publish anything except Millrace's own events", () => {
    const { stack, millrace } = build();
    const role = new Role(stack, "Producer", { assumedBy: new AccountRootPrincipal() });
    millrace.bus.grantPublish(role);
    Template.fromStack(stack).hasResourceProperties("AWS::IAM::Policy", {
      PolicyName: Match.stringLikeRegexp("Producer"),
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: "events:PutEvents",
            Condition: {
              StringNotEquals: {
                "events:source": "millrace",
                "events:detail-type": Match.arrayWith(["run.succeeded"]),
              },
            },
          }),
        ],
      },
    });
  });

  test("a star is used only if no resource can be named", () => {
    const stars = each("AWS::IAM::Policy")
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter((statement) => [statement.Resource].flat().includes("*"))
      .flatMap((statement) => statement.Action as string[]);
    expect(stars.filter((action) => !/^(xray|logs):|^cloudwatch:GetMetricData$/.test(action))).toEqual([]);
  });
});

test("no function is given a secret, and all are given only variables that the runtime reads", () => {
  const known = [...Object.values(ENVIRONMENT), "NODE_OPTIONS"] as string[];
  for (const { Properties } of each("AWS::Lambda::Function")) {
    expect(Object.keys(Properties.Environment.Variables).filter((name) => !known.includes(name))).toEqual([]);
  }
});

test("items outlive the longest run by the retention; the archive keeps events for the retention", () => {
  const functions = each("AWS::Lambda::Function").map(({ Properties }) => Properties.Environment.Variables);
  const days = functions.map((variables) => variables[ENVIRONMENT.retentionDays]).filter(Boolean);
  // Of produce-video, whose deadline is the longest of the app.
  const longest = Math.max(
    ...workflows.map(({ deadline }) => Math.ceil(milliseconds(deadline) / 86_400_000)),
  );
  expect(longest).toBeGreaterThan(0);
  expect(new Set(days)).toEqual(new Set([String(90 + longest)]));
  expect(functions.map((variables) => variables[ENVIRONMENT.archiveDays]).filter(Boolean)).toEqual(["90"]);
});

test("records that a stream could not deliver expire, not before the items of their runs", () => {
  const [kept] = each("AWS::Lambda::Function")
    .map(({ Properties }) => Properties.Environment.Variables[ENVIRONMENT.retentionDays])
    .filter(Boolean);
  const rules = each("AWS::S3::Bucket").flatMap(
    ({ Properties }) => Properties.LifecycleConfiguration?.Rules ?? [],
  );
  expect(rules.filter(({ Prefix }) => Prefix !== undefined)).toEqual([
    {
      Id: "FailedRecordsExpire",
      Prefix: "aws/lambda/",
      ExpirationInDays: Number(kept) + 7,
      Status: "Enabled",
    },
  ]);
});
