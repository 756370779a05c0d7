import { compilePattern, compilePatterns, parseJson } from "../../events/pattern/index.ts";
import type { MappingSettings } from "./settings.ts";
import type { SqsRecord } from "./sqs-record.ts";

/** Whether a stream's record is for the function: any filter matches, or there is none. */
export function compileFilters({ FilterCriteria }: MappingSettings): (record: unknown) => boolean {
  const patterns = FilterCriteria.Filters.map(({ Pattern }) => Pattern);
  const matches = compilePatterns(patterns);
  return (record) => patterns.length === 0 || matches(record);
}

/** A message as filters see it. */
type FilteredMessage = Omit<SqsRecord, "body"> & { body: string | object };

/**
 * Whether a message is for the function. A filter that looks into the body takes messages in JSON, and one that
 * compares the body takes plain text: a message of the other format is left out, whatever the filter says of it.
 * See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function compileMessageFilters({ FilterCriteria }: MappingSettings): (record: SqsRecord) => boolean {
  const accepts = anyOf(
    FilterCriteria.Filters.map(({ Pattern }) => {
      const matches = compilePattern(Pattern);
      const { body } = parseJson(Pattern);
      if (body === undefined) return matches;
      // A list of what the text may be, or an object of what to find in the JSON.
      const looksInto = !Array.isArray(body);
      return (record: FilteredMessage) => looksInto === (typeof record.body === "object") && matches(record);
    }),
  );
  return (record) => accepts({ ...record, body: readBody(record.body) });
}

function anyOf<T>(filters: ((record: T) => boolean)[]): (record: T) => boolean {
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
}

/** A body that is a JSON object or list is compared as such; any other is compared as text. */
function readBody(body: string): string | object {
  try {
    const parsed = parseJson(body);
    return typeof parsed === "object" && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}
