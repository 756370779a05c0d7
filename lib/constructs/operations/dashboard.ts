import { Duration, Stack } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { ENDED_STATUSES } from "../../contract/items/run.ts";
import type { Workflow } from "../../workflow/define.ts";
import { stepsOf } from "../../workflow/plan.ts";
import type { DurableQueue } from "../durable-queue.ts";
import type { EventBus } from "../event-bus.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { iteratorAge, millraceMetric, throttles } from "./metrics.ts";

export interface OperationsDashboardProps {
  readonly workflows: readonly Workflow[];
  /** Names of the breakers. */
  readonly breakers: readonly string[];
  readonly queues: readonly DurableQueue[];
  readonly functions: readonly HandlerFunction[];
  /** The reader of the table's stream. */
  readonly relay: HandlerFunction;
  readonly bus: EventBus;
  readonly alarms: readonly Alarm[];
  /** How a construct is called on it. */
  nameOf(construct: Construct): string;
}

const PERIOD = Duration.minutes(5);
const WIDTH = 24;
const HEIGHT = 6;

/**
 * One page that says how the app does: what is wrong, each workflow's runs and steps, the queues, and Millrace itself. Made of
 * the definitions, so that a new step is on it with its deployment.
 */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(12),
    });
    for (const row of [
      ...overview(props),
      ...props.workflows.map(workflowRow),
      queueRow(props),
      eventRow(props),
      functionRow(props),
    ]) {
      dashboard.addWidgets(...row);
    }
  }
}

function overview({ alarms, workflows }: OperationsDashboardProps): IWidget[][] {
  const names = workflows.map(({ name }) => name).join(", ") || "no workflows";
  const markdown = `# Millrace: ${names}\nAn alarm's description says what it means and which command mends it. One run: \`millrace run <id>\`, its lines: \`millrace logs <id>\`, its trace: annotation \`run\` in X-Ray.`;
  return [
    [new TextWidget({ markdown, width: WIDTH, height: 2 })],
    [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: WIDTH, height: 4 })],
  ];
}

function workflowRow(workflow: Workflow): IWidget[] {
  const { name } = workflow;
  const ended = ENDED_STATUSES.map((status) => sum("RunsEnded", { workflow: name, status }, status));
  const steps = stepsOf(workflow).flatMap(({ name: step }) =>
    ["p50", "p99"].map((statistic) =>
      millraceMetric(
        "StepDuration",
        { workflow: name, step },
        { statistic, label: `${step} ${statistic}`, period: PERIOD },
      ),
    ),
  );
  const failed = millraceMetric(
    "RunsFailed",
    { workflow: name },
    { statistic: "Average", label: "share", period: Duration.hours(1) },
  );
  const third = WIDTH / 3;
  return [
    graph(`${name}: runs`, third, [sum("RunsStarted", { workflow: name }, "started"), ...ended]),
    graph(`${name}: duration of steps (ms)`, third, steps),
    graph(
      `${name}: failed runs (share of an hour's), budget exceeded`,
      third,
      [failed],
      workflow.budget ? [sum("BudgetExceeded", { workflow: name }, "budget exceeded")] : [],
    ),
  ];
}

function queueRow({ queues, nameOf }: OperationsDashboardProps): IWidget[] {
  const period = PERIOD;
  return [
    graph(
      "Oldest message of each queue (s)",
      WIDTH / 2,
      queues.map((durable) =>
        durable.queue.metricApproximateAgeOfOldestMessage({ label: nameOf(durable), period }),
      ),
    ),
    graph(
      "Messages that wait in each queue",
      WIDTH / 2,
      queues.map((durable) =>
        durable.queue.metricApproximateNumberOfMessagesVisible({ label: nameOf(durable), period }),
      ),
    ),
  ];
}

function eventRow({ relay, bus, breakers, queues, nameOf }: OperationsDashboardProps): IWidget[] {
  const quarter = WIDTH / 4;
  const deadLetters = new Set(queues.map((durable) => durable.deadLetters));
  const undelivered = new MathExpression({
    expression: `SEARCH('{AWS/Events,EventBusName,RuleName} EventBusName="${bus.bus.eventBusName}" MetricName="FailedInvocations"', 'Sum')`,
    label: "not delivered",
    period: PERIOD,
  });
  return [
    graph("Relay: age of the last change (ms)", quarter, [iteratorAge(relay).with({ label: "behind" })]),
    graph("Bus: events that reached no queue, by rule", quarter, [undelivered]),
    graph("Deliveries overdue, dead letters", quarter, [
      sum("DeliveriesOverdue", { service: "ledger" }, "overdue"),
      ...[...deadLetters].map((queue) =>
        queue.metricApproximateNumberOfMessagesVisible({ label: nameOf(queue), period: PERIOD }),
      ),
    ]),
    graph(
      "Breakers: opened, and calls refused",
      quarter,
      breakers.flatMap((breaker) => [
        sum("BreakersOpened", { breaker }, `${breaker} opened`),
        sum("BreakerRefusals", { breaker }, `${breaker} refused`),
      ]),
    ),
  ];
}

function functionRow({ functions, nameOf }: OperationsDashboardProps): IWidget[] {
  const third = WIDTH / 3;
  const period = PERIOD;
  const of = (metric: "metricErrors" | "metricInvocations") =>
    functions.map((handler) => handler.function[metric]({ label: nameOf(handler), period }));
  const concurrency = functions.map((handler) =>
    handler.function.metric("ConcurrentExecutions", { statistic: "Maximum", label: nameOf(handler), period }),
  );
  return [
    graph("Functions: errors", third, of("metricErrors")),
    graph("Functions: at once", third, concurrency),
    graph("Functions: calls refused in the region", third, [throttles()]),
  ];
}

function sum(metric: string, dimensions: Record<string, string>, label: string) {
  return millraceMetric(metric, dimensions, { statistic: "Sum", label, period: PERIOD });
}

function graph(title: string, width: number, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, width, height: HEIGHT, left, right, leftYAxis: { min: 0 } });
}
