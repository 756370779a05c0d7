import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Edit = z.object({ document: z.string(), edit: z.int() });

export const DocumentChanged = defineEvent("document.changed", {
  version: 1,
  schema: Edit,
  key: ({ document }) => document,
});

/** Fails for edits above 100. Returns the switch as the workflow and as the handler read it. */
export const indexDocument = defineStep("index-document", {
  input: Edit.extend({ shout: z.boolean() }),
  output: z.object({ edit: z.int(), shout: z.boolean(), read: z.unknown() }),
  timeout: "1 minute",
  retry: { attempts: 2, most: 6, backoff: "1 second" },
});

/** One start a day: without a setting, the second run waits for a day. */
export const daily = defineWorkflow("daily", {
  on: DocumentChanged,
  perKey: { starts: 1, per: "1 day" },
  switches: { shout: false },
  run: (w, change, switches) =>
    w.step(indexDocument, { document: change.document, edit: change.edit, shout: switches.shout }),
});

export const ReviewWanted = defineEvent("review.wanted", { version: 1, schema: Edit });

/** Takes an hour. */
export const slow = defineWorkflow("slow", {
  on: ReviewWanted,
  deadline: "1 day",
  run: (w, wanted) => {
    const waited = w.sleep("1 hour");
    return w.step(
      indexDocument,
      { document: wanted.document, edit: wanted.edit, shout: false },
      { after: [waited] },
    );
  },
});
