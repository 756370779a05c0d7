import { isRawNumber } from "../../kernel/raw-number.ts";
import { plain } from "../numbers.ts";
import type { Call } from "./task-call.ts";

/** The SDK's name of a service, where the local cloud knows it under another. */
const SERVICES: Record<string, string> = {
  sfn: "states",
  eventbridge: "events",
  cloudwatch: "monitoring",
  cloudwatchlogs: "logs",
};

/** The name under which the local cloud knows the service of the SDK. */
export function serviceName(service: string): string {
  return SERVICES[service] ?? service;
}

/** Services whose API writes members in lower camel case; a definition writes all in Pascal case. */
const CAMEL_CASE = new Set(["states", "logs"]);

/** Services whose times are numbers of milliseconds, which stay numbers. */
const MILLISECONDS = new Set(["logs"]);

/** Members that are bytes in the service's API: the JSON of what is given, a text with its quotes. */
const BYTES: Record<string, readonly string[]> = { s3: ["Body"], lambda: ["Payload"] };

/** What the SDK says of a body, unless the definition does. */
const DEFAULTS: Record<string, Record<string, unknown>> = {
  "s3:PutObject": { ContentType: "text/plain; charset=UTF-8", ChecksumAlgorithm: "CRC32" },
};

/** Members that are texts in the service's API and may be given as JSON, at any depth. */
const TEXTS: Record<string, readonly string[]> = {
  sqs: ["MessageBody"],
  sns: ["Message"],
  events: ["Detail"],
  states: ["Input", "Output", "Definition"],
};

const TIMES = /(Date|Time|Timestamp|LastModified)$/;

/** Calls any operation of any served service: "getObject" of "s3". Answers its output with Pascal-case members. */
export async function callSdk(
  { kernel, caller, parameters }: Call,
  service: string,
  action: string,
): Promise<unknown> {
  const name = serviceName(service);
  const operation = action[0]!.toUpperCase() + action.slice(1);
  const camel = CAMEL_CASE.has(name);
  const input = members(
    plain({ ...DEFAULTS[`${name}:${operation}`], ...texts(parameters, name) }),
    camel ? lowerFirst : (member) => member,
  );
  const output = await kernel.call(name, operation, input, { caller });
  const shown = MILLISECONDS.has(name) ? (output ?? {}) : readable(output ?? {});
  return members(shown, camel ? upperFirst : (member) => member);
}

function members(value: unknown, rename: (member: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => members(item, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), members(member, rename)]),
  );
}

function texts(parameters: Record<string, unknown>, service: string): Record<string, unknown> {
  const [named = [], bytes = []] = [TEXTS[service], BYTES[service]];
  const write = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(write);
    return isRecord(value) ? writeAll(value) : value;
  };
  const writeAll = (members: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(members).map(([name, member]) => {
        const isText = bytes.includes(name) || (named.includes(name) && typeof member !== "string");
        return [name, isText ? JSON.stringify(member) : write(member)];
      }),
    );
  return writeAll(parameters);
}

/** Bytes as text, and times (numbers of seconds in the protocols) in ISO 8601. */
function readable(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" && TIMES.test(name)) return new Date(value * 1000).toISOString();
  if (Array.isArray(value)) return value.map((item) => readable(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, readable(inner, member)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && !isRawNumber(value);
}

function lowerFirst(name: string): string {
  return name[0]!.toLowerCase() + name.slice(1);
}

function upperFirst(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
