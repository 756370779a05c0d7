import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Edit = z.object({ document: z.string(), edit: z.int() });

export const DocumentChanged = defineEvent("document.changed", {
  version: 1,
  schema: Edit,
  key: ({ document }) => document,
});

/** Takes five seconds. */
export const indexAll = defineStep("index-all", {
  input: z.object({ document: z.string(), edits: z.array(Edit).max(5) }),
  output: z.object({ edits: z.array(z.int()) }),
  timeout: "1 minute",
  concurrency: 50,
});

export const indexBatches = defineWorkflow("index-batches", {
  on: DocumentChanged,
  batch: { size: 5, within: "20 seconds" },
  run: (w, batch) => w.step(indexAll, { document: batch.key, edits: batch.events }),
});

export const indexInOrder = defineWorkflow("index-in-order", {
  on: DocumentChanged,
  batch: { size: 5, within: "20 seconds", by: ({ document }) => document.slice(0, 1) },
  perKey: { atOnce: 1 },
  run: (w, { key, events }) => w.step(indexAll, { document: key, edits: events }),
});

/** Waits for so long that each event is handled alone. */
export const indexLater = defineWorkflow("index-later", {
  on: DocumentChanged,
  batch: { size: 5, within: "14 minutes" },
  run: (w, batch) => w.step(indexAll, { document: batch.key, edits: batch.events }),
});

export const all = [indexBatches, indexInOrder];
