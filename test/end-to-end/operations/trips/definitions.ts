import * as z from "zod";
import { defineEvent, defineReaction, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Trip = z.object({ trip: z.string() });

export const TripWanted = defineEvent("trip.wanted", {
  version: 1,
  schema: z.object({ trip: z.string(), full: z.boolean().default(false) }),
  identity: ({ trip }) => trip,
});
export const TicketDue = defineEvent("ticket.due", { version: 1, schema: Trip });
export const SeatReserved = defineEvent("seat.reserved", { version: 1, schema: Trip });
export const CrewNotified = defineEvent("crew.notified", { version: 1, schema: Trip });

/** What a try knows of its place in the trace is its answer, too. */
const Traced = z.object({ traceparent: z.string() });

export const reserveSeat = defineStep("reserve-seat", {
  input: z.object({ trip: z.string(), full: z.boolean() }),
  output: Traced,
  timeout: "10 seconds",
  retry: { attempts: 2, backoff: "1 second" },
  emits: [SeatReserved],
});
export const printTicket = defineStep("print-ticket", { input: Trip, output: Traced, timeout: "10 seconds" });

export const issueTicket = defineWorkflow("issue-ticket", {
  on: TicketDue,
  deadline: "1 hour",
  run: (w, { trip }) => w.step(printTicket, { trip }),
});

/** A seat, about which a reaction notifies the crew, and a ticket, which is another workflow's. */
export const bookTrip = defineWorkflow("book-trip", {
  on: TripWanted,
  deadline: "1 hour",
  run: (w, { trip, full }) => {
    const seat = w.step(reserveSeat, { trip, full });
    const ticket = w.child(issueTicket, { trip }, { after: [seat] });
    return { seat, ticket };
  },
});

export const tellCrew = defineReaction("tell-crew", {
  on: SeatReserved,
  emits: [CrewNotified],
  timeout: "10 seconds",
});
