import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { tokensIn } from "./tokens.ts";
import type { UseTool } from "./tool.ts";

/**
 * A language model without a network, with the same interface as any other: it answers by a prompt's rule. It
 * knows nothing, costs nothing, and always gives the same answer to the same prompt. If the rule calls a
 * tool, the model does.
 */
export function embeddedModel(byRule: (use: UseTool) => unknown): LanguageModelV4 {
  const answer = async (options: LanguageModelV4CallOptions) => {
    const content = await follow(byRule, resultsIn(options));
    return { content, usage: usageOf(JSON.stringify(options.prompt), textOf(content)) };
  };
  return {
    specificationVersion: "v4",
    provider: "millrace",
    modelId: "embedded",
    supportedUrls: {},
    async doGenerate(options) {
      const { content, usage } = await answer(options);
      return { content: [content], finishReason: reasonOf(content), usage, warnings: [] };
    },
    async doStream(options) {
      const { content, usage } = await answer(options);
      const parts: LanguageModelV4StreamPart[] = [
        { type: "stream-start", warnings: [] },
        ...(content.type === "text" ? written(content.text) : [content]),
        { type: "finish", finishReason: reasonOf(content), usage },
      ];
      return { stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> };
    },
  };
}

type Answer = Extract<LanguageModelV4Content, { type: "text" }> | LanguageModelV4ToolCall;

/**
 * Runs a rule from its beginning, with the results of the calls that it has made before. At the first call
 * without a result, the rule stops and the model requests that call; the rule starts again when the result is
 * known.
 */
async function follow(
  byRule: (use: UseTool) => unknown,
  results: readonly LanguageModelV4ToolResultOutput[],
): Promise<Answer> {
  const { promise: wanted, resolve: want } = Promise.withResolvers<Answer>();
  let calls = 0;
  const use: UseTool = async ({ name }, input) => {
    const result = results[calls++];
    if (result) return resultOf(result, name) as never;
    want({ type: "tool-call", toolCallId: `call-${calls}`, toolName: name, input: JSON.stringify(input) });
    return await new Promise<never>(() => {});
  };
  const ruled = async (): Promise<Answer> => ({ type: "text", text: JSON.stringify(await byRule(use)) });
  return await Promise.race([ruled(), wanted]);
}

function resultsIn({ prompt }: LanguageModelV4CallOptions): LanguageModelV4ToolResultOutput[] {
  return prompt
    .flatMap((message) => (message.role === "tool" ? message.content : []))
    .flatMap((part) => (part.type === "tool-result" ? [part.output] : []));
}

function resultOf(result: LanguageModelV4ToolResultOutput, name: string): unknown {
  if (result.type === "json") return result.value;
  throw new Error(
    `The rule called the tool "${name}" without success: ${"value" in result ? result.value : result.type}`,
  );
}

function written(text: string): LanguageModelV4StreamPart[] {
  const id = "answer";
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta: text },
    { type: "text-end", id },
  ];
}

function textOf(content: Answer): string {
  return content.type === "text" ? content.text : content.input;
}

function reasonOf({ type }: Answer) {
  return { unified: type === "text" ? ("stop" as const) : ("tool-calls" as const), raw: undefined };
}

function usageOf(prompt: string, text: string): LanguageModelV4Usage {
  const [input, output] = [tokensIn(prompt), tokensIn(text)];
  return {
    inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: output, text: output, reasoning: undefined },
  };
}
