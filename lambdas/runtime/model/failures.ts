import { APICallError } from "@ai-sdk/provider";
import { giveUp, StepFailure, waitAndRetry } from "../../../lib/contract/failure.ts";

/**
 * What a step does after a failed call of a model. An overload waits as long as the provider says, or else
 * longer each time; an exhausted daily quota is tried hourly; a wrong setting or an invalid request gives up,
 * since no retry fixes it; any other failure is retried, and counts for the breaker.
 */
export function classify(error: unknown, model: string): unknown {
  if (error instanceof StepFailure || !APICallError.isInstance(error)) return error;
  // The error that ended the response: the provider's library wraps it as a failed call.
  if (error.cause instanceof StepFailure) return error.cause;
  const { statusCode, message, responseHeaders = {} } = error;
  const said = `The model ${model} answered ${statusCode ?? "nothing"}: ${message}`;
  switch (statusCode) {
    case 503:
      // A provider that does not say when is considered broken, not busy: that counts for the breaker.
      if (responseHeaders["retry-after"] === undefined) return answeredWithError(said, error);
      return waitAndRetry(said, retryAfter(responseHeaders["retry-after"]), { cause: error });
    case 429:
      if (exceedsLongQuota(error)) return waitForQuota(said, responseHeaders["retry-after"], error);
      return waitAndRetry(said, retryAfter(responseHeaders["retry-after"]), { cause: error });
    case 529:
      return waitAndRetry(said, retryAfter(responseHeaders["retry-after"]), { cause: error });
    case 401:
    case 403:
      return giveUp(`${said}. Allow the function to call it, or fix its key.`, {
        cause: error,
        name: "ModelRefused",
      });
    case 404:
      return giveUp(`${said}. Use a model that is available in the region of the function.`, {
        cause: error,
        name: "ModelNotFound",
      });
    case 400:
    case 413:
    case 422:
      return giveUp(said, { cause: error, name: "ModelRequestInvalid" });
    default:
      return statusCode === undefined ? new Error(said, { cause: error }) : answeredWithError(said, error);
  }
}

/** Retried. Providers charge nothing for an error response; a call without a response may be charged. */
function answeredWithError(said: string, cause: APICallError): StepFailure {
  return new StepFailure("retry", said, { cause, name: "ModelFailed", cost: {} });
}

/**
 * Words of long-term quotas, as opposed to those per minute: Bedrock's "Too many tokens per day, please wait
 * before trying again.", and the code of OpenAI's protocol for a used-up plan.
 */
const LONG_QUOTA = /per day|daily|insufficient_quota/i;

function exceedsLongQuota({ message, responseBody = "" }: APICallError): boolean {
  return LONG_QUOTA.test(message) || LONG_QUOTA.test(responseBody);
}

function waitForQuota(said: string, header: string | undefined, cause: APICallError): StepFailure {
  const after = retryAfter(header) ?? LONGEST_WAIT;
  const minutes = Math.ceil(after / 60_000);
  return waitAndRetry(
    `${said}. A quota of the account that does not refill within minutes is used up. The step tries again in ${minutes} minutes, and waits until the quota is free. Raise the quota of the provider, or cancel the run.`,
    after,
    { cause, name: "ModelQuotaExceeded" },
  );
}

/** The maximum, whatever a provider asks for: a step that waits for a day looks like a lost one. */
const LONGEST_WAIT = 60 * 60 * 1000;

/** Seconds, as providers send them; undefined if they are missing. */
function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header || Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), LONGEST_WAIT) : undefined;
}
