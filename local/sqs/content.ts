import { hash } from "node:crypto";
import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import {
  invalidAttributeContents,
  invalidMessageContents,
  invalidParameter,
  missingParameter,
} from "./errors.ts";

/** A message attribute as in the API; BinaryValue is base64 text, as it is in JSON. */
interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

export const LARGEST_MESSAGE = DATA_LIMITS.message.most;
const MOST_ATTRIBUTES = 10;

// biome-ignore lint/suspicious/noControlCharactersInRegex: tab, newline and return are the three that are allowed.
const FORBIDDEN = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Throws unless the body and the attributes are what SQS takes; answers their size in bytes. */
export function checkContent(
  body: unknown,
  attributes: MessageAttributes | undefined,
  limit: number,
): number {
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  const size = contentSize(body, attributes);
  if (size > limit) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  if (FORBIDDEN.test(body)) throw invalidMessageContents();
  const names = Object.keys(attributes ?? {});
  if (names.length > MOST_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const name of names) checkAttribute(name, attributes![name]!);
  return size;
}

/** Bytes that count towards the limits: the body, and the names, types and values of the attributes. */
export function contentSize(body: string, attributes: MessageAttributes | undefined): number {
  let size = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes ?? {})) {
    size +=
      Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType ?? "") + valueBytes(attribute).length;
  }
  return size;
}

function checkAttribute(name: string, attribute: MessageAttribute): void {
  if (!/^[\u00c0-\u017fA-Za-z0-9_.-]{1,256}$/.test(name)) {
    throw invalidParameter(
      "Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ",
    );
  }
  if (/^(aws\.|amazon\.|\.)|\.$|\.\./i.test(name)) {
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    );
  }
  const type = attribute.DataType;
  if (!type) throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty DataType.`);
  const base = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
  if (!base || type.length > 256) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = base === "Binary" ? attribute.BinaryValue : attribute.StringValue;
  if (!value) {
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${base}'.`,
    );
  }
  if (base === "Number" && !Number.isFinite(Number(value))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  if (base !== "Binary" && FORBIDDEN.test(value)) throw invalidAttributeContents();
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? "")
    : Buffer.from(attribute.BinaryValue, "base64");
}

export function md5(text: string): string {
  return hash("md5", text);
}

/**
 * The digest that SDKs check: attributes sorted by name, each as length-prefixed name and type, one byte for the
 * kind of value (1 text, 2 binary) and the length-prefixed value. Undefined where there are no attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const parts: Buffer[] = [];
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of names) {
    const attribute = attributes![name]!;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    parts.push(Buffer.from([attribute.BinaryValue === undefined ? 1 : 2]));
    add(valueBytes(attribute));
  }
  return hash("md5", Buffer.concat(parts));
}

/** The attributes that MessageAttributeNames requests: exact names, "prefix*" or "prefix.*", "All", "*" or ".*". */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: string[],
): MessageAttributes | undefined {
  const chosen = Object.entries(attributes).filter(([name]) =>
    wanted.some(
      (want) =>
        want === "All" ||
        want === name ||
        (want.endsWith("*") && name.startsWith(want.replace(/\.?\*$/, ""))),
    ),
  );
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}
