import { APICallError } from "@ai-sdk/provider";
import { giveUp, StepFailure, waitAndRetry } from "../../../lib/contract/failure.ts";

/**
 * What a step does next after a call of a model failed. Overload waits as long as the provider says, or else longer each
 * time; a quota of the day that is used up is asked for hourly; what a wrong
 * setting or a wrong request made gives up, since no retry mends it; all else is tried again, and counts for the breaker.
 */
export function classify(error: unknown, model: string): unknown {
  if (error instanceof StepFailure || !APICallError.isInstance(error)) return error;
  // What ended the answer: the provider's library reports it as a failed call.
  if (error.cause instanceof StepFailure) return error.cause;
  const { statusCode, message, responseHeaders = {} } = error;
  const said = `The model ${model} answered ${statusCode ?? "nothing"}: ${message}`;
  switch (statusCode) {
    case 503:
      // One that does not say when is broken rather than busy: that counts for the breaker.
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
        ...{ cause: error, name: "ModelRefused" },
      });
    case 404:
      return giveUp(`${said}. Use a model that is available in the region of the function.`, {
        ...{ cause: error, name: "ModelNotFound" },
      });
    case 400:
    case 413:
    case 422:
      return giveUp(said, { cause: error, name: "ModelRequestInvalid" });
    default:
      return statusCode === undefined ? new Error(said, { cause: error }) : answeredWithError(said, error);
  }
}

/** To be tried again. Providers charge nothing for what they answer with an error; a call without an answer may be charged. */
function answeredWithError(said: string, cause: APICallError): StepFailure {
  return new StepFailure("retry", said, { cause, name: "ModelFailed", cost: {} });
}

/**
 * Words of quotas that last, next to those per minute: Bedrock's "Too many tokens per day, please wait before trying again.",
 * and the code of OpenAI's protocol for a plan that is used up.
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

/** Whatever a provider asks for: a step that waits for a day looks like one that was lost. */
const LONGEST_WAIT = 60 * 60 * 1000;

/** Seconds, as providers send them; undefined where they do not say. */
function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header || Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), LONGEST_WAIT) : undefined;
}
