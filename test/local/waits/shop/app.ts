import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { workflows } from "./workflows.ts";

/** A shop whose workflows wait: for events, for each other, and to be cancelled. Answers the assembly's folder. */
export function synthesizeShop(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-shop-")) });
  new Millrace(new Stack(app, "Shop"), "Millrace", { workflows, handlers: "test/local/waits/shop" });
  return app.synth().directory;
}
