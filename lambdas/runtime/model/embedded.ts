import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { tokensIn } from "./tokens.ts";

/**
 * A language model without a network, behind the same interface as any other: it answers by a prompt's rule. It knows
 * nothing, costs nothing, and says the same whenever it is asked the same.
 */
export function embeddedModel(byRule: () => unknown): LanguageModelV4 {
  const answer = async (options: LanguageModelV4CallOptions) => {
    const text = JSON.stringify(await byRule());
    return { text, usage: usageOf(JSON.stringify(options.prompt), text) };
  };
  return {
    specificationVersion: "v4",
    provider: "millrace",
    modelId: "embedded",
    supportedUrls: {},
    async doGenerate(options) {
      const { text, usage } = await answer(options);
      return { content: [{ type: "text", text }], finishReason: STOPPED, usage, warnings: [] };
    },
    async doStream(options) {
      const { text, usage } = await answer(options);
      const parts: LanguageModelV4StreamPart[] = [
        { type: "stream-start", warnings: [] },
        { type: "text-start", id: "answer" },
        { type: "text-delta", id: "answer", delta: text },
        { type: "text-end", id: "answer" },
        { type: "finish", finishReason: STOPPED, usage },
      ];
      return { stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> };
    },
  };
}

const STOPPED = { unified: "stop", raw: undefined } as const;

function usageOf(prompt: string, text: string): LanguageModelV4Usage {
  const [input, output] = [tokensIn(prompt), tokensIn(text)];
  return {
    inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: output, text: output, reasoning: undefined },
  };
}
