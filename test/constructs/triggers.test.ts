import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Triggers } from "../../examples/triggers/stack.ts";
import { orders } from "../../examples/triggers/triggers.ts";
import { EventBus } from "../../lib/constructs/event-bus.ts";
import { StateTable } from "../../lib/constructs/state-table.ts";
import { QueueTrigger } from "../../lib/constructs/triggers/queue-trigger.ts";
import { Schedule } from "../../lib/constructs/triggers/schedule.ts";
import { ENVIRONMENT } from "../../lib/contract/environment.ts";
import { readProducers } from "../../lib/contract/producer.ts";
import { defineEvent, defineSchedule } from "../../lib/index.ts";
import { Millrace } from "../../lib/millrace.ts";

type Resources = Record<string, { Type: string; Properties: any }>;

let template: Template;
let found: { rule: string; path: string }[];

/** One synthesis for the template and for what the pack finds in it. */
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-triggers-")) });
  const stack = new Triggers(app, "Triggers");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    template = Template.fromStack(stack);
  } catch {
    // Findings make the synthesis fail, after the template and the report are written.
    template = Template.fromJSON(
      JSON.parse(readFileSync(join(app.outdir, "Triggers.template.json"), "utf8")),
    );
  }
  const report = JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")) as {
    pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
  };
  found = report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, path: constructPath })),
    ),
  );
}, 240_000);

/** Findings in the triggers that stay, each with its reason. */
const REASONS: [RegExp, string][] = [
  [/^AwsSolutions-IAM5\[Resource::\*\]$/, "X-Ray's PutTraceSegments knows no resource that could be named."],
  [
    /^AwsSolutions-IAM5\[Resource::.*\/aws\/lambda\/\*\]$/,
    "Lambda names its failed records itself; the pattern is limited to where it puts them.",
  ],
  [
    /^AwsSolutions-APIG4$/,
    "A sender signs the body, which no authorizer of API Gateway sees: the function verifies it.",
  ],
  [/^AwsSolutions-SMG4$/, "Sender and receiver share the secret: only both together can change it."],
  [/^AwsSolutions-S1$/, "The example's bucket represents an existing bucket."],
];

test("AwsSolutions finds nothing in triggers but what has a written reason, and each reason is still needed", () => {
  const own = found.filter(({ path }) => !path.startsWith("Triggers/Millrace/"));
  expect(own.filter(({ rule }) => !REASONS.some(([pattern]) => pattern.test(rule)))).toEqual([]);
  expect(REASONS.filter(([pattern]) => !own.some(({ rule }) => pattern.test(rule)))).toEqual([]);
});

const statementsOf = (role: string) =>
  Object.entries(template.findResources("AWS::IAM::Policy") as Resources)
    .filter(([id]) => id.startsWith(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as any[])
    .map(({ Action, Condition }) => [[Action].flat(), Condition?.StringEquals]);

test.each([
  ["GitHubHandler", "github-pushes", ["push.received"]],
  ["UserChangesHandler", "user-changes", ["user.created", "user.changed", "user.removed"]],
  ["ReportsHandler", "reports", ["report.landed"]],
  ["OrdersHandler", "orders", ["order.taken"]],
  ["Schedules", "mornings", ["morning.came"]],
])("%s may publish its own events under its own name, and no others", (role, source, names) => {
  const publishing = statementsOf(role).filter(([actions]) => actions.includes("events:PutEvents"));
  expect(publishing).toEqual([
    [["events:PutEvents"], { "events:source": source, "events:detail-type": names }],
  ]);
});

test("a webhook's function puts into quarantine, its own queue and nothing else, and reads its one secret", () => {
  const actions = statementsOf("GitHubHandler").flatMap(([actions]) => actions);
  const services = /^(dynamodb|secretsmanager|events|s3|states|lambda):/;
  expect(actions.filter((action: string) => services.test(action)).sort()).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PutItem",
    "events:PutEvents",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
  ]);
  expect(actions.filter((action: string) => action === "sqs:SendMessage")).toHaveLength(1);
});

