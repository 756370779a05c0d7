import { Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  type IWidget,
  MathExpression,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { chunks } from "../../contract/chunks.ts";
import { ENDED_STATUSES } from "../../contract/items/run.ts";
import type { Workflow } from "../../workflow/workflow.ts";
import type { EventBus } from "../event-bus.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { iteratorAge, millraceMetric, namespaceOf, throttles } from "./metrics.ts";
import { graph, PERIOD, search, sum, tokens, WIDTH } from "./widgets.ts";

export interface OperationsDashboardProps {
  readonly workflows: readonly Workflow[];
  /** Names of the breakers. */
  readonly breakers: readonly string[];
  /** The reader of the table's stream. */
  readonly relay: HandlerFunction;
  readonly bus: EventBus;
  /** Names of the alarms. */
  readonly alarms: readonly string[];
}

/** A widget shows up to 100 alarms. */
const ALARMS_A_WIDGET = 100;

/**
 * One page with the app's health: alarms, each workflow's runs and steps, queues, and Millrace's own
 * functions. Queues, functions and steps are found by searches, which show the worst of them: a dashboard has
 * up to 2,500 metrics, and large apps have more.
 */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { stackName, region } = Stack.of(this);
    const dashboard = new Dashboard(this, "Dashboard", {
      // All regions of an account share the names of dashboards.
      dashboardName: `${stackName}-${region}`,
      defaultInterval: Duration.hours(12),
    });
    for (const row of [
      ...overview(this, props),
      ...props.workflows.map((workflow) => workflowRow(this, workflow)),
      queueRow(stackName),
      eventRow(this, props, stackName),
      functionRow(stackName),
    ]) {
      dashboard.addWidgets(...row);
    }
  }
}

function overview(scope: Construct, { alarms, workflows }: OperationsDashboardProps): IWidget[][] {
  const names = workflows.map(({ name }) => name).join(", ") || "no workflows";
  const markdown = `# Millrace: ${names}\nAn alarm's description says what it means and which command helps. One run: \`millrace run <id>\`. Its log lines: \`millrace logs <id>\`. Its trace: annotation \`run\` in X-Ray.`;
  const byName = alarms.map((name, at) => Alarm.fromAlarmName(scope, `Shown${at}`, name));
  const widgets = chunks(byName, ALARMS_A_WIDGET);
  return [
    [new TextWidget({ markdown, width: WIDTH, height: 2 })],
    ...widgets.map((shown, at) => {
      const title = widgets.length === 1 ? "Alarms" : `Alarms ${at + 1} of ${widgets.length}`;
      return [new AlarmStatusWidget({ title, alarms: shown, width: WIDTH, height: 4 })];
    }),
  ];
}

function workflowRow(scope: Construct, { name, budget }: Workflow): IWidget[] {
  const ended = ENDED_STATUSES.map((status) => sum(scope, "RunsEnded", { workflow: name, status }, status));
  const steps = ["p50", "p99"].map((statistic) =>
    search(
      `{"${namespaceOf(scope)}",step,workflow} MetricName="StepDuration" workflow="${name}"`,
      statistic,
      "step",
    ),
  );
  const failed = millraceMetric(
    scope,
    "RunsFailed",
    { workflow: name },
    { statistic: "Average", label: "share", period: Duration.hours(1) },
  );
  const third = WIDTH / 3;
  return [
    graph(`${name}: runs`, third, [sum(scope, "RunsStarted", { workflow: name }, "started"), ...ended]),
    graph(`${name}: duration of steps (ms)`, third, steps),
    graph(
      `${name}: failed runs (share per hour), budget exceeded`,
      third,
      [failed],
      budget ? [sum(scope, "BudgetExceeded", { workflow: name }, "budget exceeded")] : [],
    ),
  ];
}

function queueRow(stackName: string): IWidget[] {
  const of = (metric: string) =>
    search(
      `{AWS/SQS,QueueName} MetricName="${metric}" QueueName=${tokens(stackName)}`,
      "Maximum",
      "QueueName",
    );
  return [
    graph("Oldest messages: the worst queues (s)", WIDTH / 2, [of("ApproximateAgeOfOldestMessage")]),
    graph("Waiting messages: the longest queues", WIDTH / 2, [of("ApproximateNumberOfMessagesVisible")]),
  ];
}

function eventRow(
  scope: Construct,
  { relay, bus, breakers }: OperationsDashboardProps,
  stackName: string,
): IWidget[] {
  const quarter = WIDTH / 4;
  const undelivered = new MathExpression({
    expression: `SEARCH('{AWS/Events,EventBusName,RuleName} EventBusName="${bus.bus.eventBusName}" MetricName="FailedInvocations"', 'Sum')`,
    label: "not delivered",
    period: PERIOD,
  });
  return [
    graph("Relay: age of the last change (ms)", quarter, [iteratorAge(relay).with({ label: "behind" })]),
    graph("Bus: events not delivered to a queue, by rule", quarter, [undelivered]),
    graph("Deliveries overdue, dead letters", quarter, [
      sum(scope, "DeliveriesOverdue", { service: "ledger" }, "overdue"),
      search(
        `{AWS/SQS,QueueName} MetricName="ApproximateNumberOfMessagesVisible" QueueName=(${tokens(stackName)} AND DeadLetters)`,
        "Maximum",
        "QueueName",
      ),
    ]),
    graph(
      "Breakers: opened, calls refused",
      quarter,
      breakers.flatMap((breaker) => [
        sum(scope, "BreakersOpened", { breaker }, `${breaker} opened`),
        sum(scope, "BreakerRefusals", { breaker }, `${breaker} refused`),
      ]),
    ),
  ];
}

function functionRow(stackName: string): IWidget[] {
  const third = WIDTH / 3;
  const of = (metric: string, statistic: string) =>
    search(
      `{AWS/Lambda,FunctionName} MetricName="${metric}" FunctionName=${tokens(stackName)}`,
      statistic,
      "FunctionName",
    );
  return [
    graph("Functions with the most errors", third, [of("Errors", "Sum")]),
    graph("Functions with the most concurrent executions", third, [of("ConcurrentExecutions", "Maximum")]),
    graph("Functions: throttled calls in the region", third, [throttles()]),
  ];
}
