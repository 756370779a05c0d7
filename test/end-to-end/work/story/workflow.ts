import * as z from "zod";
import { defineBreaker, defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

export const StoryAsked = defineEvent("story.asked", {
  version: 1,
  schema: z.object({ storyId: z.string() }),
  identity: (story) => story.storyId,
});

const Story = z.object({ title: z.string(), text: z.string() });
const model = defineBreaker("model", { failures: 3, cooldown: "30 seconds" });

export const writeStory = defineStep("write-story", {
  input: z.object({ storyId: z.string() }),
  output: Story,
  timeout: "1 minute",
  retry: { attempts: 6, backoff: "1 second" },
  breaker: model,
});

export const countWords = defineStep("count-words", {
  input: Story,
  output: z.object({ words: z.number() }),
  timeout: "1 minute",
});

/** A story is written by a model, within a budget, and read by the step after. */
export const tellStory = defineWorkflow("tell-story", {
  on: StoryAsked,
  budget: { usd: 1 },
  run: (w, { storyId }) => {
    const story = w.step(writeStory, { storyId });
    return w.step(countWords, { title: story.title, text: story.text });
  },
});
