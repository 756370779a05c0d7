import { Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { BreakerSpec } from "../../contract/breaker.ts";
import type { Workflow } from "../../workflow/workflow.ts";
import type { EventBus } from "../event-bus.ts";
import { HandlerFunction } from "../handler-function.ts";
import { ThresholdAlarm } from "../threshold-alarm.ts";
import { type FailureRate, OperationAlarms } from "./alarms.ts";
import { OperationsDashboard } from "./dashboard.ts";
import { watchFunctions } from "./function-alarms.ts";

/** Who is notified of alarms, and when failed runs raise one. */
export interface AlarmOptions {
  /** Receives a message when an alarm starts and when it ends. @default none: alarms are visible in CloudWatch, and their changes are events on the default bus */
  readonly topic?: ITopic;
  /** @default one in five, of five or more */
  readonly failures?: FailureRate;
}

export interface OperationsProps {
  /** The stacks of the app's parts, if they are next to it. */
  readonly parts: readonly Stack[];
  /** Those with alarms and a row of the dashboard. */
  readonly workflows: readonly Workflow[];
  /** Those in the dashboard. */
  readonly breakers: readonly BreakerSpec[];
  /** The reader of the table's stream. */
  readonly relay: HandlerFunction;
  /** Finds what events missed. */
  readonly reconciler: HandlerFunction;
  /** The bus whose undelivered events the dashboard shows. */
  readonly bus: EventBus;
  /** Who is notified, and when failed runs raise an alarm. @default no topic; one failed run in five */
  readonly alarms?: AlarmOptions | undefined;
  /** Whether to create the dashboard. @default true */
  readonly dashboard?: boolean | undefined;
}

const FAILURES: FailureRate = { share: 0.2, least: 5 };

/**
 * The operator's tools: a dashboard, and alarms that say what to do. It covers all queues, functions and
 * alarms below `scope`, so it is created last.
 */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { parts, workflows, breakers, relay, reconciler, bus, alarms = {}, dashboard = true } = props;
    // Nested parts are below the scope already.
    const all = [scope, ...parts.filter(({ nestedStackParent }) => !nestedStackParent)];
    const nameOf = ({ node }: Construct) => node.path.slice(scope.node.path.length + 1);
    new OperationAlarms(this, "Alarms", {
      workflows,
      relay,
      reconciler,
      failures: alarms.failures ?? FAILURES,
      nameOf,
      own: below(scope, HandlerFunction).filter((handler) => Stack.of(handler) === Stack.of(scope)),
    });
    for (const part of parts) {
      const functions = below(part, HandlerFunction);
      if (functions.length === 0) continue;
      watchFunctions(new Construct(part, "FunctionAlarms"), {
        of: part.node.id,
        functions,
        nameOf: ({ node }) => node.path.slice(part.node.path.length + 1),
      });
    }
    if (dashboard) {
      new OperationsDashboard(this, "Page", {
        workflows,
        relay,
        bus,
        breakers: breakers.map(({ name }) => name),
        alarms: all.flatMap((part) => below(part, ThresholdAlarm)).map(({ plainName }) => plainName),
      });
    }
    for (const part of all) if (alarms.topic) notify(part, alarms.topic);
  }
}

/**
 * Notifies a topic of every alarm below a construct, when it starts and when it ends. For constructs next to
 * Millrace, such as triggers; alarms that are created later are not included.
 */
export function notify(scope: Construct, topic: ITopic): void {
  const action = new SnsAction(topic);
  for (const alarm of below(scope, Alarm)) {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

function below<Kind extends Construct>(
  scope: Construct,
  kind: abstract new (...given: any[]) => Kind,
): Kind[] {
  return scope.node.findAll().filter((construct): construct is Kind => construct instanceof kind);
}
