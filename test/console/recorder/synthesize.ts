import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { keepBooks } from "../../../examples/orders/app.ts";
import { fulfilOrder } from "../../../examples/orders/orchestrated/fulfil-order.ts";
import { findHandlers } from "../../../lib/constructs/bundles/find-handlers.ts";
import { Millrace, parseModel } from "../../../lib/millrace.ts";
import { reactions, workflows } from "./definitions.ts";

export const STACK = "Studio";
/** Where the app expects its language model. Prices are those of a million tokens, in dollars. */
export const MODEL = "https://models.example/v1";

const SOURCES = ["workflows/video", "examples/orders/orchestrated", "test/console/recorder/app"];

/** The recorded app, to be synthesized into a folder. */
export function recordedApp(outdir: string): App {
  const app = new App({ outdir });
  const stack = new Stack(app, STACK, { description: "The video studio and the shop" });
  const millrace = new Millrace(stack, "Millrace", {
    workflows,
    reactions,
    handlers: handlersOf(SOURCES),
    models: { default: parseModel(`${MODEL}?model=house-model&input=0.5&output=2`) },
  });
  keepBooks(stack, [...millrace.workflows.get(fulfilOrder.name)!.workers.values()]);
  return app;
}

/** A folder with the handlers of several apps: each file exports what that of the app does. */
function handlersOf(folders: readonly string[]): string {
  const all = mkdtempSync(join(tmpdir(), "recorded-handlers-"));
  for (const path of folders.flatMap((folder) => [...findHandlers(folder).values()]))
    writeFileSync(join(all, basename(path)), `export * from ${JSON.stringify(resolve(path))};\n`);
  return all;
}
