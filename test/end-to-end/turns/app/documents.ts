import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow, type PerKey } from "../../../../lib/index.ts";

const Edit = z.object({ document: z.string(), edit: z.int() });

export const DocumentChanged = defineEvent("document.changed", {
  version: 1,
  schema: Edit,
  key: ({ document }) => document,
});

/** Takes five seconds. */
export const indexDocument = defineStep("index-document", {
  input: Edit,
  output: z.object({ edit: z.int() }),
  timeout: "1 minute",
  concurrency: 50,
});

const indexing = (name: string, perKey: PerKey) =>
  defineWorkflow(name, {
    on: DocumentChanged,
    perKey,
    run: (w, change) => w.step(indexDocument, { document: change.document, edit: change.edit }),
  });

export const impatient = defineWorkflow("impatient", {
  on: DocumentChanged,
  perKey: { atOnce: 1 },
  startWithin: "12 seconds",
  run: (w, change) => w.step(indexDocument, { document: change.document, edit: change.edit }),
});

export const inOrder = indexing("in-order", { atOnce: 1 });
export const singly = indexing("singly", { atOnce: 1, busy: "skip" });
export const whenQuiet = indexing("when-quiet", { debounce: "10 seconds" });
export const throttled = indexing("throttled", { starts: 3, per: "1 minute" });
export const all = [inOrder, singly, whenQuiet, throttled, impatient];
