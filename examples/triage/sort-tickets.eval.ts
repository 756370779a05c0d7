import { defineEvaluation, exactMatch, judge, withinTolerance } from "../../lib/evaluation/index.ts";
import { triageTicket } from "./triage-ticket.ts";

export default defineEvaluation("sort-tickets", {
  workflow: triageTicket,
  cases: "tickets.jsonl",
  key: (ticket, key) => ({ ...ticket, ticketId: key }),
  scorers: [
    exactMatch("category", {
      actual: ({ output }) => output.category,
      expected: ({ expected }) => expected.category,
    }),
    withinTolerance("hours", {
      actual: ({ output }) => output.hours,
      expected: ({ expected }) => expected.hours,
      relative: 0.5,
    }),
    judge("polite", {
      criteria: "The reply thanks the customer, blames no person, and promises nothing.",
      actual: ({ output }) => output.reply,
      byRule: ({ output }) => ({ score: /thank/i.test(output.reply) ? 1 : 0, why: "by a word" }),
    }),
  ],
});
