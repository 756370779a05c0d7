import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import { RESERVED_EVENTS } from "../../contract/reserved.ts";
import type { System } from "../../contract/system.ts";
import { allowRole } from "../allow-role.ts";
import type { Control } from "../control.ts";
import type { HandlerFunction } from "../handler-function.ts";
import type { Platform } from "../platform.ts";
import type { StateTable } from "../state-table.ts";

export interface ApiPermissionsProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Carries out the commands that the API receives. */
  readonly control: Control;
  /** Log groups of the functions that run a workflow's steps, by the workflow and the step. */
  readonly logGroups: Record<string, Record<string, string>>;
  /** The deployed definitions. */
  readonly system: System;
  /** Folders of the artifact bucket in which runs publish files. @default none */
  readonly shared?: readonly string[];
}

/** The attributes of an approval that a decision writes. */
const DECISION = [
  "state",
  "decision",
  "decidedAt",
  "changedAt",
  "revision",
  "unpublished",
  "list",
  "listedAt",
  "until",
  "votes",
  "delegations",
];

/** The source of events that are sent manually. */
const SOURCE = "millrace.console";

/** Lets the API read what it shows, decide approvals, and pass on commands and events. */
export function allowApi(handler: HandlerFunction, props: ApiPermissionsProps): void {
  const {
    platform: { table, artifacts },
    system,
  } = props;
  allowReads(handler, table);
  allowLogs(handler, props);
  for (const index of ["list", "found", "keyed"] as const) table.grantQuery(handler, index);
  const runs = [...system.workflows, ...system.reactions].map(({ name }) => `${name}/`);
  artifacts.connect(handler, "read", ...runs);
  for (const folder of props.shared ?? []) artifacts.grantShared(handler, { folder, access: "read" });
  allowCommands(handler, props);
}

/**
 * Reads everything that is shown, but no message that waits for an answer; writes only the decision of an
 * approval.
 */
function allowReads(handler: HandlerFunction, table: StateTable): void {
  const { runs, work, approvals, controls, breaker, quarantine, deadLetters, replays } = PARTITIONS;
  const { deliveries, releases, queues, limits, log, correlations, feed, viewers } = PARTITIONS;
  table.connect(
    handler,
    {
      may: ["GetItem", "BatchGetItem", "Query"],
      of: [
        runs(),
        work(),
        approvals(),
        controls("workflow"),
        controls("subscriber"),
        controls("breaker"),
        controls("limit"),
        limits(),
        breaker(),
        quarantine(),
        deadLetters(),
        replays(),
        deliveries(),
        releases(),
        queues(),
        log(),
        correlations(),
        feed(),
      ],
    },
    { may: ["UpdateItem"], of: [approvals()], attributes: DECISION },
    { may: ["UpdateItem"], of: [viewers()] },
  );
}

/** Reads what handlers logged, and what state machines sent to them. */
function allowLogs(
  handler: HandlerFunction,
  { platform: { stateMachines }, logGroups }: ApiPermissionsProps,
): void {
  const names = Object.values(logGroups).flatMap((ofSteps) => Object.values(ofSteps));
  const arns = patternsOf(names).map((resourceName) =>
    Stack.of(handler).formatArn({
      service: "logs",
      resource: "log-group",
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  handler.allow(["logs:FilterLogEvents"], ...arns);
  stateMachines.connectHistories(handler);
}

/** Commands are sent to the control function, and events to the bus under a source of their own. */
function allowCommands(
  handler: HandlerFunction,
  { platform: { bus }, control, system }: ApiPermissionsProps,
): void {
  handler.allow(["lambda:InvokeFunction"], control.handler.function.functionArn);
  handler.addEnvironment(ENVIRONMENT.control, control.handler.function.functionName);
  handler.addEnvironment(ENVIRONMENT.bus, bus.bus.eventBusName);
  if (system.events.length > 0) {
    handler.function.addToRolePolicy(
      new PolicyStatement({
        actions: ["events:PutEvents"],
        resources: [bus.bus.eventBusArn],
        conditions: {
          StringEquals: { "events:source": SOURCE },
          // The names of all events do not fit here. The function looks up what it sends by name.
          StringNotEquals: { "events:detail-type": [...RESERVED_EVENTS] },
        },
      }),
    );
  }
  bus.listProducers(handler);
  bus.grantReadReplays(handler);
  handler.allow(["sqs:GetQueueAttributes"], control.queue.queue.queueArn);
  // CloudWatch has the age of messages; its permission cannot be limited to a metric.
  handler.allow(["cloudwatch:GetMetricData"], "*");
  for (const queue of control.resent) allowRole(queue, handler, "sqs:GetQueueAttributes");
}

/**
 * The log groups "/millrace/Films/Millrace/film/draw/Worker" of all workflows as one pattern; for a workflow
 * in a stack of its own, a pattern of its own.
 */
function patternsOf(groups: readonly string[]): string[] {
  const parts = groups.map((name) => name.split("/").slice(0, -3).join("/"));
  return [...new Set(parts)].map((part) => `${part}/*/Worker*`);
}
