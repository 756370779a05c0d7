import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow, eq, present } from "../../../../lib/index.ts";

const Refund = z.object({ order: z.string().min(1), cents: z.int().min(1) });

export const RefundAsked = defineEvent("refund.asked", { version: 1, schema: Refund });
export const TicketOpened = defineEvent("ticket.opened", {
  version: 1,
  schema: z.object({ ticket: z.string(), text: z.string() }),
  identity: ({ ticket }) => ticket,
});

/** Takes two days. */
export const refund = defineWorkflow("refund", {
  on: RefundAsked,
  run: (w, { order, cents }) => {
    w.sleep("2 days", { as: "bank" });
    return { order, cents, paid: true };
  },
});

/** What a model answers in a turn: the workflow that it calls, with the payload of its event, or the end. */
export const Turn = z.object({
  call: z.enum(["refund", "none"]),
  refund: Refund.optional(),
  reply: z.string().optional(),
});
const Talk = z.object({
  call: Turn.shape.call,
  reply: z.string().optional(),
  results: z.array(z.unknown()),
});

export const think = defineStep("think", {
  input: z.object({ text: z.string(), results: z.array(z.unknown()) }),
  output: Turn,
  timeout: "1 minute",
});
export const note = defineStep("note", {
  input: z.object({ results: z.array(z.unknown()), result: z.unknown() }),
  output: z.object({ results: z.array(z.unknown()) }),
  timeout: "10 seconds",
});

export const help = defineWorkflow("help", {
  on: TicketOpened,
  run: (w, ticket) => {
    const talk = w.repeat(
      {
        as: "talk",
        state: Talk,
        initial: { call: "refund", results: [] },
        until: ({ call }) => eq(call, "none"),
        most: 5,
      },
      ({ results }) => {
        const turn = w.step(think, { text: ticket.text, results });
        const result = w.match(turn.call, {
          refund: () => w.child(refund, present(turn.refund)),
          none: () => ({}),
        });
        const noted = w.step(note, { results, result });
        return { call: turn.call, reply: turn.reply, results: noted.results };
      },
    );
    return { reply: talk.state.reply, rounds: talk.rounds };
  },
});
export const all = [help, refund];
