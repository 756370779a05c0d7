import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { wrapLanguageModel } from "ai";
import { answerTooLarge } from "./capped-fetch.ts";

/** More characters than a token has in any language, on average over an answer. */
const CHARACTERS_OF_TOKEN = 32;
/** Some endpoints round up the requested maximum. */
const SMALLEST_LIMIT = 64 * 1024;

/** The longest text, in characters, that is accepted as an answer of this number of tokens. */
export function largestText(outputTokens: number): number {
  return Math.max(SMALLEST_LIMIT, outputTokens * CHARACTERS_OF_TOKEN);
}

/**
 * A model whose answer is cut off when it is far longer than requested. It counts before the library, which
 * parses the whole text again with each part, and withholds text that is not JSON.
 */
export function cappedText(model: LanguageModelV4, outputTokens: number): LanguageModelV4 {
  const most = largestText(outputTokens);
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v4",
      async wrapStream({ doStream }) {
        const { stream, ...rest } = await doStream();
        return { ...rest, stream: stream.pipeThrough(capped(most)) };
      },
    },
  });
}

function capped(most: number): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  let characters = 0;
  return new TransformStream({
    transform(part, controller) {
      if ("delta" in part) characters += part.delta.length;
      if (characters > most) throw answerTooLarge(`${most} characters`);
      controller.enqueue(part);
    },
  });
}
