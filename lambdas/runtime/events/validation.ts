import type { StandardSchemaV1 } from "@standard-schema/spec";

/** One finding of a schema. */
export interface Finding {
  /** "scenes[2].title"; empty for the value as a whole. */
  path: string;
  message: string;
  /** The value, shortened. */
  value?: string;
}

export type Validated<T> = { valid: true; value: T } | { valid: false; findings: Finding[] };

/** Checks a value by any Standard Schema and says where it is wrong. */
export async function validate<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
): Promise<Validated<T>> {
  const result = await schema["~standard"].validate(value);
  if (!result.issues) return { valid: true, value: result.value };
  return {
    valid: false,
    findings: result.issues.map((issue) => {
      const keys = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
      return { path: pathText(keys), message: issue.message, value: excerpt(valueAt(value, keys)) };
    }),
  };
}

/** "scenes[2].title: Too small; topic: …". Messages of some libraries, such as ArkType, begin with the path. */
export function describeFindings(findings: Finding[]): string {
  return findings
    .map(({ path, message }) => (path && !message.startsWith(`${path} `) ? `${path}: ${message}` : message))
    .join("; ");
}

function pathText(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at ? "." : ""}${String(key)}`))
    .join("");
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

function excerpt(value: unknown): string | undefined {
  return JSON.stringify(value)?.slice(0, 200);
}
