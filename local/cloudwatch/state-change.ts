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

/** An alarm before and after a change of its state. */
export interface StateChange {
  before: AlarmRow;
  after: AlarmRow;
}

/** The most entries of one PutEvents. */
const MOST_ENTRIES = 10;

/**
 * Publishes changes of state: "CloudWatch Alarm State Change" on the default bus, and the alarms' actions
 * that are functions and topics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function announce(kernel: Kernel, changes: readonly StateChange[]): void {
  if (kernel.service("events")) {
    for (let start = 0; start < changes.length; start += MOST_ENTRIES) {
      const some = changes.slice(start, start + MOST_ENTRIES);
      kernel.work.start(`State changes of ${some.map(({ after }) => after.name).join(", ")}`, async () => {
        const Entries = some.map((change) => eventOf(kernel, change));
        await kernel.call("events", "PutEvents", { Entries }, { caller: SERVICE });
      });
    }
  }
  for (const change of changes) act(kernel, change);
}

function eventOf(kernel: Kernel, change: StateChange): object {
  return {
    Source: "aws.cloudwatch",
    DetailType: "CloudWatch Alarm State Change",
    Resources: [arnOf(kernel, change)],
    Time: change.after.updated / 1000,
    Detail: JSON.stringify(detailOf(change)),
  };
}

const arnOf = (kernel: Kernel, { after }: StateChange) => kernel.arn("cloudwatch", `alarm:${after.name}`);

const detailOf = ({ before, after }: StateChange) => ({
  alarmName: after.name,
  configuration: configurationOf(JSON.parse(after.settings)),
  previousState: stateOf(before),
  state: stateOf(after),
});

/** Starts the actions of the alarm's new state. */
function act(kernel: Kernel, change: StateChange): void {
  const { before, after } = change;
  const arn = arnOf(kernel, change);
  const settings: Settings = JSON.parse(after.settings);
  if (settings.ActionsEnabled === false) return;
  const actions: string[] = settings[ACTIONS[after.state]] ?? [];
  for (const action of actions) {
    const [, , service] = action.split(":");
    if (service !== "lambda" && service !== "sns") continue;
    kernel.work.start(`Action of ${arn}`, async () => {
      try {
        if (service === "lambda") await invoke(kernel, arn, action, detailOf(change), after.updated);
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
