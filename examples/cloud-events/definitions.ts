import {
  defineCloudEventDelivery,
  defineCloudEvents,
  defineReaction,
  standardWebhooks,
} from "../../lib/index.ts";
import { OrderCancelled, OrderConfirmed, OrderPlaced } from "./events.ts";

/** What the shop sends, by the types that it gives its events. */
export const shopEvents = defineCloudEvents("shop-events", {
  types: {
    "com.example.order.placed": OrderPlaced,
    "com.example.order.cancelled": OrderCancelled,
  },
  signature: standardWebhooks(),
  origins: ["shop.example.com"],
});

export const confirmOrder = defineReaction("confirm-order", {
  on: OrderPlaced,
  emits: [OrderConfirmed],
  timeout: "10 seconds",
});

/** What the shop gets back. */
export const confirmations = defineCloudEventDelivery("confirmations", {
  on: [OrderConfirmed, OrderCancelled],
});
