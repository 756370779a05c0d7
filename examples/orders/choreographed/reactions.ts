import { defineReaction } from "../../../lib/index.ts";
import {
  CardCharged,
  CardDeclined,
  CardRefunded,
  OrderCancelled,
  OrderPlaced,
  OrderShipped,
  ParcelRefused,
  StockRefused,
  StockReleased,
  StockReserved,
} from "../events.ts";

const settings = { timeout: "20 seconds", retry: { attempts: 5, backoff: "2 seconds" } } as const;

/**
 * An order by choreography: each service knows the events that concern it, and none knows the whole process.
 *
 *     order.placed ▶ reserve-stock ▶ stock.reserved ▶ charge-card ▶ card.charged ▶ ship-order ▶ order.shipped
 *                          │                               │                            │
 *                    stock.refused                   card.declined               parcel.refused ▶ refund-card
 *                          ▼                               ▼                                          │
 *     order.cancelled ◀ cancel-order ◀ stock.released ◀ release-stock ◀───────── card.refunded ◀──────┘
 */
export const reserveStock = defineReaction("reserve-stock", {
  ...settings,
  on: OrderPlaced,
  emits: [StockReserved, StockRefused],
});

export const chargeCard = defineReaction("charge-card", {
  ...settings,
  on: StockReserved,
  emits: [CardCharged, CardDeclined],
});

export const shipOrder = defineReaction("ship-order", {
  ...settings,
  on: CardCharged,
  emits: [OrderShipped, ParcelRefused],
});

export const refundCard = defineReaction("refund-card", {
  ...settings,
  on: ParcelRefused,
  emits: [CardRefunded],
});

export const releaseStock = defineReaction("release-stock", {
  ...settings,
  on: [CardDeclined, CardRefunded],
  emits: [StockReleased],
});

export const cancelOrder = defineReaction("cancel-order", {
  ...settings,
  on: [StockRefused, StockReleased],
  emits: [OrderCancelled],
});

export const reactions = [reserveStock, chargeCard, shipOrder, refundCard, releaseStock, cancelOrder];
