import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import { indexOf } from "../text.ts";
import type { TakeTurn } from "../turn.ts";
import { CATEGORIES, type Category } from "./articles.ts";
import { cases } from "./cases.ts";
import { MEANINGS, Sorting, sorted } from "./sort.ts";
import { type Ticket, textOf, ticketOf } from "./ticket.ts";

const index = indexOf(
  cases.map(([text, category]) => ({ text, category })),
  { text: 1 },
);
/** How many earlier tickets are considered. */
const MOST = 5;

export const sortByCases = definePrompt("sort-ticket-by-cases", {
  instructions: `You sort tickets of a support desk as people have sorted similar ones before:\n${MEANINGS}`,
  ask: (ticket: Ticket) =>
    [
      `Subject: ${ticket.subject}\n\n${ticket.text}\n\nEarlier tickets:`,
      ...alike(ticket).map(({ document: { text, category } }) => `- ${text} → ${category}`),
    ].join("\n"),
  answer: Sorting,
  outputTokens: 200,
  byRule: vote,
});

/** The agent "ticket-cases". */
export const sortTicketByCases: TakeTurn = async ({ payload }, _said, { ask }) =>
  sorted(await ask(sortByCases, ticketOf(payload)), "earlier tickets");

function alike(ticket: Ticket) {
  return index.search(textOf(ticket), MOST);
}

/** The nearest tickets vote, weighted by similarity. */
function vote(ticket: Ticket): Sorting {
  const near = alike(ticket);
  const votes = new Map<Category, number>();
  for (const { document, score } of near)
    votes.set(document.category, (votes.get(document.category) ?? 0) + score);
  const [best] = [...votes].sort(([a, x], [b, y]) => y - x || CATEGORIES.indexOf(a) - CATEGORIES.indexOf(b));
  if (!best) return { category: "how-to", confidence: 0.1, because: "No earlier ticket is like it." };
  const [category, score] = best;
  const total = near.reduce((sum, one) => sum + one.score, 0);
  const because = near.find(({ document }) => document.category === category)!.document.text;
  // A single weak similarity is no evidence.
  const confidence = (score / total) * Math.min(1, total / 15);
  return { category, confidence: Math.round(Math.min(0.95, confidence) * 100) / 100, because };
}
