import { definePrompt } from "../../lambdas/runtime/model/index.ts";
import { composeScript, type Draft, scenesOf } from "./script.ts";
import { Script } from "./steps.ts";

export const writeScriptPrompt = definePrompt("write-script", {
  instructions: [
    "You write the scripts of short films that explain one thing to people who know little of it.",
    "A script has a title and scenes. A scene has a heading of at most five words, and a narration of one or two plain",
    "sentences that can be read aloud in five seconds and shown as a caption. Say what is true. No lists, no emojis.",
  ].join(" "),
  ask: ({ brief, notes, previous }: Draft) => {
    const wanted = `Write the script of a ${brief.style} film about "${brief.topic}" for ${brief.audience}, in exactly ${scenesOf(brief)} scenes.`;
    if (!previous) return wanted;
    const meant = notes.scenes.length === 0 ? "the whole script" : `scene ${notes.scenes.join(", ")}`;
    return [
      wanted,
      `There is one already: ${JSON.stringify(previous)}`,
      `The editor says of ${meant}: "${notes.notes}". Change what that asks for, and leave all else word for word.`,
    ].join("\n");
  },
  answer: Script,
  outputTokens: 2_000,
  byRule: composeScript,
});
