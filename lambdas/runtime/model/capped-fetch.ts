import { giveUp, type StepFailure } from "../../../lib/contract/failure.ts";

/**
 * The largest response of a model, in bytes that the function reads. 64,000 tokens that are streamed one by
 * one, with about 300 bytes each, are 20 MB; an image in base64 is smaller.
 */
export const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * A fetch that ends a larger response with a failure that gives up: the next attempt would be endless too.
 */
export async function cappedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const { body, status, statusText, headers } = await fetch(...request);
  return new Response(body?.pipeThrough(capped()) ?? null, { status, statusText, headers });
}

export function answerTooLarge(most: string): StepFailure {
  return giveUp(
    `The model's answer has more than ${most} and was cut off. Check the endpoint, or ask for less.`,
    { name: "ModelAnswerTooLarge" },
  );
}

/** Forwards what is within the limit. Its error cancels the connection. */
function capped(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let read = 0;
  return new TransformStream({
    transform(chunk, controller) {
      read += chunk.byteLength;
      if (read > LARGEST_ANSWER) throw answerTooLarge(`${LARGEST_ANSWER} bytes`);
      controller.enqueue(chunk);
    },
  });
}
