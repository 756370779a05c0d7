import type { Call } from "./integrations.ts";

/** The SDK's name of a service, where the local cloud knows it under another. */
const SERVICES: Record<string, string> = { sfn: "states", eventbridge: "events", cloudwatch: "monitoring" };

/** Services whose API writes members in lower camel case; a definition writes all in Pascal case. */
const CAMEL_CASE = new Set(["states"]);

/** Members that are texts (or bytes) in the service's API and may be given as JSON, wherever they stand. */
const TEXTS: Record<string, readonly string[]> = {
  sqs: ["MessageBody"],
  sns: ["Message"],
  events: ["Detail"],
  states: ["Input", "Output", "Definition"],
  s3: ["Body"],
  lambda: ["Payload"],
};

const TIMES = /(Date|Time|Timestamp|LastModified)$/;

/** Calls any operation of any served service: "getObject" of "s3". Answers its output with Pascal-case members. */
export async function callSdk(
  { kernel, caller, parameters }: Call,
  service: string,
  action: string,
): Promise<unknown> {
  const name = SERVICES[service] ?? service;
  const operation = action[0]!.toUpperCase() + action.slice(1);
  const camel = CAMEL_CASE.has(name);
  const input = members(
    texts(withoutNulls(parameters), TEXTS[name] ?? []),
    camel ? lowerFirst : (member) => member,
  );
  const output = await kernel.call(name, operation, input, { caller });
  return members(readable(output ?? {}), camel ? upperFirst : (member) => member);
}

function members(value: unknown, rename: (member: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => members(item, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), members(member, rename)]),
  );
}

function withoutNulls(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
}

function texts(value: unknown, named: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => texts(item, named));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      named.includes(name) && typeof member !== "string" ? JSON.stringify(member) : texts(member, named),
    ]),
  );
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
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function lowerFirst(name: string): string {
  return name[0]!.toLowerCase() + name.slice(1);
}

function upperFirst(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
