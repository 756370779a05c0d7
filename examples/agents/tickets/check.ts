import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import { words } from "../text.ts";
import type { TakeTurn } from "../turn.ts";
import { articles } from "./articles.ts";

export const Check = z.object({
  fits: z.boolean(),
  confidence: z.number().min(0).max(1),
  because: z.string().max(500),
});
type Check = z.infer<typeof Check>;

/** The agent's question: whether an article answers a ticket. */
const Doubtful = z.object({ ticket: z.string(), article: z.string() });
type Doubtful = z.infer<typeof Doubtful>;

export const checkAnswer = definePrompt("check-answer", {
  instructions:
    "You check whether an article of a help centre answers a ticket. Say no where it is about something else that has words in common with it.",
  ask: ({ ticket, article }: Doubtful) => {
    const { title, text } = articleOf(article);
    return `Ticket: ${ticket}\n\nArticle: ${title}\n${text}`;
  },
  answer: Check,
  outputTokens: 150,
  byRule: doubt,
});

/** The agent "ticket-skeptic". */
export const checkArticle: TakeTurn = async ({ payload }, _said, { ask }) => {
  const { article, ticket } = Doubtful.parse(payload);
  const { fits, confidence, because } = await ask(checkAnswer, { article, ticket });
  return {
    kind: "answer",
    claims: [{ about: `fits-${article}`, value: fits ? "yes" : "no", confidence }],
    evidence: [{ source: article, text: because }],
    text: "",
  };
};

function articleOf(id: string) {
  const article = articles.find((one) => one.id === id);
  if (!article) throw new Error(`There is no article "${id}". Ask about one of the help centre.`);
  return article;
}

/** How rare a word is in the help centre: a word in every article carries no information. */
const rarity = (word: string) => {
  const holding = articles.filter(({ title, text }) => words(`${title} ${text}`).includes(word)).length;
  return holding === 0 ? 0 : Math.log(articles.length / holding);
};

/** A rare word of the title, or two or three of the text. */
const LEAST_WEIGHT = 3.5;

/** An article matches if rare words of the ticket occur in it, most of all in its title. */
function doubt({ ticket, article }: Doubtful): Check {
  const { title, text } = articleOf(article);
  const [head, body] = [new Set(words(title)), new Set(words(text))];
  const shared = [...new Set(words(ticket))].filter((word) => head.has(word) || body.has(word));
  const weight = shared.reduce((sum, word) => sum + rarity(word) * (head.has(word) ? 1.5 : 1), 0);
  const fits = weight >= LEAST_WEIGHT;
  const confidence = Math.min(0.95, 0.5 + Math.abs(weight - LEAST_WEIGHT) / 15);
  return {
    fits,
    confidence: Math.round(confidence * 100) / 100,
    because: shared.length > 0 ? `Shared: ${shared.join(", ")}` : "They share no word.",
  };
}
