import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import type { TakeTurn } from "../turn.ts";
import { type Ticket, textOf, ticketOf } from "./ticket.ts";

export const Urgency = z.object({
  urgency: z.enum(["low", "normal", "high"]),
  confidence: z.number().min(0).max(1),
  because: z.string().max(500),
});
type Urgency = z.infer<typeof Urgency>;

export const rateUrgency = definePrompt("rate-urgency", {
  instructions:
    "You say how urgent a ticket is. high: the trader cannot sell, cannot get at money or at the shop, or has a term of today or tomorrow. low: a question out of interest, or the author says that there is time. normal: all else.",
  ask: (ticket: Ticket) => `Plan: ${ticket.plan}\nSubject: ${ticket.subject}\n\n${ticket.text}`,
  answer: Urgency,
  outputTokens: 150,
  byRule: rate,
});

/** The agent "urgency-rater". */
export const rateTicket: TakeTurn = async ({ payload }, _said, { ask }) => {
  const { urgency, confidence, because } = await ask(rateUrgency, ticketOf(payload));
  return {
    kind: "answer",
    claims: [{ about: "urgency", value: urgency, confidence }],
    evidence: [{ source: "ticket", text: because }],
    text: "",
  };
};

/** Signs of urgency by weight. Signs that lower it are first, since "not urgent" contains "urgent". */
const SIGNS: readonly (readonly [RegExp, number])[] = [
  [
    /\bnot urgent|no (?:rush|hurry)|take your time|whenever (?:you|it suits)|does not hurry|main one works|only our test\b/i,
    -4,
  ],
  [/\b(?:cannot|can not|can't|nobody can|unable to) (?:sell|order|pay|take|open)/i, 3],
  [/customers are (?:waiting|angry)|stolen|fired/i, 2],
  [/\bmust\b|\bat all\b/i, 1],
  [/\b(?:money back|refund|deleted|nothing has come|again|saturday|weekend|monday)\b/i, 0.75],
  [/\b(?:right now|immediately|quickly|asap|today|tomorrow|in (?:ten|five|\d+) minutes|at once)\b/i, 2],
  [/\burgent|emergency\b/i, 2],
  [/\b502|crash|blank|any more\b/i, 1],
  [/!!|!$|!\s/, 1],
  [/\bnow\b/i, 1],
  [/\?/, -1.5],
  [/\bwould like|a few|spare|seldom|every few hours|get by\b/i, -0.5],
];

function rate(ticket: Ticket): Urgency {
  const text = textOf(ticket);
  const found = SIGNS.flatMap(([sign, weight]) => {
    const match = sign.exec(text);
    return match ? [{ weight, words: match[0].trim() }] : [];
  });
  const weight = found.reduce((sum, one) => sum + one.weight, 0) + (ticket.plan === "business" ? 0.25 : 0);
  const urgency = weight >= 2 ? "high" : weight <= -1.25 ? "low" : "normal";
  const distance = Math.min(Math.abs(weight - 2), Math.abs(weight + 1.25));
  const because =
    found.map(({ words }) => `"${words}"`).join(", ") || "nothing in it speaks for haste or leisure";
  return { urgency, confidence: Math.round(Math.min(0.95, 0.65 + distance * 0.1) * 100) / 100, because };
}