test("the secret is generated, and neither the template nor a function's variables hold it", () => {
  template.hasResourceProperties("AWS::SecretsManager::Secret", { GenerateSecretString: Match.anyValue() });
  for (const { Properties } of Object.values(
    template.findResources("AWS::SecretsManager::Secret") as Resources,
  )) {
    expect(Properties).not.toHaveProperty("SecretString");
  }
  expect(JSON.stringify(template.toJSON())).not.toContain("{{resolve:");
  const known = [...Object.values(ENVIRONMENT), "NODE_OPTIONS"] as string[];
  for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function") as Resources)) {
    const names = Object.keys(Properties.Environment?.Variables ?? {});
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  }
});

test("requests are throttled and their access is logged", () => {
  template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
    DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    AccessLogSettings: Match.anyValue(),
  });
});

test("logs of requests need no place in the log service's policy: it is full after some forty other names", () => {
  const groups = Object.values(template.findResources("AWS::Logs::LogGroup") as Resources)
    .map(({ Properties }) => Properties.LogGroupName)
    .filter((name) => !name?.startsWith("/millrace/"));
  expect(groups.length).toBeGreaterThan(0);
  expect(groups.filter((name) => !name?.startsWith("/aws/vendedlogs/"))).toEqual([]);
  expect(groups).toContain("/aws/vendedlogs/apis/Triggers/GitHub");
});

test("filters for files are the rule's own, so that nothing else costs an invocation", () => {
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: [Match.anyValue()] },
        object: { key: [{ wildcard: "reports/*.csv" }], size: [{ numeric: [">=", 1, "<=", 50_000_000] }] },
      },
    },
  });
});

test("changes of a table are published with bounded retries, bisected, and failing records are stored in the bucket", () => {
  template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10,
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY","REMOVE"]}' }] },
    DestinationConfig: { OnFailure: Match.anyValue() },
  });
});

test("a schedule has a time zone, and a function that knows its progress publishes each occurrence", () => {
  template.hasResourceProperties("AWS::Scheduler::Schedule", {
    ScheduleExpression: "cron(0 7 * * ? *)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    Target: {
      Arn: Match.objectLike({ "Fn::GetAtt": [Match.stringLikeRegexp("Occurrences.*Queue"), "Arn"] }),
      Input: Match.serializedJson({
        schedule: {
          name: "mornings",
          expression: "cron(0 7 * * ? *)",
          timeZone: "Europe/Berlin",
          missed: "all",
          data: { about: "a morning" },
          event: { name: "morning.came", version: 1 },
        },
        scheduledFor: "<aws.scheduler.scheduled-time>",
      }),
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      DeadLetterConfig: Match.anyValue(),
    },
  });
});

test("schedules of a stack share a publisher; Scheduler itself publishes one that skips, within a minute", () => {
  const stack = new Stack(new App({ outdir: mkdtempSync(join(tmpdir(), "schedules-")) }), "Schedules");
  const millrace = {
    bus: new EventBus(stack, "Bus", { archiveRetention: Duration.days(1) }),
    table: new StateTable(stack, "Table", { retentionDays: 1 }),
  };
  const event = defineEvent("hour.struck", { version: 1, schema: z.object({ scheduledFor: z.string() }) });
  for (const missed of ["all", "last", "skip"] as const) {
    const trigger = defineSchedule(`hours-${missed}`, { event, every: "1 hours", missed });
    new Schedule(stack, missed, { trigger, millrace });
  }
  const made = Template.fromStack(stack);
  made.resourceCountIs("AWS::Lambda::EventSourceMapping", 1);
  made.hasResourceProperties("AWS::Scheduler::Schedule", {
    ScheduleExpression: "rate(1 hour)",
    Target: {
      EventBridgeParameters: { Source: "hours-skip", DetailType: "hour.struck" },
      Input: Match.serializedJson({
        scheduledFor: "<aws.scheduler.scheduled-time>",
        millrace: Match.objectLike({
          id: "hours-skip/<aws.scheduler.scheduled-time>",
          subject: "hours-skip",
        }),
      }),
      RetryPolicy: { MaximumEventAgeInSeconds: 60 },
    },
  });
  const publishes = (name: string) => ({
    Action: "events:PutEvents",
    Condition: { StringEquals: { "events:source": name, "events:detail-type": ["hour.struck"] } },
  });
  made.hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: {
      Statement: Match.arrayWith(
        ["hours-all", "hours-last"].map((name) => Match.objectLike(publishes(name))),
      ),
    },
  });
});

