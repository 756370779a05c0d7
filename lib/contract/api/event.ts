import * as z from "zod";
import { Anything, Fields, Said } from "./common.ts";

export const EventSummary = z
  .object({
    name: z.string(),
    versions: z.array(z.int()),
    description: z.string().optional(),
    publishers: z.array(z.string()).meta({ description: "Steps and reactions that emit it" }),
    subscribers: z.array(z.string()),
    reserved: z.boolean().meta({ description: "Published only by Millrace" }),
  })
  .meta({ id: "EventSummary" });
export type EventSummary = z.infer<typeof EventSummary>;

export const EventDetail = EventSummary.extend({
  contracts: z.array(
    z.object({
      version: z.int(),
      schema: Fields.meta({ description: "JSON Schema of the payload" }),
      example: Anything,
      compatibility: z.string().optional(),
    }),
  ),
}).meta({ id: "EventDetail" });
export type EventDetail = z.infer<typeof EventDetail>;

export const SendEvent = Said.extend({
  name: z.string(),
  version: z.int().min(1),
  payload: Fields,
}).meta({ id: "SendEvent" });

export const SentEvent = z
  .object({
    done: z.literal(true),
    says: z.string(),
    event: z.string().meta({ description: "The event's id" }),
  })
  .meta({ id: "SentEvent" });
export type SentEvent = z.infer<typeof SentEvent>;
