import * as z from "zod";
import { Anything, Time } from "./common.ts";

/** A call of a model, or a tool call that it made, as the step's log recorded it. */
export const ModelCallView = z
  .object({
    kind: z.enum(["model", "tool"]),
    name: z.string().meta({ description: "Of the prompt or the tool" }),
    model: z.string().optional().meta({ description: "For example bedrock:<model id>, or embedded" }),
    inputTokens: z.number().optional(),
    outputTokens: z.number().optional(),
    usd: z.number().optional(),
    durationMs: z.number().optional(),
    input: Anything.optional().meta({ description: "Of a tool call" }),
    result: Anything.optional().meta({ description: "Of a tool call" }),
    problem: z.string().optional().meta({ description: "Why the call failed or was refused" }),
    record: z.string().optional().meta({
      description:
        "Address of the stored request and answer: GET /artifacts reads it. Absent for the embedded model; the record expires with the run",
    }),
  })
  .meta({ id: "ModelCall" });
export type ModelCallView = z.infer<typeof ModelCallView>;

export const ModelProgressView = z
  .object({
    attempt: z.int(),
    prompt: z.string(),
    model: z.string(),
    text: z
      .string()
      .meta({ description: "What the model has written so far, usually the beginning of JSON" }),
    omitted: z
      .int()
      .optional()
      .meta({ description: "Number of characters that are left out before the text" }),
    tokens: z
      .object({ input: z.number(), output: z.number() })
      .meta({ description: "Of this attempt so far: estimated for the running call" }),
    usd: z.number().meta({ description: "Likewise" }),
    startedAt: Time,
    at: Time.meta({ description: "When the text was written" }),
  })
  .meta({ id: "ModelProgress" });
export type ModelProgressView = z.infer<typeof ModelProgressView>;
