import type { ModelSetting } from "../../../lib/contract/model.ts";
import { spanWithin } from "../../../lib/contract/trace.ts";
import type { Span, SpanFailure } from "../ports/span.ts";
import { CONVENTIONS } from "../telemetry/conventions.ts";

/** A call of a model that has ended. */
export interface ModelCall {
  prompt: string;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** Tokens as the provider counted them; undefined where it failed. */
  tokens?: { input: number; output: number } | undefined;
  failure?: SpanFailure | undefined;
}

/** As OpenTelemetry calls them; an endpoint of OpenAI's protocol can be any server. */
const PROVIDERS = { embedded: "millrace", bedrock: "aws.bedrock", "openai-compatible": "openai" } as const;

/** The spans of one attempt's calls, below the attempt's. None where its trace is not recorded. */
export function callSpans(
  traceparent: string | undefined,
  setting: Pick<ModelSetting, "provider"> & { model?: string },
): (call: ModelCall) => Span | undefined {
  const model = setting.model ?? "embedded";
  let calls = 0;
  return ({ prompt, from, to, tokens, failure }) => {
    const span = spanWithin(traceparent, "model", prompt, from, calls++);
    if (span === undefined) return undefined;
    return {
      name: `chat ${model}`,
      traceparent: span,
      parent: traceparent,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      failure,
      about: { prompt },
      attributes: {
        [CONVENTIONS.genAiOperationName]: "chat",
        [CONVENTIONS.genAiProviderName]: PROVIDERS[setting.provider],
        [CONVENTIONS.genAiRequestModel]: model,
        [CONVENTIONS.genAiInputTokens]: tokens?.input,
        [CONVENTIONS.genAiOutputTokens]: tokens?.output,
      },
    };
  };
}
