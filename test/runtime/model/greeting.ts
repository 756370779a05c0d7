import type { LanguageModelV4 } from "@ai-sdk/provider";
import * as z from "zod";
import { answerOf } from "../../../lambdas/runtime/model/answer.ts";
import { definePrompt } from "../../../lambdas/runtime/model/prompt.ts";

const greet = definePrompt("greet", {
  instructions: "You greet.",
  ask: (name: string) => `Greet ${name}.`,
  answer: z.object({ text: z.string() }),
  outputTokens: 50,
  byRule: (name) => ({ text: `Hello, ${name}.` }),
});

/** The answer of a model that is asked to greet Ada in at most 50 tokens. `progress` receives the text so far. */
export const greeting = (model: LanguageModelV4, progress: (text: string) => void = () => {}) =>
  answerOf({
    model,
    prompt: greet,
    messages: [{ role: "user", content: greet.ask("Ada") }],
    tools: [],
    mayCall: true,
    signal: new AbortController().signal,
    progress,
  });
