import * as z from "zod";
import { PageQuery, Time } from "./common.ts";

/** One event that one subscriber must receive. */
export const DeliveryView = z
  .object({
    event: z.string().meta({ description: "The event's id" }),
    name: z.string(),
    source: z.string(),
    correlation: z.string(),
    subscriber: z.string(),
    state: z.enum(["published", "received", "done", "duplicate", "failed", "dead", "quarantined"]),
    publishedAt: Time.optional(),
    receivedAt: Time.optional(),
    concludedAt: Time.optional(),
    attempts: z.int().optional(),
    run: z.string().optional(),
    why: z.string().optional(),
    overdueAt: Time.optional(),
    dueAt: Time.optional(),
  })
  .meta({ id: "Delivery" });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryQuery = PageQuery.extend({
  event: z.string().optional().meta({ description: "An event's id: all its deliveries" }),
  overdue: z.enum(["true"]).optional().meta({ description: "Only overdue deliveries" }),
  subscriber: z.string().optional(),
});