test("the API has the origins of events: each trigger by its name, its kind, and its source", () => {
  const functions = Object.values(template.findResources("AWS::Lambda::Function") as Resources);
  const [text] = functions.flatMap(
    ({ Properties }) => Properties.Environment?.Variables?.[ENVIRONMENT.producers] ?? [],
  );
  expect(readProducers(text).map(({ name, kind, of }) => [name, kind, of])).toEqual([
    ["github-pushes", "webhook", "POST /github-pushes"],
    ["user-changes", "table", "Users"],
    ["reports", "files", "Inbox"],
    ["orders", "queue", "OrderQueue"],
    ["backlog", "alarm", "OrdersWait"],
    ["host-stops", "bus", "aws.ec2"],
    ["mornings", "schedule", "cron(0 7 * * ? *) Europe/Berlin"],
  ]);
});

test("the unit of a rate may be singular or plural", () => {
  const event = defineEvent("night.came", { version: 1, schema: z.object({}) });
  const rates = (["1 day", "1 days", "2 hours", "15 minutes"] as const).map(
    (every) => defineSchedule("nights", { event, every }).expression,
  );
  expect(rates).toEqual(["rate(1 day)", "rate(1 day)", "rate(2 hours)", "rate(15 minutes)"]);
});

test("a schedule that would break its event's contract, and a queue without a dead-letter queue, are refused", () => {
  const stack = new Stack();
  const event = defineEvent("night.came", { version: 1, schema: z.object({ city: z.string() }) });
  const trigger = defineSchedule("nights", { event, every: "1 days" });
  expect(() => new Schedule(stack, "Nights", { trigger, millrace: {} as any })).toThrow(
    /breaks its contract: city/,
  );
  const never = defineSchedule("never", { event, cron: "0 7 * * * *" });
  expect(() => new Schedule(stack, "Never", { trigger: never, millrace: {} as any })).toThrow(
    'Schedule "never" never occurs: cron(0 7 * * * *) is not a valid expression of EventBridge Scheduler. Use six fields: ',
  );
  const often = defineSchedule("often", { event, every: "0.5 minutes" });
  expect(() => new Schedule(stack, "Often", { trigger: often, millrace: {} as any })).toThrow(
    "Use a whole number of minutes, hours or days.",
  );
  const queue = new Queue(stack, "Queue");
  const props = { trigger: orders, queue, millrace: undefined as any };
  expect(() => new QueueTrigger(stack, "Orders", props)).toThrow(/has no dead-letter queue/);
});

test("a queue whose messages return before its function may have finished is refused, as Lambda would", () => {
  const stack = new Stack(new App(), "Shop");
  const millrace = new Millrace(stack, "Millrace", { console: false, dashboard: false });
  const deadLetterQueue = { queue: new Queue(stack, "Dead"), maxReceiveCount: 5 };
  const read = (id: string, visibilityTimeout?: Duration) =>
    new QueueTrigger(stack, `${id}Trigger`, {
      trigger: orders,
      queue: new Queue(stack, id, { visibilityTimeout, deadLetterQueue }),
      millrace,
      handlers: "examples/triggers",
    });
  expect(() => read("Short", Duration.seconds(29))).toThrow(
    "The visibility timeout of Shop/Short is 29 s, less than the 30 s of the function that reads it: Lambda refuses such a queue. Set it to 180 s",
  );
  expect(() => read("Usual")).not.toThrow();
  expect(() => read("Long", Duration.minutes(3))).not.toThrow();
});
