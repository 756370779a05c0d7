/**
 * Which items of a batch a function reported as failed (ReportBatchItemFailures). A response without failures
 * is a success. The whole batch fails if Lambda cannot interpret the response: an identifier that is unknown,
 * empty, null or misspelled, or failures that are not a list. See
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * `payload` is the function's response as JSON text, `known` the identifiers of the batch.
 */
export function reportedFailures(payload: string, known: ReadonlySet<string>): "all" | ReadonlySet<string> {
  const answer = JSON.parse(payload);
  if (answer === null || answer === "") return NONE;
  if (typeof answer !== "object" || Array.isArray(answer)) return "all";
  const failures = answer.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return "all";
  const identifiers = failures.map((failure) => failure?.itemIdentifier);
  return identifiers.every((identifier) => typeof identifier === "string" && known.has(identifier))
    ? new Set<string>(identifiers)
    : "all";
}

const NONE: ReadonlySet<string> = new Set();
