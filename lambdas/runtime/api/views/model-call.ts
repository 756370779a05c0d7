import type { ModelCallView } from "../../../../lib/contract/api/index.ts";

/** The call of a model that the runtime's log line is about; undefined for any other line. */
export function modelCallOf(fields: Record<string, unknown>): ModelCallView | undefined {
  const { call, prompt, tool, model, input, output, usd, milliseconds, value, refused, failed, record } =
    fields;
  const shared = {
    ...(typeof milliseconds === "number" && { durationMs: milliseconds }),
    ...(typeof record === "string" && { record }),
  };
  if (call === "tool" && typeof tool === "string")
    return {
      kind: "tool",
      name: tool,
      ...shared,
      input,
      result: value,
      ...(typeof refused === "string" && { problem: refused }),
    };
  if (call !== "model" || typeof prompt !== "string") return undefined;
  return {
    kind: "model",
    name: prompt,
    ...shared,
    ...(typeof model === "string" && { model }),
    ...(typeof input === "number" && { inputTokens: input }),
    ...(typeof output === "number" && { outputTokens: output }),
    ...(typeof usd === "number" && { usd }),
    ...(typeof failed === "string" && { problem: failed }),
  };
}
