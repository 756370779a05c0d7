import { ServiceError, UserError } from "../kernel/errors.ts";
import { isObject } from "../kernel/is-object.ts";
import { asText, tryParseJson } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";

/** "{{resolve:secretsmanager:name:SecretString:key}}", anywhere in a text. */
export const DYNAMIC_REFERENCE = /\{\{resolve:([^}]*)\}\}/g;

/** The services that dynamic references can name. */
export const isServedReference = (reference: string): boolean => /^(?:secretsmanager|ssm):/.test(reference);

/** A placeholder for a value that does not exist locally, such as one of an account. */
const ABSENT = "not-available-locally";

/**
 * The value with its dynamic references replaced by what they refer to. A secret or parameter that is not
 * here is reported, and replaced by a text that says so. Throws UserError for a key that a secret does not
 * have.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export async function withDynamicReferences(kernel: Kernel, where: string, value: unknown): Promise<any> {
  return JSON.stringify(value)?.includes("{{resolve:") ? replaced(kernel, where, value) : value;
}

async function replaced(kernel: Kernel, where: string, value: unknown): Promise<unknown> {
  if (typeof value === "string") {
    let text = value;
    for (const [whole, reference] of value.matchAll(DYNAMIC_REFERENCE)) {
      const found = await read(kernel, where, reference!);
      text = text.replace(whole, () => found);
    }
    return text;
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((item) => replaced(kernel, where, item)));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(async ([name, member]) => [
    name,
    await replaced(kernel, where, member),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function read(kernel: Kernel, where: string, reference: string): Promise<string> {
  const [service, ...parts] = reference.split(":");
  try {
    return service === "ssm" ? await parameter(kernel, parts) : await secret(kernel, parts);
  } catch (error) {
    if (!(error instanceof ServiceError) || !/NotFound/.test(error.code)) throw error;
    const create =
      service === "ssm"
        ? `ssm put-parameter --type String --name ${parts[0]} --value <value>`
        : `secretsmanager create-secret --name ${parts[0]} --secret-string <value>`;
    kernel.report(
      `${where}: {{resolve:${reference}}} is not available here, and has the value "${ABSENT}". Create it with "aws --endpoint-url ${kernel.endpoint} ${create}" and restart.`,
    );
    return ABSENT;
  }
}

async function parameter(kernel: Kernel, [name]: string[]): Promise<string> {
  const { Parameter } = await kernel.call("ssm", "GetParameter", { Name: name });
  return Parameter.Value;
}

/** An ARN of a secret has six more colons. */
async function secret(kernel: Kernel, parts: string[]): Promise<string> {
  const length = parts[0] === "arn" ? 7 : 1;
  const SecretId = parts.slice(0, length).join(":");
  const [, key = "", VersionStage = "", VersionId = ""] = parts.slice(length);
  const { SecretString } = await kernel.call("secretsmanager", "GetSecretValue", {
    SecretId,
    ...(VersionStage !== "" && { VersionStage }),
    ...(VersionId !== "" && { VersionId }),
  });
  if (key === "") return SecretString;
  const found = (tryParseJson(SecretString) as Record<string, unknown> | undefined)?.[key];
  if (found !== undefined) return asText(found);
  throw new UserError(`the secret ${SecretId} is not JSON with the key ${key}, which the template refers to`);
}
