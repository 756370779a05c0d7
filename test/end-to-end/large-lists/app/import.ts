import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

/** The import of a file with more rows than one execution could go through. */
export const FileArrived = defineEvent("file.arrived", {
  version: 1,
  schema: z.object({ file: z.string(), rows: z.number() }),
  identity: ({ file }) => file,
});

const retry = { attempts: 2, backoff: "2 seconds" } as const;
const Row = z.object({ id: z.string(), text: z.string() });
const Stored = z.object({ id: z.string(), address: z.string() });

export const readFile = defineStep("read-file", {
  input: z.object({ rows: z.number() }),
  output: z.object({ rows: z.array(Row) }),
  timeout: "10 seconds",
  retry,
});
export const storeRow = defineStep("store-row", { input: Row, output: Stored, timeout: "10 seconds", retry });
export const removeRow = defineStep("remove-row", {
  input: z.object({ input: Row, output: Stored }),
  output: z.null(),
  timeout: "10 seconds",
  retry,
});
export const report = defineStep("report", {
  input: z.object({ stored: z.array(Stored.nullable()) }),
  output: z.object({ count: z.number() }),
  timeout: "10 seconds",
  retry,
});

export const importFile = defineWorkflow("import-file", {
  on: FileArrived,
  deadline: "1 day",
  run: (w, { rows }) => {
    const file = w.step(readFile, { rows });
    const stored = w.each(file.rows, (row) => w.step(storeRow, row, { undo: removeRow }), {
      as: "rows",
      most: 10_000,
      tolerate: 2,
    });
    return w.step(report, { stored });
  },
});
