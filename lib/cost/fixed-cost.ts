import type { ReactionSpec } from "../contract/reaction.ts";
import { stepsOf } from "../workflow/composition.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { PRICES } from "./prices.ts";

/** The relevant part of a resource in a synthesized template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, any>>;
}

/** The resources of a deployed app that cost something without a run. */
export interface FixedResources {
  readonly alarms: number;
  /** Metrics of alarms: each of them is billed. */
  readonly watchedMetrics: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  readonly secrets: number;
  readonly dashboards: number;
  /** The number of function calls of schedules per month. */
  readonly scheduled: number;
  /** How long the table and the archive store their data. */
  readonly retentionDays: number;
}

/** A monthly cost. */
export interface MonthlyItem {
  readonly label: string;
  readonly dollars: number;
}

const MINUTES = 30 * 24 * 60;
/**
 * Long polls of 20 seconds by five pollers. For queues without a maximum concurrency, Lambda may use two:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLS = 5 * 3 * MINUTES;
/** The free tier of every account. */
const FREE_DASHBOARDS = 3;
const DEFAULT_RETENTION = 90;
/**
 * A pass of the reconciler that finds nothing: half a unit for each of its queries, 40 ms of half a gigabyte,
 * and a list request of the bucket.
 */
const LOOK = { reads: 9, gigabyteSeconds: 0.02, lists: 1 };

/** Counts the resources of an app's templates, nested ones included. */
export function fixedResourcesOf(resources: readonly Resource[]): FixedResources {
  const of = (type: string) =>
    resources.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const alarms = of("AWS::CloudWatch::Alarm");
  return {
    alarms: alarms.length,
    watchedMetrics: alarms.flatMap(({ Metrics }) => Metrics?.filter((one: any) => one.MetricStat) ?? [1])
      .length,
    polledQueues: of("AWS::Lambda::EventSourceMapping").filter(({ StartingPosition }) => !StartingPosition)
      .length,
    secrets: of("AWS::SecretsManager::Secret").length,
    dashboards: of("AWS::CloudWatch::Dashboard").length,
    scheduled: of("AWS::Events::Rule").reduce((total, rule) => total + monthly(rule.ScheduleExpression), 0),
    retentionDays: of("AWS::Events::Archive")[0]?.RetentionDays ?? DEFAULT_RETENTION,
  };
}

/** The number of occurrences of a rate per month. Cron times are rare, and are not counted. */
function monthly(expression: string | undefined): number {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression ?? "") ?? [];
  const minutes = { minute: 1, hour: 60, day: 24 * 60 }[unit ?? ""];
  return minutes ? MINUTES / (Number(every) * minutes) : 0;
}

/** What an app costs per month without a run. `metrics` are its own, each billed once it is used. */
export function fixedCosts(fixed: FixedResources, metrics: number): MonthlyItem[] {
  const { perMonth, perMillion } = PRICES;
  const million = 1e6;
  const { alarms, watchedMetrics, polledQueues, secrets, dashboards, scheduled } = fixed;
  const look =
    perMillion.lambdaRequests +
    LOOK.gigabyteSeconds * perMillion.lambdaGigabyteSeconds +
    LOOK.reads * perMillion.dynamodbReadUnits +
    LOOK.lists * perMillion.s3Writes;
  return [
    item(`${alarms} alarms on ${watchedMetrics} metrics`, watchedMetrics * perMonth.alarm),
    item(`${polledQueues} polled queues`, (polledQueues * POLLS * perMillion.sqsRequests) / million),
    item(`${metrics} metrics, once used`, metrics * perMonth.customMetric),
    item(`${secrets} secrets`, secrets * perMonth.secret),
    item(
      `${dashboards} dashboards, ${FREE_DASHBOARDS} of an account free`,
      Math.max(0, dashboards - FREE_DASHBOARDS) * perMonth.dashboard,
    ),
    item(`${scheduled} looks by schedule`, (scheduled * look) / million),
  ];
}

function item(label: string, dollars: number): MonthlyItem {
  return { label, dollars };
}

/** Metrics of Millrace's own that an app writes as long as nothing fails. */
export function metricsOf(workflows: readonly Workflow[], reactions: readonly ReactionSpec[] = []): number {
  const steps = workflows.reduce((total, workflow) => total + stepsOf(workflow).length, 0);
  return workflows.length * WORKFLOW_METRICS + steps * STEP_METRICS + reactions.length * REACTION_METRICS;
}

/** Runs started, ended and failed; how long steps take; events handled. */
const [WORKFLOW_METRICS, STEP_METRICS, REACTION_METRICS] = [3, 1, 1];
