import type { LanguageModelV4 } from "@ai-sdk/provider";
import { jsonSchema, type LanguageModelUsage, type ModelMessage, Output, streamText } from "ai";
import { jsonSchemaOf } from "../../../lib/contract/schema.ts";
import type { Prompt } from "./prompt.ts";

/** One answer of a model, as it came. */
export interface RawAnswer {
  text: string;
  /** "stop", "length", "content-filter": why it ended. */
  ended: string;
  tokens: { input: number; output: number };
}

export interface Call {
  model: LanguageModelV4;
  prompt: Prompt;
  messages: ModelMessage[];
  signal: AbortSignal;
  /** Told now and then how many characters there are. */
  progress: (characters: number) => void;
}

/** Asks a model once. Throws what the provider threw. */
export async function answerOf({ model, prompt, messages, signal, progress }: Call): Promise<RawAnswer> {
  const schema = jsonSchemaOf(prompt.answer, "input", `The answer of prompt "${prompt.name}"`);
  const { fullStream } = streamText({
    ...{ model, messages, instructions: prompt.instructions, abortSignal: signal },
    ...{ maxOutputTokens: prompt.outputTokens, temperature: prompt.temperature },
    output: Output.object({ schema: jsonSchema(schema as Parameters<typeof jsonSchema>[0]) }),
    // The step's own policy tries again, so that there are not two that multiply.
    maxRetries: 0,
    onError: () => {},
  });
  let text = "";
  for await (const part of fullStream) {
    switch (part.type) {
      case "text-delta":
        text += part.text;
        progress(text.length);
        break;
      case "error":
        throw part.error;
      case "abort":
        signal.throwIfAborted();
        break;
      case "finish":
        return { text, ended: part.finishReason, tokens: tokensOf(part.totalUsage) };
    }
  }
  throw new Error("The model's answer broke off.");
}

function tokensOf({ inputTokens = 0, outputTokens = 0 }: LanguageModelUsage): RawAnswer["tokens"] {
  return { input: inputTokens, output: outputTokens };
}
