import { createHash } from "node:crypto";
import { invalidParameter } from "./errors.ts";

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** A published message, before it has the form of a protocol. */
export interface Message {
  id: string;
  topicArn: string;
  subject: string | undefined;
  body: string;
  /** The body for single protocols, from `MessageStructure: json`. */
  bodies: Record<string, string> | undefined;
  attributes: Record<string, MessageAttribute>;
  /** Milliseconds since the epoch. */
  time: number;
  /** Of a FIFO topic. */
  group?: string;
  deduplication?: string;
  sequence?: string;
  /** X-Ray's header of the publisher. */
  trace?: string | undefined;
}

const ATTRIBUTE_NAME = /^(?!AWS\.|Amazon\.|\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const TYPE = /^(?:String|Number|Binary)(?:\.[^\s]+)?$/;

/** Refuses an attribute that the service refuses. */
export function readAttributes(given: Record<string, any> = {}): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]): [string, MessageAttribute] => {
      const invalid = (why: string) => invalidParameter(`MessageAttributes Reason: ${why}`);
      if (!ATTRIBUTE_NAME.test(name)) throw invalid(`The message attribute name '${name}' is invalid.`);
      const { DataType, StringValue, BinaryValue } = value ?? {};
      if (!TYPE.test(String(DataType ?? ""))) {
        throw invalid(
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      }
      if (DataType.startsWith("Binary")) {
        if (!BinaryValue)
          throw invalid(
            `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
          );
        if (typeof BinaryValue !== "string" && !(BinaryValue instanceof Uint8Array))
          throw invalid(`BinaryValue of the message attribute '${name}' must be binary data or base64.`);
        return [name, { DataType, BinaryValue: base64(BinaryValue) }];
      }
      if (StringValue === undefined || StringValue === "") {
        throw invalid(
          `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
        );
      }
      if (typeof StringValue === "object")
        throw invalid(`StringValue of the message attribute '${name}' must be a string.`);
      if (DataType.startsWith("Number") && !Number.isFinite(Number(StringValue))) {
        throw invalid(`Could not cast message attribute '${name}' value to number.`);
      }
      return [name, { DataType, StringValue: String(StringValue) }];
    }),
  );
}

const base64 = (value: string | Uint8Array) =>
  typeof value === "string" ? value : Buffer.from(value).toString("base64");

/** The text that a protocol's endpoints get. */
export function bodyFor(message: Message, protocol: string): string {
  return message.bodies?.[protocol] ?? message.body;
}

/** What every form of a notification contains. */
interface Place {
  endpoint: string;
  subscriptionArn: string;
}

/** The document in which queues and HTTP endpoints get a message. */
export function notification(message: Message, protocol: string, place: Place): string {
  const { id, topicArn, subject, time, sequence } = message;
  const text = bodyFor(message, protocol);
  return document({
    Type: "Notification",
    MessageId: id,
    SequenceNumber: sequence,
    TopicArn: topicArn,
    Subject: subject,
    Message: text,
    Timestamp: new Date(time).toISOString(),
    ...signature(message, text, place),
    ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: typedValues(message) }),
  });
}

/** The request that asks an HTTP endpoint to confirm its subscription. */
export function confirmationRequest({
  id,
  topicArn,
  token,
  time,
  endpoint,
}: {
  id: string;
  topicArn: string;
  token: string;
  time: number;
  endpoint: string;
}): string {
  const text = `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
  const SubscribeURL = `${endpoint}${ADDRESS_PATH}?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
  const { SignatureVersion, Signature, SigningCertURL } = signature({ id, time, topicArn }, text, {
    endpoint,
    subscriptionArn: "",
  });
  return document({
    Type: "SubscriptionConfirmation",
    MessageId: id,
    Token: token,
    TopicArn: topicArn,
    Message: text,
    SubscribeURL,
    Timestamp: new Date(time).toISOString(),
    SignatureVersion,
    Signature,
    SigningCertURL,
  });
}

/** Below it, a GET confirms or ends a subscription. No bucket can have this name. */
export const ADDRESS_PATH = "/_sns/";

/** The event with which a function gets a message. */
export function lambdaEvent(message: Message, place: Place): string {
  const { id, topicArn, subject, time } = message;
  const text = bodyFor(message, "lambda");
  const { SigningCertURL, UnsubscribeURL, ...signed } = signature(message, text, place);
  const Sns = {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: text,
    Timestamp: new Date(time).toISOString(),
    ...signed,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes: typedValues(message),
  };
  const record = {
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: place.subscriptionArn,
    Sns,
  };
  return JSON.stringify({ Records: [record] });
}

function typedValues({ attributes }: Message): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue! },
    ]),
  );
}

/** The members of a signature. It has the form of a real one; there is no certificate to verify it with. */
function signature(
  { id, time, topicArn }: Pick<Message, "id" | "time" | "topicArn">,
  text: string,
  { endpoint, subscriptionArn }: Place,
) {
  const hash = createHash("sha512").update([id, time, topicArn, text].join("\n")).digest("base64");
  return {
    SignatureVersion: "1",
    Signature: hash,
    SigningCertURL: `${endpoint}${ADDRESS_PATH}SimpleNotificationService.pem`,
    UnsubscribeURL: `${endpoint}${ADDRESS_PATH}?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  };
}

/** JSON with a member a line, as the service writes it. */
function document(members: Record<string, unknown>): string {
  const lines = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const isMap = typeof value === "object" && value !== null;
      const inner = isMap
        ? `{\n${Object.entries(value)
            .map(([key, one]) => `    ${JSON.stringify(key)} : ${JSON.stringify(one)}`)
            .join(",\n")}\n  }`
        : JSON.stringify(value);
      return `  ${JSON.stringify(name)} : ${inner}`;
    });
  return `{\n${lines.join(",\n")}\n}`;
}
