import { definePrompt } from "../../lambdas/runtime/model/index.ts";
import { CATEGORIES, Sorted } from "./steps.ts";

interface Ticket {
  subject: string;
  text: string;
}

/** What the prompt reads: the two stacks of this example differ in it. */
const readsText = () => process.env.TRIAGE_READS === "text";

const ticketOf = ({ subject, text }: Ticket) => (readsText() ? `${subject}\n${text}` : subject);

export const sortTicketPrompt = definePrompt("sort-ticket", {
  instructions: `You sort the tickets of a shop's customers into ${CATEGORIES.join(", ")}, say within how many hours an answer is expected, and draft a short, polite reply.`,
  ask: (ticket: Ticket) => `The ticket:\n${ticketOf(ticket)}`,
  answer: Sorted,
  outputTokens: 300,
  temperature: 0,
  byRule: (ticket) => byWords(ticketOf(ticket)),
});

const WORDS: Record<(typeof CATEGORIES)[number], RegExp> = {
  billing: /invoice|charged|refund|price|payment/i,
  access: /password|log ?in|account|locked/i,
  delivery: /parcel|delivery|arrived|tracking/i,
  defect: /broken|crash|error|does not work/i,
};

/** The answer of the embedded model. */
function byWords(text: string) {
  const category = CATEGORIES.find((one) => WORDS[one].test(text)) ?? "defect";
  const hours = /urgent|immediately|locked/i.test(text) ? 2 : 24;
  return { category, hours, reply: `Thank you for your message. We check the ${category} question.` };
}
