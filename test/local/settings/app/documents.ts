import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Edit = z.object({ document: z.string(), edit: z.int() });

export const DocumentChanged = defineEvent("document.changed", {
  version: 1,
  schema: Edit,
  key: ({ document }) => document,
});

/** Fails for edits above 100. */
export const indexDocument = defineStep("index-document", {
  input: Edit,
  output: z.object({ edit: z.int() }),
  timeout: "1 minute",
  retry: { attempts: 2, most: 6, backoff: "1 second" },
});

/** One start a day: without a setting, the second run waits for a day. */
export const daily = defineWorkflow("daily", {
  on: DocumentChanged,
  perKey: { starts: 1, per: "1 day" },
  run: (w, change) => w.step(indexDocument, { document: change.document, edit: change.edit }),
});
