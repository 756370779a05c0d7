import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { putLogEvents } from "../kernel/put-log-events.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import { type HttpParameters, type PipeSettings, type TargetKind, targetKind } from "./settings.ts";
import { dynamic } from "./template.ts";

/** A delivery of events, as the pipe's role. */
export interface Delivery {
  kernel: Kernel;
  name: string;
  settings: PipeSettings;
  events: unknown[];
  /** The events before the target's template, in which parameters look up paths. */
  originals: unknown[];
}

/** The target did not take the events. */
class DeliveryError extends Error {}

/** Positions of the events that the target refused. Throws where it took none. */
export type Refused = number[];

/** Delivers events to the pipe's target. */
export function deliver(delivery: Delivery): Promise<Refused> {
  return TARGETS[targetKind(delivery.settings.Target)](delivery);
}

const TARGETS: Record<TargetKind, (delivery: Delivery) => Promise<Refused>> = {
  lambda: async ({ kernel, settings, events }) => {
    const { InvocationType = "REQUEST_RESPONSE" } = settings.TargetParameters?.LambdaFunctionParameters ?? {};
    const answer = await invoke(
      kernel,
      settings,
      settings.Target,
      events,
      InvocationType === "FIRE_AND_FORGET",
    );
    return reportedBy(answer, events);
  },

  states: async ({ kernel, settings, events }) => {
    const { InvocationType = "REQUEST_RESPONSE" } =
      settings.TargetParameters?.StepFunctionStateMachineParameters ?? {};
    if (InvocationType === "FIRE_AND_FORGET") {
      const input = { stateMachineArn: settings.Target, input: JSON.stringify(events) };
      await call(kernel, settings, "states", "StartExecution", input);
      return [];
    }
    return reportedBy(await runExpress(kernel, settings, settings.Target, events), events);
  },

  sqs: async ({ kernel, settings, events, originals }) => {
    const { MessageGroupId, MessageDeduplicationId } = settings.TargetParameters?.SqsQueueParameters ?? {};
    const Entries = events.map((event, position) => ({
      Id: String(position),
      MessageBody: asText(event),
      ...defined({
        MessageGroupId: dynamic(MessageGroupId, originals[position]),
        MessageDeduplicationId: dynamic(MessageDeduplicationId, originals[position]),
      }),
    }));
    const QueueUrl = queueUrl(kernel, settings.Target);
    const { Failed = [] } = await call(kernel, settings, "sqs", "SendMessageBatch", { QueueUrl, Entries });
    return refusedOf(Failed, ({ Id }) => Number(Id), events);
  },

  sns: async ({ kernel, settings, events }) => {
    const PublishBatchRequestEntries = events.map((event, position) => ({
      Id: String(position),
      Message: asText(event),
    }));
    const input = { TopicArn: settings.Target, PublishBatchRequestEntries };
    const { Failed } = await call(kernel, settings, "sns", "PublishBatch", input);
    return refusedOf(Failed, ({ Id }) => Number(Id), events);
  },

  events: async ({ kernel, name, settings, events, originals }) => {
    const { DetailType, Source, Resources, Time } =
      settings.TargetParameters?.EventBridgeEventBusParameters ?? {};
    const [, , source] = settings.Source.split(":");
    const Entries = events.map((event, position) => {
      const original = originals[position];
      const time = dynamic(Time, original);
      return {
        EventBusName: settings.Target,
        Source: dynamic(Source, original) ?? `Pipe ${name}`,
        DetailType: dynamic(DetailType, original) ?? `Event from aws:${source}`,
        Detail: asText(event),
        ...defined({
          Resources: Resources?.map((resource: string) => dynamic(resource, original)),
          Time: time === undefined ? undefined : Date.parse(time) / 1000,
        }),
      };
    });
    const answer = await call(kernel, settings, "events", "PutEvents", { Entries });
    const failed = answer.Entries.flatMap((entry: any, position: number) =>
      entry.ErrorCode === undefined ? [] : [{ ...entry, position }],
    );
    return refusedOf(failed, ({ position }) => position, events);
  },

  logs: async ({ kernel, name, settings, events, originals }) => {
    const { LogStreamName, Timestamp } = settings.TargetParameters?.CloudWatchLogsParameters ?? {};
    const logGroupName = settings.Target.split(":")[6];
    const logStreamName = dynamic(LogStreamName, originals[0]) ?? name;
    const logEvents = events.map((event, position) => ({
      message: asText(event),
      timestamp: Number(dynamic(Timestamp, originals[position]) ?? kernel.clock.now()),
    }));
    await putLogEvents(
      (operation, input) => call(kernel, settings, "logs", operation, input),
      { logGroupName, logStreamName },
      logEvents,
    );
    return [];
  },

  "api-destination": async ({ kernel, settings, events, originals }) => {
    const parameters = settings.TargetParameters?.HttpParameters;
    for (const [position, event] of events.entries()) {
      const one = { event, original: originals[position], parameters };
      await callDestination(kernel, settings, settings.Target, one);
    }
    return [];
  },
};

