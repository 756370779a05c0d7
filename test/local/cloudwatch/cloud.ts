import { cloudWatchService } from "../../../local/cloudwatch/service.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { amongStandIns, type Situation } from "../stand-ins.ts";

export { START } from "../stand-ins.ts";

export const MINUTE = 60_000;

/** The engine, started, with queues and stubs for the bus and functions. */
export async function cloud(situation: Situation = {}) {
  const local = amongStandIns({ events: ["PutEvents"], lambda: ["Invoke"], sns: ["Publish"] }, situation);
  const { kernel, calls } = local;
  kernel.register(sqsService(kernel));
  const service = cloudWatchService(kernel);
  kernel.register(service);
  const monitoring = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("monitoring", operation, input);
  const { QueueUrl } = await kernel.call("sqs", "CreateQueue", { QueueName: "dead" });
  service.start!();
  return {
    ...local,
    service,
    monitoring,

    /** An alarm of one datapoint a minute. */
    alarm: (AlarmName: string, more: object = {}) =>
      monitoring("PutMetricAlarm", {
        AlarmName,
        Namespace: "Films",
        MetricName: "Failures",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        ...more,
      }),
    put: (Value: number, more: object = {}) =>
      monitoring("PutMetricData", {
        Namespace: "Films",
        MetricData: [{ MetricName: "Failures", Value, ...more }],
      }),
    state: async (AlarmName: string): Promise<string> =>
      (await monitoring("DescribeAlarms", { AlarmNames: [AlarmName] })).MetricAlarms[0].StateValue,
    send: () => kernel.call("sqs", "SendMessage", { QueueUrl, MessageBody: "x" }),
    purge: () => kernel.call("sqs", "PurgeQueue", { QueueUrl }),
    /** The published changes of state: "OK → ALARM". */
    changes: (): string[] =>
      calls
        .filter(({ operation }) => operation === "PutEvents")
        .flatMap(({ input }) => input.Entries as { DetailType: string; Detail: string }[])
        .filter(({ DetailType }) => DetailType === "CloudWatch Alarm State Change")
        .map(({ Detail }) => JSON.parse(Detail))
        .map(({ previousState, state }) => `${previousState.value} → ${state.value}`),
  };
}

/** An alarm on the queue "dead". */
export const DEAD_LETTERS = {
  Namespace: "AWS/SQS",
  MetricName: "ApproximateNumberOfMessagesVisible",
  Dimensions: [{ Name: "QueueName", Value: "dead" }],
  Statistic: "Maximum",
  TreatMissingData: "notBreaching",
};
