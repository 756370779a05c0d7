import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { AlarmRow, Settings } from "./alarms.ts";
import { isoTime } from "./iso-time.ts";
import { readDimensions } from "./metric.ts";
import { alarmNotification } from "./notification.ts";

/** Only services may send events under a source that begins with "aws.". */
const SERVICE = "cloudwatch.amazonaws.com";
/** The principal with which alarms invoke functions. */
const INVOKER = "lambda.alarms.cloudwatch.amazonaws.com";
const ACTIONS = { ALARM: "AlarmActions", OK: "OKActions", INSUFFICIENT_DATA: "InsufficientDataActions" };

/**
 * Publishes a change of state: "CloudWatch Alarm State Change" on the default bus, and the alarm's actions
 * that are functions and topics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function announce(kernel: Kernel, before: AlarmRow, after: AlarmRow): void {
  const arn = kernel.arn("cloudwatch", `alarm:${after.name}`);
  const settings: Settings = JSON.parse(after.settings);
  const detail = {
    alarmName: after.name,
    configuration: configurationOf(settings),
    previousState: stateOf(before),
    state: stateOf(after),
  };
  if (kernel.service("events")) {
    kernel.work.start(`State change of ${arn}`, async () => {
      const entry = {
        Source: "aws.cloudwatch",
        DetailType: "CloudWatch Alarm State Change",
        Resources: [arn],
        Time: after.updated / 1000,
        Detail: JSON.stringify(detail),
      };
      await kernel.call("events", "PutEvents", { Entries: [entry] }, { caller: SERVICE });
    });
  }
  if (settings.ActionsEnabled === false) return;
  const actions: string[] = settings[ACTIONS[after.state]] ?? [];
  for (const action of actions) {
    const [, , service] = action.split(":");
    if (service !== "lambda" && service !== "sns") continue;
    kernel.work.start(`Action of ${arn}`, async () => {
      try {
        if (service === "lambda") await invoke(kernel, arn, action, detail, after.updated);
        else {
          const input = { TopicArn: action, ...alarmNotification(kernel, arn, before, after) };
          await kernel.call("sns", "Publish", input, { caller: SERVICE, sourceArn: arn });
        }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        kernel.report(`cloudwatch: the action ${action} of ${arn} failed: ${error.message}`);
      }
    });
  }
}

async function invoke(
  kernel: Kernel,
  arn: string,
  FunctionName: string,
  alarmData: object,
  time: number,
): Promise<void> {
  const { account, region } = kernel;
  const event = {
    source: "aws.cloudwatch",
    alarmArn: arn,
    accountId: account,
    time: isoTime(time),
    region,
    alarmData,
  };
  const input = { FunctionName, InvocationType: "Event", Payload: JSON.stringify(event) };
  await kernel.call("lambda", "Invoke", input, { caller: INVOKER, sourceArn: arn });
}

function configurationOf({ AlarmDescription, Metrics, ...settings }: Settings): object {
  const { Namespace, MetricName, Dimensions, Period, Statistic } = settings;
  const metric = { dimensions: readDimensions(Dimensions), name: MetricName, namespace: Namespace };
  return {
    ...(AlarmDescription !== undefined && { description: AlarmDescription }),
    metrics: Metrics?.map(described) ?? [
      { id: "m1", metricStat: { metric, period: Period, stat: Statistic }, returnData: true },
    ],
  };
}

/** A query of the API in the form of the event. */
function described({ Id, Expression, Label, MetricStat, ReturnData }: any): object {
  const { Metric = {}, Period, Stat } = MetricStat ?? {};
  const { Dimensions, MetricName: name, Namespace: namespace } = Metric;
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: { dimensions: readDimensions(Dimensions), name, namespace },
        period: Period,
        stat: Stat,
      },
    }),
    returnData: ReturnData !== false,
  };
}

function stateOf({ state, reason, reason_data, updated }: AlarmRow): object {
  return {
    reason,
    ...(reason_data !== null && { reasonData: reason_data }),
    timestamp: isoTime(updated),
    value: state,
  };
}
