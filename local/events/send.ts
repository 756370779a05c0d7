import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { putLogEvents } from "../kernel/put-log-events.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import type { Delivery } from "./delivery.ts";
import type { Invoker } from "./destinations/invoke.ts";
import type { TargetParameters } from "./destinations/request.ts";
import { type BusEvent, eventTime } from "./event.ts";
import { targetInput } from "./input.ts";
import { lookUp, parseJsonPath } from "./json-path.ts";
import { logEntry } from "./log-target.ts";
import { parseJson } from "./pattern/index.ts";
import { HopError } from "./retry.ts";
import { type TargetService, targetService } from "./targets.ts";

/**
 * Delivers an event to its target; resolves when the target has it, throws the error of the target or the
 * transformer.
 */
export type Send = (delivery: Delivery) => Promise<void>;

/** Delivers through the APIs of the other engines; an event bus receives the event itself through `forward`. */
export function sender(
  kernel: Kernel,
  invoker: Invoker,
  forward: (busArn: string, event: BusEvent, delivery: Delivery) => void,
): Send {
  return async (delivery) => {
    const { target, ruleArn } = delivery;
    const service = targetService(target.Arn)!;
    const principal = { caller: target.RoleArn ?? "events.amazonaws.com", sourceArn: ruleArn };
    const authorize = (operation: string, input: object) =>
      kernel.authorizer?.({ ...principal, requestId: kernel.random.uuid() }, "events", operation, input);

    if (service === "events") {
      const event = parseJson(delivery.event) as BusEvent;
      if (delivery.forwarded) throw new HopError(event.id);
      const entry = { EventBusName: target.Arn, Source: event.source, DetailType: event["detail-type"] };
      authorize("PutEvents", { Entries: [entry] });
      return forward(target.Arn, event, delivery);
    }
    const input = targetInput(target, delivery.event, {
      ruleArn,
      ruleName: delivery.rule,
      ingestionTime: eventTime(delivery.ingested),
    });
    if (service === "api-destination") {
      authorize("InvokeApiDestination", { ApiDestinationArn: target.Arn });
      await invoker.invoke(target.Arn, input, parametersFor(target, delivery.event), delivery.id);
      return;
    }
    await CALLS[service](
      (operation, parameters) => kernel.call(service, operation, parameters, principal),
      delivery,
      input,
      kernel,
    );
  };
}

/** The call by which a target of each service gets its input. */
const CALLS: Record<
  Exclude<TargetService, "events" | "api-destination">,
  (
    call: (operation: string, parameters: object) => Promise<any>,
    delivery: Delivery,
    input: string,
    kernel: Kernel,
  ) => Promise<unknown>
> = {
  sqs: (call, { target, trace }, input, kernel) =>
    call("SendMessage", {
      QueueUrl: queueUrl(kernel, target.Arn),
      MessageBody: input,
      ...(target.SqsParameters?.MessageGroupId && { MessageGroupId: target.SqsParameters.MessageGroupId }),
      ...(trace && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
      }),
    }),
  sns: (call, { target }, input) => call("Publish", { TopicArn: target.Arn, Message: input }),
  lambda: (call, { target }, input) =>
    call("Invoke", {
      FunctionName: target.Arn,
      InvocationType: "Event",
      Payload: Buffer.from(input),
    }),
  logs: (call, { target, rule, event }, input) => {
    const stream = { logGroupName: target.Arn.split(":")[6], logStreamName: rule };
    return putLogEvents(call, stream, [logEntry(target, event, input)]);
  },
  states: (call, { target, trace }, input) =>
    call("StartExecution", {
      stateMachineArn: target.Arn,
      input,
      ...(trace && { traceHeader: trace }),
    }),
};

/** The target's parameters for a request; a value that is a path is replaced by what the event has there. */
function parametersFor({ HttpParameters = {} }: Delivery["target"], text: string): TargetParameters {
  const event = parseJson(text);
  const textOf = (given: string): string => {
    const steps = given.startsWith("$.") ? parseJsonPath(given) : undefined;
    if (!steps) return given;
    return asText(lookUp(event, steps) ?? "");
  };
  const textsOf = (map: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, textOf(value)]));
  return {
    PathParameterValues: (HttpParameters.PathParameterValues ?? []).map(textOf),
    HeaderParameters: textsOf(HttpParameters.HeaderParameters),
    QueryStringParameters: textsOf(HttpParameters.QueryStringParameters),
  };
}
