import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import type { Move } from "../protocol.ts";
import { words } from "../text.ts";
import type { TakeTurn } from "../turn.ts";
import { CATEGORIES, type Category } from "./articles.ts";
import { type Ticket, textOf, ticketOf } from "./ticket.ts";
import { VOCABULARY } from "./vocabulary.ts";

export const Sorting = z.object({
  category: z.enum(CATEGORIES),
  confidence: z.number().min(0).max(1),
  because: z.string().max(500),
});
export type Sorting = z.infer<typeof Sorting>;

/** What the categories mean, for people and models. */
export const MEANINGS = [
  "billing: invoices, charges, fees, payouts, payment methods, refunds of plans",
  "access: signing in, passwords, second factors, roles, invitations",
  "defect: something that worked, or should, does not",
  "how-to: a question about how something is done",
  "delivery: hardware on its way, damaged, missing, to be returned",
  "account: cancelling, changing the plan, deleting data, handing the shop over",
].join("\n");

export const sortByWords = definePrompt("sort-ticket-by-words", {
  instructions: `You sort tickets of a support desk by what they are about, not by words that they happen to contain:\n${MEANINGS}`,
  ask: (ticket: Ticket) => `Subject: ${ticket.subject}\n\n${ticket.text}`,
  answer: Sorting,
  outputTokens: 200,
  byRule: sortByVocabulary,
});

/** The agent "ticket-words". */
export const sortTicketByWords: TakeTurn = async ({ payload }, _said, { ask }) =>
  sorted(await ask(sortByWords, ticketOf(payload)), "vocabulary");

/** A classification as an answer. */
export function sorted({ category, confidence, because }: Sorting, source: string): Move {
  return {
    kind: "answer",
    claims: [{ about: "category", value: category, confidence }],
    evidence: [{ source, text: because }],
    text: "",
  };
}

/** By the weights of its words; a word in the subject counts half as much again. */
export function sortByVocabulary(ticket: Ticket): Sorting {
  const found = new Map<Category, { weight: number; words: Set<string> }>();
  const count = (text: string, factor: number) => {
    for (const word of words(text))
      for (const [category, weight] of VOCABULARY.get(word) ?? []) {
        const so = found.get(category) ?? { weight: 0, words: new Set<string>() };
        so.weight += weight * factor;
        found.set(category, { ...so, words: so.words.add(word) });
      }
  };
  count(ticket.subject, 1.5);
  count(ticket.text, 1);
  if (
    /\b(?:how (?:do|can|to|must)|can (?:we|i|the)|is there|what is|where (?:do|can) (?:i|we))\b/i.test(
      textOf(ticket),
    )
  )
    found.set("how-to", add(found.get("how-to"), 1.2, "a question"));
  const ranked = [...found].sort(
    ([a, x], [b, y]) => y.weight - x.weight || CATEGORIES.indexOf(a) - CATEGORIES.indexOf(b),
  );
  const [best, second] = ranked;
  if (!best) return { category: "how-to", confidence: 0.1, because: "No word of it is known." };
  const [category, { weight, words: because }] = best;
  const share = weight / (weight + (second?.[1].weight ?? 0) + 1);
  return { category, confidence: Math.round(share * 100) / 100, because: [...because].join(", ") };
}

function add(so: { weight: number; words: Set<string> } | undefined, weight: number, word: string) {
  return { weight: (so?.weight ?? 0) + weight, words: new Set(so?.words).add(word) };
}
