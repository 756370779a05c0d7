import { compilePattern, compilePatterns, parseJson } from "../../events/pattern/index.ts";
import type { MappingSettings } from "./settings.ts";
import type { SqsRecord } from "./sqs-record.ts";

/** Whether the function receives a stream record: any filter matches, or there is none. */
export function compileFilters({ FilterCriteria }: MappingSettings): (record: unknown) => boolean {
  const patterns = FilterCriteria.Filters.map(({ Pattern }) => Pattern);
  const matches = compilePatterns(patterns);
  return (record) => patterns.length === 0 || matches(record);
}

/** The fields of a message that filters compare. */
type FilteredMessage = Omit<SqsRecord, "body"> & { body: string | object };

/**
 * Whether the function receives a message. A filter on members of the body matches JSON messages, and one on
 * the whole body matches plain text: a message of the other format never matches. See
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function compileMessageFilters({ FilterCriteria }: MappingSettings): (record: SqsRecord) => boolean {
  const filters = FilterCriteria.Filters.map(({ Pattern }) => {
    const matches = compilePattern(Pattern);
    const { body } = parseJson(Pattern);
    if (body === undefined) return matches;
    // A list of allowed texts, or an object of patterns for members of the JSON.
    const looksInto = !Array.isArray(body);
    return (record: FilteredMessage) => looksInto === (typeof record.body === "object") && matches(record);
  });
  if (filters.length === 0) return () => true;
  return (record) => {
    const read = { ...record, body: readBody(record.body) };
    return filters.some((matches) => matches(read));
  };
}

/** A body that is a JSON object or list is compared as such; any other body as text. */
function readBody(body: string): string | object {
  try {
    const parsed = parseJson(body);
    return typeof parsed === "object" && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}
