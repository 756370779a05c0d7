import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type NestedStack, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Millrace } from "../../lib/millrace.ts";
import { workflows } from "../../workflows/index.ts";

/** The app of bin/app.ts, synthesized into a folder of its own. */
export function synthesize() {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-synth-")) });
  const stack = new Stack(app, "Millrace");
  const millrace = new Millrace(stack, "Millrace", { workflows });
  const nested = millrace.workflows.get("produce-video")!;
  return {
    app,
    stack,
    millrace,
    template: Template.fromStack(stack),
    workflow: Template.fromStack(nested as NestedStack),
  };
}
