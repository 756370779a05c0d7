import { compilePattern, parseJson } from "../../events/pattern/index.ts";
import type { MappingSettings } from "./settings.ts";

/** Whether a record is for the function: any filter matches, or there is none. */
export function compileFilters({ FilterCriteria }: MappingSettings): (record: unknown) => boolean {
  const patterns = FilterCriteria.Filters.map(({ Pattern }) => compilePattern(Pattern));
  return (record) => patterns.length === 0 || patterns.some((matches) => matches(record));
}

/**
 * An SQS record as filters see it. A body that is a JSON object is compared as such; any other is compared as text.
 * See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function filterableMessage<T extends { body: string }>(record: T): unknown {
  let body: unknown = record.body;
  try {
    const parsed = parseJson(record.body);
    if (typeof parsed === "object" && parsed !== null) body = parsed;
  } catch {
    // Plain text: compared as it is.
  }
  return { ...record, body };
}
