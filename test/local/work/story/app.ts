import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { tellStory } from "./workflow.ts";

/** Synthesizes the app of the stories; answers the folder of its assembly. */
export function synthesizeStories(): string {
  const app = new App();
  const stack = new Stack(app, "Stories");
  new Millrace(stack, "Millrace", { workflows: [tellStory], handlers: "test/local/work/story" });
  return app.synth().directory;
}
