import * as z from "zod";
import { defineEvent } from "../../../../lib/index.ts";

/** Seconds that each part of a page takes. */
export const Takes = z.object({
  text: z.number(),
  picture: z.number(),
  proof: z.number(),
  layout: z.number(),
});

export const PageWanted = defineEvent("page.wanted", {
  version: 1,
  schema: z.object({ page: z.string(), takes: Takes, columns: z.array(Takes).max(5), drafts: z.int() }),
  identity: ({ page }) => page,
});

export const ArticleWanted = defineEvent("article.wanted", {
  version: 1,
  schema: z.object({
    article: z.string(),
    kind: z.enum(["news", "essay"]),
    notes: z.string(),
    /** How good it has to be. */
    goal: z.int(),
    embargo: z.iso.datetime(),
  }),
  identity: ({ article }) => article,
});

export const IssuePlanned = defineEvent("issue.planned", {
  version: 1,
  schema: z.object({
    issue: z.string(),
    articles: z.array(z.object({ article: z.string(), kind: z.enum(["news", "essay"]) })).max(10),
    photos: z.array(z.string()).max(10),
    notes: z.string(),
    embargo: z.iso.datetime(),
    checked: z.boolean(),
  }),
  identity: ({ issue }) => issue,
});

export const ProofRead = defineEvent("proof.read", {
  version: 1,
  schema: z.object({ issue: z.string(), remarks: z.string() }),
  key: ({ issue }) => issue,
});

export const IssueWithdrawn = defineEvent("issue.withdrawn", {
  version: 1,
  schema: z.object({ issue: z.string() }),
  key: ({ issue }) => issue,
});
