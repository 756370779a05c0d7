import * as z from "zod";
import { defineBreaker, defineEvent, defineReaction } from "../../../../lib/index.ts";

/** Readers are notified of articles in several ways, each by a reaction of its own. */
export const ArticlePublished = defineEvent("article.published", {
  version: 1,
  schema: z.object({
    articleId: z.string(),
    section: z.enum(["sports", "culture"]),
    words: z.number(),
    text: z.string().optional(),
  }),
  identity: (article) => article.articleId,
});
export const ReadersNotified = defineEvent("readers.notified", {
  version: 1,
  schema: z.object({ articleId: z.string(), by: z.string() }),
});

const settings = {
  on: ArticlePublished,
  emits: [ReadersNotified],
  timeout: "20 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
} as const;

export const sendMail = defineReaction("send-mail", settings);
export const makePodcast = defineReaction("make-podcast", {
  ...settings,
  where: { section: ["culture"], words: [{ numeric: [">=", 1_000] }] },
  breaker: defineBreaker("voice", { failures: 2, cooldown: "30 seconds" }),
});

export const reactions = [sendMail, makePodcast];
