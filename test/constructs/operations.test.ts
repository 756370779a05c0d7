import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { beforeAll, expect, test } from "vitest";
import { Millrace, type MillraceProps } from "../../lib/millrace.ts";
import { workflows } from "../../workflows/index.ts";

const COMMANDS = join(import.meta.dirname, "../../bin/commands");

/** Alarms and dashboard of the parent stack and of each workflow's. */
function synthesize(props: (stack: Stack) => Partial<MillraceProps> = () => ({})) {
  const stack = new Stack(new App(), "Films");
  const millrace = new Millrace(stack, "Millrace", { workflows, ...props(stack) });
  const templates = [stack, ...[...millrace.workflows.values()].map((each) => Stack.of(each))].map((each) =>
    Template.fromStack(each),
  );
  const alarms = templates.flatMap((template) =>
    Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties),
  );
  return { alarms, templates, dashboards: templates[0]!.findResources("AWS::CloudWatch::Dashboard") };
}

let usual: ReturnType<typeof synthesize>;
/** With a rate of failures and a topic, and without the dashboard. */
let configured: ReturnType<typeof synthesize>;
beforeAll(() => {
  usual = synthesize();
  configured = synthesize((stack) => ({
    alarms: { failures: { share: 0.5, least: 2 }, topic: new Topic(stack, "Duty") },
    dashboard: false,
  }));
});

