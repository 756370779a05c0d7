import * as z from "zod";
import { OrderShipped } from "../../../../examples/orders/events.ts";
import { defineEvent, defineReaction, defineSharedLimit, defineWorkflow } from "../../../../lib/index.ts";
import { VideoPublished } from "../../../../workflows/video/events.ts";

/** What the reference apps do not have: a shared limit, a limit per key, waits for events and signals, a reaction. */

export const ParcelDelivered = defineEvent("parcel.delivered", {
  version: 1,
  schema: z.object({ orderId: z.string(), signedBy: z.string() }),
  key: ({ orderId }) => orderId,
});

/** A signal: it has no key. */
export const AddressCorrected = defineEvent("address.corrected", {
  version: 1,
  schema: z.object({ address: z.string().min(1) }),
});

export const couriers = defineSharedLimit("couriers", { atOnce: 20 });

export const deliverParcel = defineWorkflow("deliver-parcel", {
  on: OrderShipped,
  deadline: "14 days",
  perKey: { key: ({ card }) => card, starts: 10, per: "1 minute" },
  sharedLimit: { limit: couriers, by: ({ card }) => card },
  run: (w, order) => {
    w.waitForSignal(AddressCorrected, { within: "5 minutes", otherwise: "continue" });
    return w.waitFor(ParcelDelivered, { key: order.orderId, within: "7 days", otherwise: "fail" });
  },
});

export const thankCustomer = defineReaction("thank-customer", {
  on: [OrderShipped, VideoPublished],
  timeout: "20 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
});
