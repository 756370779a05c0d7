import { NOTHING, type Units } from "../lib/cost/units.ts";
import { itemSize } from "../local/dynamodb/value/item-size.ts";
import type { Call } from "./calls.ts";

const CHUNK = 64 * 1024;
const KILOBYTE = 1024;
const chunks = (bytes: number) => Math.max(1, Math.ceil(bytes / CHUNK));

/** Adds up what calls cost. */
export class Meter {
  readonly units: Units = { ...NOTHING };
  /** How often each operation was called: "dynamodb UpdateItem". Without what the local cloud asks itself. */
  readonly calls = new Map<string, number>();
  /** Custom metrics that logs carry: "service/StepsCompleted". */
  readonly metrics = new Set<string>();
  /** ARNs of the executions that were started. */
  readonly executions: string[] = [];
  private readonly fairQueues = new Set<string>();

  readonly observe = (call: Call): void => {
    const bill = BILLED[`${call.service} ${call.operation}`];
    if (!bill) return;
    const name = bill(this, call);
    if (name) this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  };

  /** A request to a queue. Groups are known from the first send on. */
  queueRequest({ input }: Call, bytes: number): void {
    if (input.MessageGroupId ?? input.Entries?.some((entry: any) => entry.MessageGroupId))
      this.fairQueues.add(input.QueueUrl);
    this.units[this.fairQueues.has(input.QueueUrl) ? "sqsFairRequests" : "sqsRequests"] += chunks(bytes);
  }

  /** One line of a function's log: its bytes, and what the platform's report or the metrics in it say. */
  logLine(message: string): void {
    this.units.functionLogBytes += Buffer.byteLength(message);
    if (!message.startsWith("{")) return;
    const { type, record, _aws, ...line } = JSON.parse(message);
    if (type === "platform.report") {
      this.calls.set("Lambda invocations", (this.calls.get("Lambda invocations") ?? 0) + 1);
      const { billedDurationMs, memorySizeMB } = record.metrics;
      this.units.lambdaRequests += 1;
      this.units.lambdaGigabyteSeconds += (billedDurationMs / 1000) * (memorySizeMB / 1024);
    }
    for (const { Metrics, Dimensions } of _aws?.CloudWatchMetrics ?? []) {
      for (const { Name } of Metrics) {
        this.metrics.add([...Dimensions.flat().map((dimension: string) => line[dimension]), Name].join("/"));
      }
    }
  }
}

/** Counts a call and answers under which name; undefined where AWS bills nothing for it. */
type Bill = (meter: Meter, call: Call) => string | undefined;

const NAMES: Record<string, string> = { sqs: "SQS", events: "EventBridge", dynamodb: "DynamoDB", s3: "S3" };
const named = ({ service, operation }: Call) => `${NAMES[service]} ${operation}`;

const read: Bill = (meter, call) => {
  meter.units.dynamodbReadUnits += consumed(call);
  return named(call);
};
const write: Bill = (meter, call) => {
  meter.units.dynamodbWriteUnits += consumed(call);
  return call.error ? `${named(call)} (condition failed)` : named(call);
};
const queue =
  (size: (call: Call) => number): Bill =>
  (meter, call) => {
    meter.queueRequest(call, size(call));
    return named(call);
  };
const counted: Bill = (_, { operation }) => `Step Functions ${operation}`;

const BILLED: Record<string, Bill> = {
  "dynamodb GetItem": read,
  "dynamodb BatchGetItem": read,
  "dynamodb Query": read,
  "dynamodb PutItem": write,
  "dynamodb UpdateItem": write,
  "dynamodb DeleteItem": write,
  // The log: one call for up to 25 entries, a write unit for each kilobyte of each.
  "dynamodb BatchWriteItem": write,
  "dynamodb TransactWriteItems": write,
  "dynamodb BatchExecuteStatement": write,
  "dynamodb ExecuteTransaction": write,
  "sqs SendMessage": queue(({ input }) => Buffer.byteLength(input.MessageBody)),
  "sqs SendMessageBatch": queue(({ input }) =>
    input.Entries.reduce((sum: number, { MessageBody }: any) => sum + Buffer.byteLength(MessageBody), 0),
  ),
  "sqs DeleteMessageBatch": queue(() => 0),
  "sqs ChangeMessageVisibilityBatch": queue(() => 0),
  "sqs ChangeMessageVisibility": queue(() => 0),
  // How often an empty queue is polled is the poller's affair, and another one's on AWS.
  "sqs ReceiveMessage": (meter, call) => {
    const messages: { Body: string }[] = call.output?.Messages ?? [];
    if (messages.length === 0) return undefined;
    meter.queueRequest(
      call,
      messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0),
    );
    return named(call);
  },
  "events PutEvents": (meter, call) => {
    const entries = call.input.Entries.filter(({ Source }: any) => !Source.startsWith("aws."));
    if (entries.length === 0) return undefined; // Events of AWS services are free.
    for (const { Source, DetailType, Detail } of entries) {
      const bytes = Buffer.byteLength(Source + DetailType + Detail) + 14; // 14 for the time, as the limit counts.
      meter.units.customEvents += chunks(bytes);
      meter.units.archivedBytes += bytes;
    }
    return named(call);
  },
  "states StartExecution": (meter, call) => {
    if (call.output) meter.executions.push(call.output.executionArn);
    return counted(meter, call);
  },
  "states SendTaskSuccess": counted,
  "states SendTaskFailure": counted,
  "states DescribeExecution": counted,
  "s3 PutObject": (meter, call) => {
    meter.units.s3Writes += 1;
    return named(call);
  },
  "s3 GetObject": (meter, call) => {
    meter.units.s3Reads += 1;
    return named(call);
  },
  "logs PutLogEvents": (meter, { input, output, caller }) => {
    if (!output) return undefined;
    for (const { message } of input.logEvents) {
      if (caller === LOG_DELIVERY) meter.units.stateLogBytes += Buffer.byteLength(message);
      else meter.logLine(message);
    }
    return undefined;
  },
};

/** Who writes the logs of state machines. */
const LOG_DELIVERY = "delivery.logs.amazonaws.com";

/** Capacity units of a call. A refused condition reports none; it costs what the stored item weighs. */
function consumed({ output, error }: Call): number {
  if (error) {
    const item = error.details?.Item;
    return item ? Math.max(1, Math.ceil(itemSize(item) / KILOBYTE)) : 1;
  }
  return [output.ConsumedCapacity ?? []].flat().reduce((sum: number, one: any) => sum + one.CapacityUnits, 0);
}

/** Events of a history as GetExecutionHistory answers them without data. */
interface HistoryEvent {
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
  [details: string]: unknown;
}

/** Every state that was entered, and every further try of one. */
export function transitionsIn(history: HistoryEvent[]): number {
  const entered = history.filter(({ type }) => type.endsWith("StateEntered")).length;
  const tries = history.filter(({ type }) => type === "TaskScheduled").length;
  const tasks = history.filter(({ type }) => type === "TaskStateEntered").length;
  return entered + Math.max(0, tries - tasks);
}
