import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { workflows } from "./workflows.ts";

/** A magazine whose workflows use all of the coordination language. */
export function magazineApp(outdir?: string): App {
  const app = new App({ outdir });
  new Millrace(new Stack(app, "Magazine"), "Millrace", { workflows, handlers: import.meta.dirname });
  return app;
}

if (import.meta.main) magazineApp();
