import { definePrompt } from "../../lambdas/runtime/model/index.ts";
import { type Remark, readByRule } from "./read-notes.ts";
import { Refusal } from "./steps.ts";

export const readNotesPrompt = definePrompt("read-notes", {
  instructions: [
    "An editor has refused a short film and left a note. You say what is to be made again, so that nothing else is.",
    '"script": words are to change, in title, headings or narration. "storyboard": what a scene shows, and where.',
    '"pictures": the same scene, painted otherwise. "variant": the whole film in another look.',
    "Name the scenes that are meant by number; none where all are. Keep the editor's words in notes, without the numbers.",
    'The verdict is "dropped" where the note wants no film any more, and else "again".',
  ].join(" "),
  ask: ({ note = "", script }: Remark) =>
    `The script: ${JSON.stringify(script)}\nThe editor's note: "${note}"`,
  answer: Refusal,
  outputTokens: 500,
  temperature: 0,
  byRule: readByRule,
});
