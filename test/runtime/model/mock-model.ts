import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";

type Ended = "stop" | "length" | "content-filter";

/** The texts that the model writes one after another, why it ends, and the tokens of its input: 2,000 by default. */
export interface Writes {
  deltas: string[];
  ended?: Ended;
  input?: number;
}

/** A model that gives these answers, one after another, of 500 tokens each. An error is thrown instead. */
export function mockModel(...answers: (string | Error | Writes)[]) {
  let call = 0;
  return new MockLanguageModelV4({
    doStream: async () => {
      const answer = answers[call++]!;
      if (answer instanceof Error) throw answer;
      const {
        deltas,
        ended = "stop",
        input = 2_000,
      }: Writes = typeof answer === "string" ? { deltas: [answer] } : answer;
      const chunks: LanguageModelV4StreamPart[] = [
        { type: "text-start", id: "1" },
        ...deltas.map((delta) => ({ type: "text-delta", id: "1", delta }) as const),
        { type: "text-end", id: "1" },
        {
          type: "finish",
          finishReason: { unified: ended, raw: undefined },
          usage: {
            inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
            outputTokens: { total: 500, text: 500, reasoning: undefined },
          },
        },
      ];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
}
