import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Millrace } from "../../lib/millrace.ts";
import { workflows } from "../../workflows/index.ts";

/** The app of bin/app.ts, not yet synthesized, with a folder of its own to go to. */
export function build(outdir = mkdtempSync(join(tmpdir(), "millrace-synth-"))) {
  const app = new App({ outdir });
  const stack = new Stack(app, "Millrace");
  return { app, stack, millrace: new Millrace(stack, "Millrace", { workflows }) };
}

/** Its templates, made once for the tests that share a process: they only read them. */
export function synthesize() {
  synthesized ??= templates();
  return synthesized;
}

let synthesized: ReturnType<typeof templates> | undefined;

function templates() {
  const { app, stack, millrace } = build();
  const nested = millrace.workflows.get("produce-video")!;
  return { app, template: Template.fromStack(stack), workflow: Template.fromStack(Stack.of(nested)) };
}