/** Calls an API destination with one event, and answers what it responds: JSON where it is some. */
export async function callDestination(
  kernel: Kernel,
  settings: PipeSettings,
  ApiDestinationArn: string,
  {
    event,
    original,
    parameters = {},
  }: { event: unknown; original: unknown; parameters?: HttpParameters | undefined },
): Promise<unknown> {
  const values = (map: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, dynamic(value, original) ?? ""]));
  const { Body } = await call(kernel, settings, "events", "InvokeApiDestination", {
    ApiDestinationArn,
    Body: asText(event),
    HttpParameters: {
      PathParameterValues: (parameters.PathParameterValues ?? []).map(
        (value) => dynamic(value, original) ?? "",
      ),
      HeaderParameters: values(parameters.HeaderParameters),
      QueryStringParameters: values(parameters.QueryStringParameters),
    },
  });
  try {
    return JSON.parse(Body);
  } catch {
    return Body;
  }
}

/** Calls a function with the events; undefined for an asynchronous call. */
export async function invoke(
  kernel: Kernel,
  settings: PipeSettings,
  FunctionName: string,
  events: unknown[],
  isAsync = false,
): Promise<unknown> {
  const InvocationType = isAsync ? "Event" : "RequestResponse";
  const Payload = Buffer.from(JSON.stringify(events));
  const output = await call(kernel, settings, "lambda", "Invoke", { FunctionName, InvocationType, Payload });
  if (isAsync) return undefined;
  const text = Buffer.from(output.Payload ?? "").toString();
  if (output.FunctionError) throw new DeliveryError(`${FunctionName} failed: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Runs an Express state machine with the events, and answers its output. */
export async function runExpress(
  kernel: Kernel,
  settings: PipeSettings,
  stateMachineArn: string,
  events: unknown[],
): Promise<unknown> {
  const input = { stateMachineArn, input: JSON.stringify(events) };
  const { status, output, error, cause } = await call(
    kernel,
    settings,
    "states",
    "StartSyncExecution",
    input,
  );
  if (status !== "SUCCEEDED")
    throw new DeliveryError(`${stateMachineArn} ended with ${status}: ${error ?? ""} ${cause ?? ""}`);
  return JSON.parse(output);
}

const call = (
  kernel: Kernel,
  { RoleArn }: PipeSettings,
  service: string,
  operation: string,
  input: object,
): Promise<any> => kernel.call(service, operation, input, { caller: RoleArn });

const defined = (members: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

function refusedOf(failed: any[] = [], positionOf: (one: any) => number, events: unknown[]): Refused {
  if (failed.length > 0 && failed.length === events.length) {
    const { Code, ErrorCode, Message, ErrorMessage } = failed[0];
    throw new DeliveryError(`${Code ?? ErrorCode}: ${Message ?? ErrorMessage}`);
  }
  return failed.map(positionOf);
}

/** The events that a function or state machine names as failed, as in event source mappings. */
function reportedBy(answer: any, events: unknown[]): Refused {
  const failures = answer?.batchItemFailures;
  if (!Array.isArray(failures)) return [];
  const named = new Set(failures.map((failure) => failure?.itemIdentifier));
  return events.flatMap((event: any, position) =>
    named.has(event?.messageId ?? event?.dynamodb?.SequenceNumber) ? [position] : [],
  );
}
