import { type EventContract, versionsOf } from "../event.ts";
import { type JsonSchema, jsonSchemaOf } from "../schema.ts";

/** The agreed content of one version of an event. */
export interface RecordedContract {
  event: string;
  version: number;
  /** JSON Schema, draft 2020-12. */
  schema: JsonSchema;
}

/** The records of contracts: each version once, by name and version. */
export function recordsOf(contracts: readonly EventContract[]): RecordedContract[] {
  const records = contracts.flatMap(versionsOf).map((contract) => [recordName(contract), recordOf(contract)]);
  return [...new Map(records as [string, RecordedContract][]).values()].sort((a, b) =>
    a.event === b.event ? a.version - b.version : a.event < b.event ? -1 : 1,
  );
}

export function recordOf({ name, version, schema }: EventContract): RecordedContract {
  return {
    event: name,
    version,
    schema: jsonSchemaOf(schema, "input", `Event "${name}" version ${version}`),
  };
}

/** The path of a record in the folder of contracts. */
export function recordPath({ event, version }: Pick<RecordedContract, "event" | "version">): string {
  return `${event}/v${version}.json`;
}

/** The event and version of a path; undefined for any other file. */
export function parseRecordPath(path: string): Pick<RecordedContract, "event" | "version"> | undefined {
  const [, event, version] = /^([^/]+)\/v(\d+)\.json$/.exec(path) ?? [];
  return event && version ? { event, version: Number(version) } : undefined;
}

/**
 * The text of a record's file: it does not depend on the order of declarations, so that every difference is a
 * change.
 */
export function recordText({ event, version, schema }: RecordedContract): string {
  const { $schema, title: _, ...rest } = schema;
  return `${JSON.stringify({ $schema, title: `${event} version ${version}`, ...(sorted(rest) as object) }, null, 2)}\n`;
}

function sorted(value: unknown, keyword = ""): unknown {
  if (Array.isArray(value))
    return keyword === "required" ? [...value].sort() : value.map((item) => sorted(item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member, key)]));
}

function recordName({ name, version }: EventContract): string {
  return `${name} ${version}`;
}
