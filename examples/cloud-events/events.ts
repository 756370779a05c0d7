import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";

const Order = z.object({ order: z.string(), cents: z.int().min(1) });

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: Order,
  key: ({ order }) => order,
});

export const OrderCancelled = defineEvent("order.cancelled", {
  version: 1,
  schema: z.object({ order: z.string(), why: z.string() }),
  key: ({ order }) => order,
});

export const OrderConfirmed = defineEvent("order.confirmed", {
  version: 1,
  schema: z.object({ order: z.string() }),
  key: ({ order }) => order,
});
