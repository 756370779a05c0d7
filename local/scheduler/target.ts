import { isObject } from "../kernel/is-object.ts";
import { tryParseJson } from "../kernel/json-text.ts";
import { validation } from "./errors.ts";

/** A schedule's target, in the API's members. */
export interface Target {
  /**
   * The called resource: a queue, a topic, a function, a state machine, an event bus, or any operation of a service.
   */
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
  SqsParameters?: { MessageGroupId?: string };
  EventBridgeParameters?: { DetailType: string; Source: string };
}

/** The call of a target. */
export interface Call {
  /** The service's name in the local cloud: "states". */
  service: string;
  operation: string;
  /** Its name in dead letters: "arn:aws:scheduler:::aws-sdk:sfn:startExecution". */
  arn: string;
  /** The operation's input for the target's text, after its keywords were replaced. */
  input(text: string): Record<string, unknown>;
}

const UNIVERSAL = "arn:aws:scheduler:::aws-sdk:";
/** The SDK's name of a service, if the local cloud uses another. */
const SERVICES: Record<string, string> = { sfn: "states", eventbridge: "events" };
/** Scheduler only makes calls that change something. */
const READ_ONLY =
  /^(?:get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|retrieve)(?:[A-Z]|$)/;

type Build = (target: Target, text: string, queueUrl: (arn: string) => string) => Record<string, unknown>;

/** The targets that need only an ARN, by its service. */
const TEMPLATED: Record<string, { api: string; resource: RegExp; build: Build }> = {
  sqs: {
    api: "sqs:sendMessage",
    resource: /^[a-zA-Z0-9_-]{1,80}(\.fifo)?$/,
    build: ({ Arn, SqsParameters }, MessageBody, queueUrl) => ({
      MessageBody,
      QueueUrl: queueUrl(Arn),
      ...SqsParameters,
    }),
  },
  sns: {
    api: "sns:publish",
    resource: /^[\w-]{1,256}$/,
    build: ({ Arn }, Message) => ({ TopicArn: Arn, Message }),
  },
  lambda: {
    api: "lambda:invoke",
    resource: /^function:[^:]+(:[^:]+)?$/,
    build: ({ Arn }, Payload) => ({ FunctionName: Arn, InvocationType: "Event", Payload }),
  },
  states: {
    api: "sfn:startExecution",
    resource: /^stateMachine:[^:]+(:[^:]+)?$/,
    build: ({ Arn }, input) => ({ stateMachineArn: Arn, input }),
  },
  events: {
    api: "eventbridge:putEvents",
    resource: /^event-bus\/.+$/,
    build: ({ Arn, EventBridgeParameters }, Detail) => ({
      Entries: [{ Detail, ...EventBridgeParameters, EventBusName: Arn }],
    }),
  },
};

/** The call of a target, undefined if the local cloud does not support it. */
export function callOf(target: Target, queueUrl: (arn: string) => string): Call | undefined {
  const { Arn } = target;
  if (Arn.startsWith(UNIVERSAL)) {
    const { service, operation } = readApi(Arn.slice(UNIVERSAL.length));
    return { service, operation, arn: Arn, input: (text) => members(service, JSON.parse(text)) };
  }
  const [, , name = "", , , ...rest] = Arn.split(":");
  const template = Object.hasOwn(TEMPLATED, name) ? TEMPLATED[name]! : undefined;
  if (!template?.resource.test(rest.join(":"))) return undefined;
  return {
    ...readApi(template.api),
    arn: `${UNIVERSAL}${template.api}`,
    input: (text) => template.build(target, text, queueUrl),
  };
}

/** Refuses an unsupported target. `serves`: whether an operation exists. */
export function checkTarget(target: Target, serves: (service: string, operation: string) => boolean): void {
  const { Arn, Input, SqsParameters, EventBridgeParameters } = target;
  const call = callOf(target, (arn) => arn);
  if (!call || !serves(call.service, call.operation)) {
    throw validation(
      `The local cloud does not serve the target ${Arn}: it serves queues, topics, functions, state machines, event buses, and ${UNIVERSAL}<service>:<operation> of the services that it has.`,
    );
  }
  const isUniversal = call.arn === Arn;
  const action = call.arn.slice(call.arn.lastIndexOf(":") + 1);
  if (READ_ONLY.test(action)) throw validation(`${action} is not supported as a target: it only reads.`);
  if (call.service !== "sqs" || isUniversal) {
    if (SqsParameters) throw validation(`SqsParameters are not for the target ${Arn}.`);
    const value = Input === undefined ? {} : tryParseJson(Input);
    if (value === undefined) throw validation("The target's Input is not valid JSON.");
    if (isUniversal && !isObject(value)) {
      throw validation(`The Input for ${Arn} must be a JSON object: the operation's parameters.`);
    }
  } else if (Arn.endsWith(".fifo") && SqsParameters?.MessageGroupId === undefined) {
    throw validation("SqsParameters.MessageGroupId is required for a FIFO queue.");
  }
  if ((EventBridgeParameters !== undefined) !== (call.service === "events" && !isUniversal)) {
    throw validation(
      EventBridgeParameters
        ? `EventBridgeParameters are not for the target ${Arn}.`
        : "EventBridgeParameters are required for an event bus.",
    );
  }
}

/** "sfn:startExecution" → { service: "states", operation: "StartExecution" } */
function readApi(api: string): { service: string; operation: string } {
  const [name = "", action = ""] = api.split(":");
  return {
    service: Object.hasOwn(SERVICES, name) ? SERVICES[name]! : name,
    operation: action === "" ? "" : action[0]!.toUpperCase() + action.slice(1),
  };
}

/** Universal targets write all members in Pascal case; Step Functions' own begin with a lower-case letter. */
function members(service: string, input: Record<string, unknown>): Record<string, unknown> {
  if (service !== "states") return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value]),
  );
}