test("each alarm says which command helps, and there is such a command", () => {
  const known = readdirSync(COMMANDS).map((file) => readFileSync(join(COMMANDS, file), "utf8"));
  expect(usual.alarms.length).toBeGreaterThan(10);
  for (const { AlarmDescription } of usual.alarms) {
    const text = typeof AlarmDescription === "string" ? AlarmDescription : JSON.stringify(AlarmDescription);
    const named = [...text.matchAll(/\\?"millrace ([a-z-]+)/g)].map(([, command]) => command!);
    expect(named, text).not.toEqual([]);
    for (const command of named)
      expect(
        known.some((code) => code.includes(`Command("${command}")`) || code.includes(`"${command}"`)),
        command,
      ).toBe(true);
  }
});

test("each workflow has an alarm on the share of its runs that fail, computed where enough have ended", () => {
  for (const { name } of workflows) {
    const alarm = usual.alarms.find(({ AlarmDescription: text }) =>
      String(text).startsWith(`More than 20 % of the runs of ${name} `),
    );
    expect(alarm).toMatchObject({ Threshold: 20, ComparisonOperator: "GreaterThanThreshold" });
    expect(alarm!.Metrics).toMatchObject([
      { Expression: "FILL(IF(ended >= 5, 100 * failed / ended, 0), 0)" },
      {
        Id: "failed",
        MetricStat: {
          Metric: { MetricName: "RunsFailed", Dimensions: [{ Name: "workflow", Value: name }] },
          Period: 3600,
          Stat: "Sum",
        },
        ReturnData: false,
      },
      { Id: "ended", MetricStat: { Stat: "SampleCount" }, ReturnData: false },
    ]);
  }
});

test("a configured rate is used, and a workflow without a budget has no alarm on it", () => {
  const { alarms } = configured;
  const about = (start: string) =>
    alarms.filter(({ AlarmDescription: text }) => String(text).startsWith(start));
  expect(about("More than 50 %")).toHaveLength(workflows.length);
  expect(about("A run of ")).toHaveLength(workflows.filter(({ budget }) => budget).length);
});

test("the errors of all of Millrace's own functions are watched, ten in an alarm at most", () => {
  const sums = usual.alarms.filter(({ AlarmDescription: text }) =>
    String(text).startsWith("Functions of Millrace failed"),
  );
  const watched = sums.map(({ Metrics }) => Metrics.filter(({ MetricStat }: any) => MetricStat));
  expect(watched.every((metrics) => metrics.length <= 10)).toBe(true);
  const names = sums.map(({ AlarmDescription: text }) => String(text)).join();
  for (const name of ["Relay", "Control", "Completion/Reconcile", "Waits", "Releases"])
    expect(names).toContain(name);
  for (const { name } of workflows) expect(names).not.toContain(name);
});

test("the functions of each workflow are watched where they are: those that fail, and those that are throttled", () => {
  for (const [start, metric] of [
    ["Functions of", "Errors"],
    ["Lambda throttled functions of", "Throttles"],
  ]) {
    for (const { name } of workflows) {
      const of = usual.alarms.filter(({ AlarmDescription: text }) =>
        String(text).startsWith(`${start} ${name} `),
      );
      const watched = of.flatMap(({ Metrics }) => Metrics.filter(({ MetricStat }: any) => MetricStat));
      expect(
        of.every(({ Metrics }) => Metrics.length <= 11),
        name,
      ).toBe(true);
      expect(new Set(watched.map(({ MetricStat }: any) => MetricStat.Metric.MetricName))).toEqual(
        new Set([metric]),
      );
      const [template] = usual.templates.filter((each) =>
        Object.values(each.findResources("AWS::CloudWatch::Alarm")).some(({ Properties }) =>
          of.includes(Properties),
        ),
      );
      expect(watched).toHaveLength(Object.keys(template!.findResources("AWS::Lambda::Function")).length);
    }
  }
});

test("throttles are those of the app's own functions", () => {
  const throttles = usual.alarms.filter(({ MetricName, Metrics }) =>
    /"Throttles"/.test(JSON.stringify([MetricName, Metrics])),
  );
  expect(throttles.length).toBeGreaterThan(workflows.length);
  for (const { Metrics } of throttles)
    for (const { MetricStat } of Metrics.filter(({ MetricStat }: any) => MetricStat))
      expect(MetricStat.Metric.Dimensions).toMatchObject([{ Name: "FunctionName" }]);
});

test("what is lost, refused or not undone raises an alarm, by the dimension under which it is counted", () => {
  for (const [MetricName, service] of [
    ["ChangesMissed", "reconcile"],
    ["ChangesFailed", "reconcile"],
    ["EffectsInDoubt", "reconcile"],
    ["MessagesLost", "control"],
    ["WorkersDied", "workers"],
    ["UndosFailed", "app"],
    ["EventsQuarantined", "app"],
    ["MessagesThrottled", "app"],
  ]) {
    const [alarm] = usual.alarms.filter((each) => each.MetricName === MetricName);
    expect(alarm).toMatchObject({
      Threshold: 0,
      Statistic: "Sum",
      Dimensions: [{ Name: "service", Value: service }],
    });
  }
  for (const { name } of workflows) {
    const dimension = { Name: "workflow", Value: name };
    const [alarm] = usual.alarms.filter(
      ({ MetricName, Dimensions }) => MetricName === "RunsNotStarted" && Dimensions[0].Value === name,
    );
    expect(alarm).toMatchObject({ Threshold: 0, Dimensions: [dimension] });
  }
});

/** The widgets of the only dashboard; what is known at deployment reads "x". */
function widgetsOf(dashboards: Record<string, any>): any[] {
  const [dashboard, ...more] = Object.values(dashboards);
  expect(more).toEqual([]);
  expect(dashboard!.Properties.DashboardName).toEqual({
    "Fn::Join": ["", ["Films-", { Ref: "AWS::Region" }]],
  });
  const parts = dashboard!.Properties.DashboardBody["Fn::Join"][1];
  return JSON.parse(parts.map((part: unknown) => (typeof part === "string" ? part : "x")).join("")).widgets;
}

test("the dashboard has every workflow and every alarm, and finds steps, queues and functions by searches", () => {
  const widgets = widgetsOf(usual.dashboards);
  const metrics = (title: string) =>
    widgets.find(({ properties }) => properties.title === title).properties.metrics;
  for (const { name } of workflows) {
    expect(metrics(`${name}: runs`)).toHaveLength(5);
    expect(metrics(`${name}: duration of steps (ms)`).map(([{ expression }]: any) => expression)).toEqual(
      ["p50", "p99"].map(
        (statistic) =>
          `SORT(SEARCH('{"Millrace/Films",step,workflow} MetricName="StepDuration" workflow="${name}"', '${statistic}'), MAX, DESC, 20)`,
      ),
    );
  }
  expect(metrics("Oldest messages: the worst queues (s)")).toMatchObject([
    [
      {
        expression: `SORT(SEARCH('{AWS/SQS,QueueName} MetricName="ApproximateAgeOfOldestMessage" QueueName=(Films)', 'Maximum'), MAX, DESC, 20)`,
        label: "${PROP('Dim.QueueName')} Maximum",
      },
    ],
  ]);
  const shown = widgets.filter(({ type }) => type === "alarm").flatMap(({ properties }) => properties.alarms);
  expect(shown).toHaveLength(usual.alarms.length);
  const names = usual.alarms.map(({ AlarmName }) => AlarmName);
  for (const name of names) expect(shown.some((arn: string) => arn.endsWith(`:alarm:${name}`))).toBe(true);
  expect(new Set(names).size).toBe(names.length);
});

test("a topic is notified of every alarm, at its start and its end; without a topic, there is no notification", () => {
  const { alarms } = configured;
  expect(alarms).toHaveLength(usual.alarms.length);
  for (const { AlarmActions, OKActions } of alarms) {
    expect(AlarmActions).toHaveLength(1);
    expect(OKActions).toEqual(AlarmActions);
  }
  expect(usual.alarms.every(({ AlarmActions }) => AlarmActions === undefined)).toBe(true);
});

test("no dashboard if it is disabled", () => {
  expect(Object.keys(usual.dashboards)).toHaveLength(1);
  expect(configured.dashboards).toEqual({});
});
