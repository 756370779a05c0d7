import type { LanguageModelV4 } from "@ai-sdk/provider";
import {
  jsonSchema,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  streamText,
  type ToolSet,
  tool,
} from "ai";
import { jsonSchemaOf } from "../../../lib/contract/schema.ts";
import { cappedText } from "./capped-text.ts";
import type { Prompt } from "./prompt.ts";
import type { Tool } from "./tool.ts";

/** One response of a model. */
export interface RawAnswer {
  text: string;
  /** The tool calls that it requests before it answers. */
  calls: ToolCall[];
  /** Why it ended: "stop", "length", "content-filter", "tool-calls". */
  ended: string;
  tokens: { input: number; output: number };
}

export interface ToolCall {
  id: string;
  tool: string;
  input: unknown;
}

export interface Call {
  model: LanguageModelV4;
  prompt: Prompt;
  messages: ModelMessage[];
  tools: readonly Tool[];
  /** Whether it may call tools now. */
  mayCall: boolean;
  signal: AbortSignal;
  /** Called regularly with the text so far. */
  progress: (text: string) => void;
}

/** Asks a model once. Throws what the provider threw. */
export async function answerOf(call: Call): Promise<RawAnswer> {
  const { model, prompt, messages, signal, progress } = call;
  const schema = jsonSchemaOf(prompt.answer, "input", `The answer of prompt "${prompt.name}"`);
  const { fullStream } = streamText({
    model: cappedText(model, prompt.outputTokens),
    messages,
    instructions: prompt.instructions,
    abortSignal: signal,
    ...(call.tools.length > 0 && { tools: toolSet(call.tools), toolChoice: call.mayCall ? "auto" : "none" }),
    maxOutputTokens: prompt.outputTokens,
    temperature: prompt.temperature,
    // OpenAI refuses a strict schema that has optional or undeclared fields, and answers are checked here anyway.
    providerOptions: { openaiCompatible: { strictJsonSchema: false } },
    output: Output.object({ schema: jsonSchema(schema as Parameters<typeof jsonSchema>[0]) }),
    // The step's own policy retries, so that two retry policies do not multiply.
    maxRetries: 0,
    onError: () => {},
  });
  let text = "";
  const calls: ToolCall[] = [];
  for await (const part of fullStream) {
    switch (part.type) {
      case "text-delta":
        text += part.text;
        progress(text);
        break;
      case "tool-call":
        calls.push({ id: part.toolCallId, tool: part.toolName, input: part.input });
        break;
      case "error":
        throw part.error;
      case "abort":
        signal.throwIfAborted();
        break;
      case "finish":
        return { text, calls, ended: part.finishReason, tokens: tokensOf(part.totalUsage) };
    }
  }
  throw new Error("The model's answer is incomplete.");
}

function tokensOf({ inputTokens = 0, outputTokens = 0 }: LanguageModelUsage): RawAnswer["tokens"] {
  return { input: inputTokens, output: outputTokens };
}

/** Without code: the caller makes the calls, so that they are recorded, limited and logged like its own. */
function toolSet(tools: readonly Tool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ spec: { name, description, input } }) => {
      const schema = jsonSchemaOf(input, "input", `The input of tool "${name}"`);
      return [
        name,
        tool({ description, inputSchema: jsonSchema(schema as Parameters<typeof jsonSchema>[0]) }),
      ];
    }),
  );
}
