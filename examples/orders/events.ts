import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";

const orderId = z.string().min(1).max(100);

export const Order = z.object({
  orderId,
  sku: z.string(),
  quantity: z.int().min(1),
  card: z.string(),
  cents: z.int().min(1),
  address: z.string(),
});
export type Order = z.infer<typeof Order>;

/** Each of these events happens once per order: the order's number is their identity. */
const ofOrder = <const Name extends string>(name: Name) =>
  defineEvent(name, { version: 1, schema: Order, identity: (order) => order.orderId });

export const OrderPlaced = ofOrder("order.placed");
export const StockReserved = ofOrder("stock.reserved");
export const StockReleased = ofOrder("stock.released");
export const CardCharged = ofOrder("card.charged");
export const CardRefunded = ofOrder("card.refunded");

/** A service that could not do its part. */
const refusal = <const Name extends string>(name: Name) =>
  defineEvent(name, {
    version: 1,
    schema: Order.extend({ reason: z.string() }),
    identity: (order) => order.orderId,
  });

export const StockRefused = refusal("stock.refused");
export const CardDeclined = refusal("card.declined");
export const ParcelRefused = refusal("parcel.refused");

/** Both implementations end with one of these two. */
export const OrderShipped = ofOrder("order.shipped");
export const OrderCancelled = ofOrder("order.cancelled");
