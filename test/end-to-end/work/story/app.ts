import { sharedApp } from "../../../shared-app.ts";
import { tellStory } from "./workflow.ts";

/** Synthesizes the app of the stories; answers the folder of its assembly. */
export function synthesizeStories(): string {
  return sharedApp("stories", "Stories", { workflows: [tellStory], handlers: "test/end-to-end/work/story" });
}
