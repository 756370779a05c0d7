import * as z from "zod";
import { defineEvent, definePool, defineStep, defineWorkflow } from "../../../../lib/index.ts";

export const AlbumOrdered = defineEvent("album.ordered", {
  version: 1,
  schema: z.object({ albumId: z.string(), pictures: z.array(z.string()).max(20) }),
  identity: (album) => album.albumId,
});

const light = definePool("light", { concurrency: 4, memory: 256, batch: 5 });

const Page = z.object({ picture: z.string(), caption: z.string() });

export const writeCaption = defineStep("write-caption", {
  input: z.string(),
  output: Page,
  timeout: "10 seconds",
  retry: { attempts: 2, backoff: "1 second" },
  pool: light,
});

export const sortPages = defineStep("sort-pages", {
  input: z.object({ pages: z.array(Page) }),
  output: z.object({ pages: z.array(Page) }),
  timeout: "2 minutes",
  artifacts: "write",
  pool: light,
});

export const printAlbum = defineStep("print-album", {
  input: z.object({ pages: z.array(Page) }),
  output: z.object({ printed: z.number() }),
  timeout: "1 minute",
});

/** What is light shares a function, with a message for each caption; the printer has one of its own. */
export const makeAlbum = defineWorkflow("make-album", {
  on: AlbumOrdered,
  run: (w, album) => {
    const pages = w.each(album.pictures, writeCaption, { apart: true });
    const sorted = w.step(sortPages, { pages });
    return w.step(printAlbum, { pages: sorted.pages });
  },
});
