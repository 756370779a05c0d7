import * as z from "zod";
import { defineEvent, defineReaction, defineStep, defineWorkflow } from "../../../../lib/index.ts";

/** A book is printed and bound, advertised where that can be had, and catalogued. */
export const BookWanted = defineEvent("book.wanted", {
  version: 1,
  schema: z.object({ title: z.string() }),
  identity: ({ title }) => title,
});

const Book = z.object({ title: z.string() });
const step = {
  input: Book,
  output: Book,
  timeout: "5 seconds",
  retry: { attempts: 1, backoff: "1 second" },
} as const;

export const printBook = defineStep("print-book", step);
export const shredBook = defineStep("shred-book", {
  ...step,
  input: z.object({ input: Book, output: Book }),
  output: z.null(),
});
export const bindBook = defineStep("bind-book", step);
export const advertise = defineStep("advertise", step);

export const makeBook = defineWorkflow("make-book", {
  on: BookWanted,
  deadline: "10 days",
  run: (w, { title }) => {
    const printed = w.step(printBook, { title }, { undo: shredBook });
    return w.step(bindBook, { title: printed.title });
  },
});

export const sellBook = defineWorkflow("sell-book", {
  on: BookWanted,
  run: (w, { title }) => w.step(advertise, { title }, { fallback: () => ({ title: "nothing" }) }),
});

export const catalogue = defineReaction("catalogue", {
  on: BookWanted,
  timeout: "5 seconds",
  retry: { attempts: 1, backoff: "1 second" },
});
