import * as z from "zod";
import { defineBreaker, defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Trip = z.object({ trip: z.string() });
const about = { version: 1, schema: Trip, identity: (trip: { trip: string }) => trip.trip };

export const TripWanted = defineEvent("trip.wanted", about);
export const TripPaid = defineEvent("trip.paid", { ...about, key: ({ trip }) => trip });
export const InvoiceDue = defineEvent("invoice.due", about);

const given = { input: Trip, output: Trip, timeout: "1 minute" } as const;
const bank = defineBreaker("bank", { failures: 3, window: "1 minute", cooldown: "1 minute" });
export const book = defineStep("book", given);
export const cancel = defineStep("cancel", { ...given, input: z.object({ input: Trip, output: Trip }) });
export const confirm = defineStep("confirm", given);
const guarded = defineStep("confirm", { ...given, breaker: bank });
export const post = defineStep("post", given);

export const sendInvoice = defineWorkflow("send-invoice", {
  on: InvoiceDue,
  run: (w, { trip }) => w.step(post, { trip }),
});

/** A trip that does one thing of each kind an hour after its beginning, except for what is left out. */
export function bookTrip({ undo = true, race = true, wait = true, call = true, breaker = true } = {}) {
  return defineWorkflow("book-trip", {
    on: TripWanted,
    deadline: "5 days",
    run: (w, { trip }) => {
      if (undo) w.step(book, { trip }, { undo: cancel });
      else w.step(book, { trip });
      const after = [w.sleep("1 hour")];
      if (!undo) w.step(cancel, { input: { trip }, output: { trip } }, { after });
      w.step(breaker ? guarded : confirm, { trip }, { after });
      if (race)
        w.race({ one: () => w.sleep("1 minute"), two: () => w.sleep("1 day") }, { as: "first", after });
      if (wait) w.waitFor(TripPaid, { key: trip, within: "1 day", otherwise: "fail", after });
      if (call) w.child(sendInvoice, { trip }, { after });
    },
  });
}
