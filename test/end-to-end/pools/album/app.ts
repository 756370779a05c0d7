import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Millrace, type MillraceProps } from "../../../../lib/millrace.ts";
import { makeAlbum } from "./workflow.ts";

/** Synthesizes the app of the albums: the folder of its assembly, and the template of its workflow. */
export function synthesizeAlbums(stacks: MillraceProps["stacks"] = "nested") {
  const app = new App();
  const stack = new Stack(app, "Albums");
  const { workflows } = new Millrace(stack, "Millrace", {
    workflows: [makeAlbum],
    handlers: "test/end-to-end/pools/album",
    stacks,
  });
  return {
    folder: app.synth().directory,
    template: Template.fromStack(Stack.of(workflows.get("make-album")!)),
  };
}
