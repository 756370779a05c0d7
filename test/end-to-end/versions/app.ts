import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import type { Workflow } from "../../../lib/index.ts";
import { Millrace } from "../../../lib/millrace.ts";

/** Synthesizes the app with the workflow and the handlers of one folder here; answers the assembly's folder. */
export function synthesize(folder: string, workflows: Workflow[]): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-versions-")) });
  new Millrace(new Stack(app, "Posts"), "Millrace", {
    workflows,
    handlers: `test/end-to-end/versions/${folder}`,
  });
  return app.synth().directory;
}
