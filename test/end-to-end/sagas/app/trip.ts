import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

/** A trip that is booked piece by piece. What is booked already is cancelled where a later piece cannot be had. */
export const TripRequested = defineEvent("trip.requested", {
  version: 1,
  schema: z.object({ trip: z.string(), nights: z.array(z.string()).max(10) }),
  identity: ({ trip }) => trip,
});

const Booking = z.object({ booking: z.string() });
const retry = { attempts: 3, backoff: "2 seconds" } as const;
const step = { output: Booking, timeout: "10 seconds", retry } as const;

const Flight = z.object({ trip: z.string() });
const Night = z.object({ night: z.string() });
const undoOf = <Input extends z.ZodType>(input: Input) => ({
  input: z.object({ input, output: Booking }),
  output: z.null(),
  timeout: "10 seconds" as const,
  retry,
});

export const quote = defineStep("quote", { ...step, input: Flight });
export const bookFlight = defineStep("book-flight", { ...step, input: Flight });
export const cancelFlight = defineStep("cancel-flight", undoOf(Flight));
export const bookNight = defineStep("book-night", { ...step, input: Night });
export const cancelNight = defineStep("cancel-night", undoOf(Night));
export const charge = defineStep("charge", { ...step, input: z.object({ bookings: z.number() }) });

export const bookTrip = defineWorkflow("book-trip", {
  on: TripRequested,
  deadline: "1 hour",
  run: (w, { trip, nights }) => {
    const price = w.step(quote, { trip });
    const flight = w.step(bookFlight, { trip }, { undo: cancelFlight, after: [price] });
    const rooms = w.each(nights, (night) => w.step(bookNight, { night }, { undo: cancelNight }), {
      as: "nights",
      after: [price],
    });
    const paid = w.step(charge, { bookings: 1 }, { after: [flight, rooms] });
    return { paid };
  },
});
