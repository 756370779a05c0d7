import { tryParseJson } from "../../kernel/json-text.ts";
import { badRequest } from "../errors.ts";

/** The text values of the parameters that have one. */
type Values = Record<string, string>;

interface Definition {
  required: string[];
  optional: string[];
  service: string;
  operation: string;
  input(values: Values): Record<string, unknown>;
  /** The service's response in the form that API Gateway returns. */
  answer(output: any, requestId: string): { type: string; body: string };
}

/** The operations that an API can call without a function. */
export const SUBTYPES = {
  "EventBridge-PutEvents": {
    required: ["Detail", "DetailType", "Source"],
    optional: ["Time", "EventBusName", "Resources", "TraceHeader"],
    service: "events",
    operation: "PutEvents",
    input: ({ Time, Resources, ...rest }) => ({
      Entries: [
        {
          ...rest,
          ...(Time !== undefined && { Time: Date.parse(Time) / 1000 }),
          ...(Resources !== undefined && { Resources: readList(Resources) }),
        },
      ],
    }),
    answer: (output) => ({ type: "application/x-amz-json-1.1", body: JSON.stringify(output) }),
  },
  "SQS-SendMessage": {
    required: ["QueueUrl", "MessageBody"],
    optional: [
      "DelaySeconds",
      "MessageAttributes",
      "MessageDeduplicationId",
      "MessageGroupId",
      "MessageSystemAttributes",
    ],
    service: "sqs",
    operation: "SendMessage",
    input: ({ DelaySeconds, MessageAttributes, MessageSystemAttributes, ...rest }) => ({
      ...rest,
      ...(DelaySeconds !== undefined && { DelaySeconds: Number(DelaySeconds) }),
      ...(MessageAttributes !== undefined && { MessageAttributes: readObject(MessageAttributes) }),
      ...(MessageSystemAttributes !== undefined && {
        MessageSystemAttributes: readObject(MessageSystemAttributes),
      }),
    }),
    // This integration calls SQS with the Query protocol.
    answer(output, requestId) {
      const result = ["MessageId", "MD5OfMessageBody", "MD5OfMessageAttributes", "SequenceNumber"]
        .filter((name) => output[name] !== undefined)
        .map((name) => `<${name}>${output[name]}</${name}>`);
      return {
        type: "text/xml",
        body:
          '<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
          `<SendMessageResult>${result.join("")}</SendMessageResult>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></SendMessageResponse>`,
      };
    },
  },
  "StepFunctions-StartExecution": {
    required: ["StateMachineArn"],
    optional: ["Name", "Input"],
    service: "states",
    operation: "StartExecution",
    input: ({ StateMachineArn, Name, Input }) => ({
      stateMachineArn: StateMachineArn,
      ...(Name !== undefined && { name: Name }),
      ...(Input !== undefined && { input: Input }),
    }),
    answer: (output) => ({ type: "application/x-amz-json-1.0", body: JSON.stringify(output) }),
  },
} satisfies Record<string, Definition>;

export type Subtype = keyof typeof SUBTYPES;

export const isSubtype = (name: unknown): name is Subtype => Object.hasOwn(SUBTYPES, String(name));

export const definition = (subtype: Subtype): Definition => SUBTYPES[subtype];

/** Refuses unknown parameters, and missing required ones. */
export function checkParameters(subtype: Subtype, parameters: Record<string, unknown>): void {
  const { required, optional } = definition(subtype);
  for (const name of Object.keys(parameters)) {
    if (![...required, ...optional].includes(name)) {
      throw badRequest(`The local cloud does not serve the parameter ${name} of ${subtype}.`);
    }
  }
  const missing = required.find((name) => parameters[name] === undefined);
  if (missing !== undefined) throw badRequest(`Parameter ${missing} is required for ${subtype}.`);
}

/** A list in JSON, or separated by commas. */
function readList(text: string): string[] {
  const value = tryParseJson(text);
  return Array.isArray(value) ? value.map(String) : text.split(",").map((item) => item.trim());
}

function readObject(text: string): object | undefined {
  const value = tryParseJson(text);
  return typeof value === "object" && value !== null ? value : undefined;
}
