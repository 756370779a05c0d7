import { definePrompt } from "../../lambdas/runtime/model/index.ts";
import { composeScript } from "./script.ts";
import { Script } from "./steps.ts";

export const writeScriptPrompt = definePrompt("write-script", {
  instructions: [
    "You write the scripts of short films that explain one thing to people who know nothing of it.",
    "A script has a title and scenes. A scene has a heading of at most five words, and a narration of one or two plain",
    "sentences that can be read aloud in five seconds and shown as a caption. Say what is true. No lists, no emojis.",
  ].join(" "),
  ask: ({ topic, scenes }: { topic: string; scenes: number }) =>
    `Write the script of a film about "${topic}" in exactly ${scenes} scenes.`,
  answer: Script,
  outputTokens: 2_000,
  byRule: ({ topic, scenes }) => composeScript(topic, scenes),
});
